// What is compared: rows, the traces they run on, the engines that run them and the targets they are held against.
import path from 'node:path'

const sequential = [
  { row: 'local', title: 'local replay by position, nobody listening' },
  { row: 'local-updates', title: 'local replay, one update out per edit' },
  { row: 'transaction', title: 'local replay, all edits in one transaction' },
  { row: 'apply', title: 'apply one update per edit' },
  { row: 'load', title: 'load until the text is a string' },
  { row: 'encode', title: 'encode the state' },
  { row: 'merge:1000', title: 'merge 1,000 updates without a document' },
  { row: 'merge:10000', title: 'merge 10,000 updates' },
  { row: 'merge:100000', title: 'merge 100,000 updates' },
  { row: 'merge:260000', title: 'merge 260,000 updates (or all there are)' },
  { row: 'memory', title: 'live bytes of the loaded document', bytes: 'live_bytes' },
  { row: 'memory', title: 'what the process grows by for it', bytes: 'rss_bytes' }
]
const concurrent = sequential.filter(({ row }) => ['apply', 'load', 'encode', 'memory'].includes(row))

/** How many times faster (or smaller) Weft is to be. */
const paperTargets = {
  local: { yjs: 50, yrs: 400 }, 'local-updates': { yjs: 35, yrs: 400 }, apply: { yjs: 15, yrs: 4 }, load: { yjs: 20, yrs: 2 },
  encode: { yjs: 8, yrs: 1 }, 'merge:10000': { yjs: 130, yrs: 40 }, live_bytes: { yjs: 8, yrs: 2 }, rss_bytes: { yjs: 8 }
}
const concurrentTargets = { apply: { yjs: 20, yrs: 3 }, load: { yjs: 20, yrs: 2 } }

/** `recorded`: the file in a folder of recorded traces; else `generate` makes it. */
export const traces = [
  { name: 'automerge-paper', recorded: 'sequential/automerge-paper.json.gz', rows: sequential, targets: paperTargets },
  { name: 'friendsforever', recorded: 'concurrent/friendsforever.json.gz', rows: concurrent, targets: concurrentTargets },
  { name: 'clownschool', recorded: 'concurrent/clownschool.json.gz', rows: concurrent, targets: concurrentTargets },
  { name: 'typed', generate: { seed: 1, edits: 100_000, authors: 1 }, rows: sequential, targets: {} },
  { name: 'together', generate: { seed: 2, edits: 30_000, authors: 3 }, rows: concurrent, targets: {} }
]

/** What a row's figure is in the unit of the table. */
export const figure = ({ bytes }, figures) => (bytes ? figures[bytes] / 1024 : figures.ms)
export const unitOf = ({ bytes }) => (bytes ? 'KiB' : 'ms')

/** `command` answers program and arguments, or a sentence that says why there is none. Figures of a `foreign` engine are of
 *  a format of its own. */
export const engines = [
  { name: 'weft', title: 'Weft', command: ({ bench }) => [bench] },
  { name: 'weft-so', title: 'Weft, .so', command: ({ bench, plugin }) => [bench, '--plugin', plugin] },
  ...['yjs', 'ywasm', 'loro'].map(name => ({
    name: name === 'loro' ? 'loro-wasm' : name,
    title: { yjs: 'Yjs', ywasm: 'ywasm', loro: 'Loro wasm' }[name],
    command: ({ peers }) => ['node', '--expose-gc', path.join(peers, `${name}.mjs`)]
  })),
  ...['yrs', 'diamond-types', 'loro'].map(name => ({
    name, native: true, title: { yrs: 'yrs', 'diamond-types': 'diamond-types', loro: 'Loro' }[name],
    command: ({ native }) => [path.join(native, `${name}-bench`)]
  }))
]

/** Rows that are measured once more on 100 times the trace, by Weft alone. */
export const longRows = {
  'automerge-paper': ['local', 'transaction', 'apply', 'load', 'encode', 'merge:10000', 'memory'],
  friendsforever: ['apply', 'load'],
  clownschool: ['apply', 'load'],
  typed: ['local', 'apply', 'load', 'encode', 'merge:10000', 'memory'],
  together: ['apply', 'load']
}
export const longer = 100
