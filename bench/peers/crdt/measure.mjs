// What the peers in JavaScript share: their command line, the prepared trace, the clock and the lines of JSON they print.
//
// node PEER.mjs ROW FOLDER [BUDGET_MS]: FOLDER was made by bench/crdt/prepare.mjs. Reading files is never timed.
import { readFileSync } from 'node:fs'
import path from 'node:path'

const [rowAndCount, folder, budget = '1000'] = process.argv.slice(2)
const [row, count = '0'] = rowAndCount.split(':')
const trace = JSON.parse(readFileSync(path.join(folder, 'edits.json'), 'utf8'))

/** One update message a transaction: each a little-endian 32-bit length and the bytes. */
const messages = () => {
  const bytes = readFileSync(path.join(folder, 'messages.bin'))
  const found = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at)
    found.push(Uint8Array.prototype.slice.call(bytes, at + 4, end))
    at = end
  }
  return found
}

export const work = {
  row, count: Number(count), trace, messages,
  state: () => new Uint8Array(readFileSync(path.join(folder, 'state.bin')))
}

/** The text that came out is the text of the trace, or nothing was measured. */
export const verify = text => {
  if (text !== trace.endContent) {
    throw new Error(`${row}: the text is not the trace's`)
  }
}

const report = figures => process.stdout.write(`${JSON.stringify(figures)}\n`)

/** Answers [result, milliseconds]. */
export const timed = body => {
  const begin = performance.now()
  const result = body()
  return [result, performance.now() - begin]
}

/** Repeats the work while the budget lasts, at most 20 times. `once` answers its milliseconds and verifies behind them.
 *  The first of several runs warms up and does not count. */
export const repeat = once => {
  const begin = performance.now()
  const ms = [once()]
  while (performance.now() - begin < Number(budget) && ms.length < 20) {
    ms.push(once())
  }
  report({ first_ms: ms[0], ms: ms.length > 1 ? ms.slice(1) : ms })
}

export const reportBytes = (name, bytes) => report({ [name]: bytes })

const settled = () => {
  global.gc()
  global.gc()
  return process.memoryUsage()
}

/** What a document takes: the heap with what it owns outside, and what the process has grown by. `make` answers what
 *  must stay alive. The bytes it reads must be in memory before. */
export const reportMemory = make => {
  const before = settled()
  const kept = make()
  const after = settled()
  const owned = usage => usage.heapUsed + usage.external
  report({ live_bytes: owned(after) - owned(before), rss_bytes: after.rss - before.rss })
  return kept
}

/** What the process has grown by, where nothing better can be asked. */
export const reportResident = make => {
  const before = settled()
  const kept = make()
  report({ rss_bytes: settled().rss - before.rss })
  return kept
}

/** Runs the function that `rows` has for the row. */
export const run = rows => {
  if (!rows[row]) {
    report({ unsupported: true })
    return
  }
  rows[row]()
}
