// Sessions of a valid client with random damage, on the document that the well-behaved edit. A failure tells the seed; WEFT_SEED=n runs it alone.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { Random, seeds, soak } from '../clients/random.mjs'
import { presence, presenceQuery, states, step1, step2, update } from './messages.mjs'
import { attacked, Watched } from './watch.mjs'
import { binary, joined } from './wire.mjs'

const sessions = soak ? 400 : 100
let watched
before(async () => { watched = await Watched.start() })
after(() => watched?.end())

/** The messages of a client that edits a little of everything. */
function validSession (random) {
  const doc = new Y.Doc()
  doc.clientID = 1000 + random.below(1_000_000)
  const messages = [step1(Y.encodeStateVector(doc)), presence(states([doc.clientID, 1, '{"user":{"name":"fuzz"}}']))]
  doc.on('update', bytes => messages.push(update(bytes)))
  const text = doc.getText('fuzz text')
  for (let i = random.between(1, 8); i > 0; --i) {
    random.pick([
      () => text.insert(random.below(text.length + 1), 'fuzz', random.chance(50) ? { bold: true } : {}),
      () => text.length > 1 && text.delete(0, 2),
      () => doc.getMap('fuzz map').set(`k${random.below(3)}`, [1, 'two', { three: null }]),
      () => doc.getArray('fuzz array').push([new Y.Map([['a', 1.5]])]),
      () => doc.getXmlFragment('fuzz xml').push([new Y.XmlElement('p')])
    ])()
  }
  return [...messages, presenceQuery(), step2(Y.encodeStateAsUpdate(doc))]
}

function damaged (random, input) {
  const bytes = Buffer.from(input)
  const at = random.below(bytes.length)
  return random.pick([
    () => { bytes[at] ^= 1 << random.below(8); return bytes },
    () => { bytes[at] = random.pick([0, 1, 127, 128, 255]); return bytes },
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length))]),
    () => Buffer.concat([bytes.subarray(0, at), Buffer.from([255, 255, 255, 255, 15]), bytes.subarray(at)])
  ])()
}

/** Plays a session of which some messages, or the frames around them, are damaged. */
async function play (random) {
  const peer = await joined(watched.server, `/${attacked}`, { keep: () => false })
  for (const message of validSession(random)) {
    const whole = binary(random.chance(40) ? damaged(random, message) : message)
    peer.send(random.chance(5) ? damaged(random, whole) : whole)
  }
  peer.socket.end()
  await peer.closed()
}

for (const seed of seeds(3, 200)) {
  test(`${sessions} damaged sessions break nothing (seed ${seed})`, async () => {
    const random = new Random(seed)
    await watched.during(64, async () => {
      for (let i = 0; i < sessions; i += 20) await Promise.all(Array.from({ length: 20 }, () => play(random)))
    })
    await watched.quiet()
    await watched.agrees()
    assert.equal((await watched.get(`/api/documents/${attacked}/content`, { headers: { accept: 'application/json' } })).status, 200)
  })
}
