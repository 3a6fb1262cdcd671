// Runs the seeds that the driver gives it, one after the other, on an engine of its own.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { Engine } from './engine.mjs'
import { makeHistory } from './history.mjs'
import { shrink, toText } from './shrink.mjs'
import { tryHistory } from './trial.mjs'

/** So many states are compared in a long history, not one after every delivery: encoding them all would take minutes. */
const statesPerHistory = 80

const engine = new Engine(workerData.program)

async function run (seed) {
  const history = makeHistory(seed)
  const every = history.edits > 2000 ? Math.ceil(history.deliveries.length / statesPerHistory) : 1
  const result = await tryHistory(engine, history, { every })
  const facts = { seed, clients: history.clients, edits: history.edits, deliveries: history.deliveries.length, compared: result.compared }
  return result.difference ? { ...facts, wrong: await explain(history, result) } : facts
}

async function explain (history, wrong) {
  const shortest = await shrink(engine, history, wrong)
  const file = join(mkdtempSync(join(tmpdir(), 'weft-differential-')), `seed-${history.seed}.json`)
  writeFileSync(file, toText(shortest))
  const left = await tryHistory(engine, shortest)
  return { step: wrong.step, left: shortest.deliveries.length, file, difference: left.difference ?? wrong.difference }
}

parentPort.on('message', async seed => {
  if (seed === undefined) {
    engine.close()
    parentPort.close()
    return
  }
  try {
    parentPort.postMessage(await run(seed))
  } catch (error) {
    parentPort.postMessage({ seed, failed: error.stack })
  }
})
