// Two real Yjs clients on each of some documents, in a thread of their own so that the abuse does not slow their clocks.
//
// One after the other the first of each pair edits, and the second says how long it took to see it.

import { parentPort, workerData } from 'node:worker_threads'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const patience = 15_000
let drops = 0

function join (name) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(workerData.url, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true })
  provider.awareness.setLocalStateField('user', { name })
  return { doc, beats: doc.getMap('beats'), provider }
}

function leave ({ doc, provider }) {
  provider.destroy()
  doc.destroy()
}

/** Resolves to whether `cond` came true; asked again whenever `doc` or `provider` have news. */
function within (time, { doc, provider }, cond) {
  return new Promise(resolve => {
    const timer = setTimeout(() => finish(false), time)
    const look = () => { if (cond()) finish(true) }
    const finish = result => {
      clearTimeout(timer)
      doc.off('update', look)
      provider.off('sync', look)
      resolve(result)
    }
    doc.on('update', look)
    provider.on('sync', look)
    look()
  })
}

async function beat ([writer, reader], count) {
  const begin = performance.now()
  writer.beats.set('count', count)
  const seen = await within(patience, reader, () => reader.beats.get('count') === count)
  return seen ? performance.now() - begin : Infinity
}

/** Whether somebody new sees what both have. */
async function newcomerAgrees (name, pair) {
  const newcomer = join(name)
  const has = client => JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(client.doc))].sort())
  const agreed = await within(patience, newcomer, () => newcomer.provider.synced && pair.every(client => has(client) === has(newcomer)))
  leave(newcomer)
  return agreed
}

const pairs = new Map(workerData.names.map(name => [name, [join(name), join(name)]]))
const all = [...pairs.values()].flat()
for (const { provider } of all) provider.on('connection-close', () => { drops += 1 })
await Promise.all(all.map(client => within(patience, client, () => client.provider.synced)))

let report = { beats: 0, worst: 0 }
let count = 0
let stopping = false
const waiting = []

parentPort.on('message', request => {
  if (request === 'stop') stopping = true
  else waiting.push(request)
})

/** Answers between two beats. */
async function answer (request) {
  if (request === 'report') {
    parentPort.postMessage({ ...report, drops })
    report = { beats: 0, worst: 0 }
  } else {
    const agreed = []
    for (const [name, pair] of pairs) agreed.push(await newcomerAgrees(name, pair))
    parentPort.postMessage(agreed.every(Boolean))
  }
}

while (!stopping) {
  count += 1
  for (const pair of pairs.values()) {
    const time = await beat(pair, count)
    report = { beats: report.beats + 1, worst: Math.max(report.worst, time) }
  }
  while (waiting.length > 0) await answer(waiting.shift())
  await new Promise(resolve => setTimeout(resolve, 10))
}
all.forEach(leave)
parentPort.close()
