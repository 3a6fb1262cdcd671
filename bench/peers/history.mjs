// What a document with a long history costs: the bytes that the stores keep of it, how long it takes to open cold, and what a crowd that
// opens a large one at once takes of memory. Clients are real Yjs documents on raw sockets.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import { generateTyped } from '../crdt/generate.mjs'
import { readRecorded } from '../crdt/prepare.mjs'
import { machine } from '../side_by_side/report.mjs'
import { asMarkdown, asText, median, updateBetween, withDigits } from '../table.mjs'
import { startPostgres } from '../../tests/support/postgres.mjs'
import { freshFolder, sourceDir, startServer, waitFor } from '../../tests/support/server.mjs'
import { makeMessages, Y } from './crdt/make_messages.mjs'

const help = `bench/run history: what a document with a long history costs

Types a trace into a server edit by edit, each stored as one update, and waits until the history is compacted. Then it opens the document
cold, with a server that was just started, beside a server that does nothing but send the same bytes; and lets a crowd open a document
of 20 MB at once.

  --trace FILE     a recorded trace (sequential/automerge-paper.json.gz); without it one is generated
  --edits N        of the generated trace (100000)
  --stores A,B     sqlite, postgres
  --runs N         so many cold openings (7); the table shows medians
  --crowd N        so many clients at once (150)
  --update-docs    write the table into docs/benchmarks.md
`

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean' }, trace: { type: 'string' }, edits: { type: 'string', default: '100000' }, stores: { type: 'string', default: 'sqlite,postgres' },
    runs: { type: 'string', default: '7' }, crowd: { type: 'string', default: '150' }, 'update-docs': { type: 'boolean', default: false }
  }
})
if (options.help) {
  process.stdout.write(help)
  process.exit(0)
}

const say = text => process.stderr.write(`   ${text}\n`)
const MiB = 1024 * 1024
const [messageSync, step1, step2, update, messageSaved] = [0, 0, 1, 2, 120]

const syncMessage = (step, payload) => encoding.encode(encoder => {
  encoding.writeVarUint(encoder, messageSync)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, payload)
})

/** `{type, step, payload}` of a sync message, `{type, count}` of `saved`, else `{type}`. */
const read = frame => {
  const decoder = decoding.createDecoder(new Uint8Array(frame))
  const type = decoding.readVarUint(decoder)
  if (type === messageSync) return { type, step: decoding.readVarUint(decoder), payload: decoding.readVarUint8Array(decoder) }
  return type === messageSaved ? { type, count: decoding.readVarUint(decoder) } : { type }
}

const connect = url => {
  const socket = new WebSocket(url, { maxPayload: 256 * MiB, perMessageDeflate: false })
  return socket
}

/** From the opening of the connection until the document is there, in milliseconds. `Doc`: what takes the bytes in. */
const timeToSync = (url, doc) => new Promise((resolve, reject) => {
  const begin = performance.now()
  const socket = connect(url)
  socket.on('error', reject)
  socket.on('open', () => socket.send(syncMessage(step1, new Uint8Array([0]))))
  socket.on('message', frame => {
    const { type, step, payload } = read(frame)
    if (type !== messageSync || step !== step2) return
    if (doc) Y.applyUpdate(doc, payload)
    resolve(performance.now() - begin)
    socket.terminate()
  })
})

/** Sends messages, each of which is stored as an update of its own, and waits until all are. Never so much at once that the server would
 *  ask for it again. */
const typeInto = (server, name, messages) => new Promise((resolve, reject) => {
  const socket = connect(`ws://${server.host}:${server.port}/${name}?saved=1`)
  let sent = 0
  const sendSome = () => {
    for (let i = 0, bytes = 0; i < 500 && bytes < MiB && sent < messages.length; ++i, ++sent) {
      socket.send(syncMessage(update, messages[sent]))
      bytes += messages[sent].length
    }
  }
  socket.on('error', reject)
  socket.on('close', code => reject(new Error(`closed with ${code} after ${sent} updates\n${server.logs()}`)))
  socket.on('open', sendSome)
  socket.on('message', frame => {
    const { type, count } = read(frame)
    if (type !== messageSaved) return
    if (count === messages.length) {
      socket.removeAllListeners('close')
      socket.terminate()
      resolve()
    } else if (count === sent) {
      sendSome()
    }
  })
})

/** A store that a server is started on, and asked of. */
const openers = {
  sqlite: async () => {
    const cwd = freshFolder()
    const file = path.join(cwd, 'weft.db')
    return {
      start: () => startServer({ cwd, set: { 'storage.path': file, 'compaction.idle': '2s', 'log.level': 'error' } }),
      ask: sql => execFileSync('sqlite3', [file, sql], { encoding: 'utf8' }).trim(),
      rows: 'weft_chunks',
      stop: async () => {}
    }
  },
  postgres: async () => {
    const database = await startPostgres()
    return {
      start: () => startServer({ set: { storage: `{plugin: postgres, url: "${database.url}"}`, 'compaction.idle': '2s', 'log.level': 'error' } }),
      ask: sql => database.psql(sql).trim(),
      rows: 'weft_updates',
      stop: database.stop
    }
  }
}

/** The sum over all shards. */
const metric = async (server, name) => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0)
}

/** Bytes of the whole history as it is stored: segments, keyframes, and rows that are not compacted yet. */
const storedBytes = store => {
  const sum = table => `(SELECT coalesce(sum(length(data)), 0) FROM ${table})`
  const [segments, keyframes, tail] = store.ask(`SELECT ${sum('weft_segments')}, ${sum('weft_keyframes')}, ${sum(store.rows)}`).split('|').map(Number)
  return { segments, keyframes, tail, all: segments + keyframes + tail }
}

const residentOf = (server, key) => Number(readFileSync(`/proc/${server.pid}/status`, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+)`, 'm'))[1]) / 1024

/** A server that does nothing but answer step 1 with bytes that it has. */
const sender = async state => {
  const server = new WebSocket.Server({ port: 0, host: '127.0.0.1' })
  const answer = syncMessage(step2, state)
  server.on('connection', socket => socket.on('message', () => socket.send(answer)))
  await new Promise(resolve => server.once('listening', resolve))
  return { url: `ws://127.0.0.1:${server.address().port}/x`, stop: () => server.close() }
}

const measureStore = async (name, trace, prepared) => {
  const store = await openers[name]()
  try {
    let server = await store.start()
    say(`${name}: typing ${prepared.messages.length} edits`)
    await typeInto(server, 'history', prepared.messages)
    await waitFor(() => storedBytes(store).tail === 0, { timeout: 120_000, every: 500, what: 'the history to be compacted' })
    const bytes = storedBytes(store)
    await server.kill()

    const cold = []
    const sent = []
    for (let run = 0; run < Number(options.runs); ++run) {
      server = await store.start()
      const doc = new Y.Doc()
      cold.push(await timeToSync(`ws://${server.host}:${server.port}/history`, doc))
      if (doc.getText('text').toString() !== trace.endContent) throw new Error(`${name}: the document that was opened has another text`)
      await server.kill()
      const plain = await sender(Y.encodeStateAsUpdate(doc))
      sent.push(await timeToSync(plain.url, new Y.Doc()))
      plain.stop()
    }
    return { bytes, cold: median(cold), sent: median(sent), ...await crowd(store) }
  } finally {
    await store.stop()
  }
}

/** How much memory a crowd takes that opens a document of 20 MB at once, which nobody has open. */
const crowd = async store => {
  const size = 20_000_000
  let server = await store.start()
  const doc = new Y.Doc()
  const messages = []
  doc.on('update', bytes => messages.push(bytes))
  for (let i = 0; i < 20; ++i) doc.getText('text').insert(i * size / 20, 'x'.repeat(size / 20))
  await typeInto(server, 'large', messages)
  await waitFor(async () => await metric(server, 'weft_documents') === 0, { timeout: 60_000, what: 'the large document to leave memory' })
  await server.kill()

  server = await store.start()
  const before = residentOf(server, 'VmRSS')
  const begin = performance.now()
  const times = await Promise.all(Array.from({ length: Number(options.crowd) }, () => timeToSync(`ws://${server.host}:${server.port}/large`)))
  const all = performance.now() - begin
  const grown = residentOf(server, 'VmHWM') - before
  await server.kill()
  return { crowd: times.length, crowdSeconds: all / 1000, grown: grown * MiB / size }
}

const prepare = () => {
  const trace = options.trace ? readRecorded(options.trace) : generateTyped({ seed: 1, edits: Number(options.edits), authors: 1 })
  const { messages } = makeMessages({ ...trace, clients: [0x9234_5678] })
  return { trace, prepared: { messages } }
}

const { trace, prepared } = prepare()
const stores = options.stores.split(',')
const columns = []
for (const name of stores) columns.push(await measureStore(name, trace, prepared))
const row = (title, cell) => [title, ...columns.map(cell)]
const table = [
  ['', ...stores],
  row(`history of ${prepared.messages.length} edits, KiB`, ({ bytes }) => withDigits(bytes.all / 1024, 0)),
  row('of which segments, keyframes, rows', ({ bytes }) => [bytes.segments, bytes.keyframes, bytes.tail].map(part => withDigits(part / 1024, 0)).join(', ')),
  row('opened cold, ms', ({ cold }) => withDigits(cold, 1)),
  row('the same bytes from a server that only sends, ms', ({ cold, sent }) => `${withDigits(sent, 1)} (${(cold / sent).toFixed(2)}x)`),
  row(`${options.crowd} clients open 20 MB at once: all synced, s`, ({ crowdSeconds }) => withDigits(crowdSeconds, 1)),
  row('and take of memory, documents', ({ grown }) => withDigits(grown, 2))
]
process.stdout.write(`\n${asText(table)}\n\n${options.runs} cold openings on ${machine()}.\n`)
if (options['update-docs']) {
  updateBetween(`${sourceDir}/docs/benchmarks.md`, '<!-- generated by bench/run history --update-docs: begin -->',
    '<!-- generated by bench/run history --update-docs: end -->', `${asMarkdown(table)}\n\nMedians of ${options.runs} cold openings on ${machine()}.`)
}
process.exit(0)
