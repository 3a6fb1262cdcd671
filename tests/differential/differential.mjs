// Random histories of real Yjs clients, given to Yjs and to the engine: both must be in the same state after every delivery.
//
//   node differential.mjs                     the bounded run; with WEFT_SOAK=1 the long one
//   node differential.mjs FIRST COUNT         these seeds alone
//   node differential.mjs FILE                what an earlier difference has left behind
//
// Seeds give the same history wherever they run. Those that were not alike strictly are named (see trial.mjs). A difference is told
// with its seed and step, and with a file of the deliveries that are left when all that can go is gone.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { soak } from '../clients/random.mjs'
import { Engine } from './engine.mjs'
import { fromText } from './shrink.mjs'
import { tryHistory } from './trial.mjs'

const builds = process.env.WEFT_BUILD_DIR ?? fileURLToPath(new URL('../../build', import.meta.url))
const program = `${builds}/tests/yjs_differential_engine`
const processes = 2
const differencesMax = 5

const [first, count] = process.argv.slice(2)
if (first !== undefined && count === undefined) await replay(first)
else await runSeeds(Number(first ?? 1), Number(count ?? (soak ? 20000 : 60)))

async function replay (file) {
  const engine = new Engine(program)
  const wrong = await tryHistory(engine, fromText(readFileSync(file, 'utf8')))
  engine.close()
  if (wrong.difference) fail(`after delivery ${wrong.step}: ${wrong.difference}`)
  else console.log('no difference')
}

async function runSeeds (first, count) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const total = { histories: 0, crowded: 0, long: 0, edits: 0, deliveries: 0, strictly: 0, nudged: 0, followed: 0, differences: 0 }
  let next = first
  const take = () => next < first + count && total.differences < differencesMax ? next++ : undefined
  await Promise.all(Array.from({ length: processes }, () => work(take, result => add(total, result, () => `${total.histories} of ${count} histories, ${total.differences} differences, ${seconds()} s`))))
  const { histories, crowded, long, edits, deliveries, strictly, nudged, followed, differences } = total
  console.log(`seeds ${first} to ${next - 1}: ${histories} histories (${crowded} of 5 clients or more, ${long} of over 2,000 edits), ` +
    `${edits} edits, ${deliveries} deliveries; ${strictly} alike strictly, ${nudged} with a nudged Yjs, ${followed} with one that followed, ${differences} differences, ${seconds()} s`)
  if (nudged + followed > 3 + histories / 50) fail('more were not alike strictly than chance explains')
}

function work (take, done) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { program } })
  worker.on('message', result => {
    done(result)
    worker.postMessage(take())
  })
  worker.postMessage(take())
  return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))
}

function add (total, result, progress) {
  total.histories += 1
  total.crowded += result.clients >= 5 ? 1 : 0
  total.long += result.edits > 2000 ? 1 : 0
  total.edits += result.edits ?? 0
  total.deliveries += result.deliveries ?? 0
  if (result.compared) total[result.compared] += 1
  if (result.compared && result.compared !== 'strictly') console.log(`seed ${result.seed}: ${result.compared}`)
  if (result.failed) {
    total.differences += 1
    fail(`seed ${result.seed} failed: ${result.failed}`)
  } else if (result.wrong) {
    total.differences += 1
    const { step, left, file, difference } = result.wrong
    fail(`seed ${result.seed} differs after delivery ${step} of ${result.deliveries}; ${left} of them are enough: ${file}\n${difference}`)
  }
  if (total.histories % 500 === 0) console.log(progress())
}

function fail (message) {
  console.error(message.length > 4000 ? message.slice(0, 4000) + '…' : message)
  process.exitCode = 1
}
