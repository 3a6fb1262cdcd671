// Whole frames with bad messages in them: what the protocol or the algorithm refuses is closed with 4400, and changes and stores nothing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import {
  bytes, inRoot, isPresence, isStep1, isStep2, isUpdate, nestedAny, nestedJson, nestedTypes, presence, presenceQuery, states, step1, step2, update, updateOf
} from './messages.mjs'
import { attacked, slack, Watched } from './watch.mjs'
import { binary, joined } from './wire.mjs'

const notUtf8 = bytes([2, 0xc3, 0x28])

let watched
before(async () => { watched = await Watched.start() })
after(() => watched?.end())

/** Each message on a connection of its own: on the attacked document, and on a new one, which must not come to be. */
async function codesFor (messages) {
  const codes = await Promise.all(messages.flatMap(message => [attacked, 'refused'].map(async name => {
    const peer = await joined(watched.server, `/${name}`, { timeout: 5000 * slack })
    peer.send(binary(message))
    const code = await peer.closed().catch(() => `none for ${Buffer.from(message.slice(0, 40)).toString('hex')}`)
    await peer.leave()
    return code
  })))
  await watched.quiet()
  assert.ok(!(await watched.documents()).includes('refused'))
  return codes
}

// What these messages claim would be gigabytes; what they are is a few kilobytes.
const refusedWith = (code, messages, growth = 16) => watched.during(growth, async () => {
  assert.deepEqual(await codesFor(messages), messages.flatMap(() => [code, code]))
})

const refused = (messages, growth) => refusedWith(4400, messages, growth)

/** Sends messages and waits until the server has taken them all: it answers in order. */
async function taken (peer, messages) {
  for (const message of messages) {
    peer.send(binary(message))
    await peer.drained()
  }
  const answers = peer.messages.filter(isStep2).length
  peer.send(binary(step1()))
  await peer.until(() => peer.ended || peer.messages.filter(isStep2).length > answers, 'step 2')
  assert.equal(peer.closeCode, null, peer.closeReason)
}

test('A message cut off, empty, or of an unknown sync step is closed with 4400', () => refused([
  [], [0x80], [0], [0, 0], [0, 0, 5], [0, 2], [0, 2, 5, 1, 1], [0, 3, 0], [0, 120, 0], [1], [1, 9, 0], [1, 0]
]))

test('A message that claims a huge length or a huge number of entries is closed with 4400', () => refused([2 ** 20, 2 ** 32, 2 ** 53 - 1].flatMap(huge => [
  bytes(0, 0, huge), bytes(0, 1, huge, [0]), bytes(0, 2, huge, [0]), bytes(1, huge, [0]),
  step1(bytes(huge)), step1(bytes(huge, 1, 1)), presence(bytes(huge)), presence(bytes(huge, 1, 1, 'null')), presence(bytes(1, 1, 1, huge))
])))

test('An update that claims huge counts, lengths or clocks is closed with 4400', () => refused([2 ** 20, 2 ** 32, 2 ** 53 - 1].flatMap(huge => [
  bytes(huge), bytes(1, huge), bytes(1, huge, 5, 0, inRoot('t', 'string', 'x')), bytes(0, huge), bytes(0, 1, 5, huge), bytes(0, 1, 5, huge, 1, 1),
  bytes(1, 1, 5, 0, [4], 1, huge), bytes(1, 1, 5, 0, [4], 1, 't', huge), updateOf(5, 0, inRoot('t', 'any', huge)),
  updateOf(5, 0, inRoot('t', 'any', 1, [117], huge)), updateOf(5, 0, inRoot('t', 'json', huge)), updateOf(5, 0, inRoot('t', 'binary', huge)),
  updateOf(5, 2 ** 53 - 1, inRoot('t', 'string', 'xyz'))
]).flatMap(bad => [update(bad), step2(bad)]), 32))

test('An update cut anywhere is closed with 4400', () => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'cut', { bold: true })
  doc.getMap('map').set('key', [{ deep: [1, 'two', null] }])
  doc.getText('text').delete(0, 1)
  const whole = Y.encodeStateAsUpdate(doc)
  return refused(Array.from(whole, (_, length) => update(whole.subarray(0, length))), 32)
})

test('An unknown content, an unknown type, or an empty struct is closed with 4400', () => refused([
  ...[11, 12, 31].map(ref => updateOf(5, 0, [ref, 1], 't', [0])), updateOf(5, 0, inRoot('t', 'type', 7)), updateOf(5, 0, [0, 0]),
  updateOf(5, 0, inRoot('t', 'string', '')), updateOf(5, 0, [0x84], 5, 0, 'x')
].map(update)))

test('A string that is not UTF-8 is closed with 4400, wherever it stands in an update', () => refused([
  bytes([4], 1, notUtf8, 'x'), inRoot('t', 'string', notUtf8), bytes([0x24], 1, 't', notUtf8, 'x'), inRoot('t', 'embed', notUtf8), inRoot('t', 'format', notUtf8, '1'),
  inRoot('t', 'format', 'bold', notUtf8), inRoot('t', 'any', 1, [119], notUtf8), inRoot('t', 'any', 1, [118], 1, notUtf8, [126]), inRoot('t', 'type', 3, notUtf8),
  inRoot('t', 'json', 1, notUtf8)
].map(struct => update(updateOf(5, 0, struct)))))

test('A state vector that is none is closed with 4400', () => refused([[0x80], [1], [1, 5], [2, 5, 1], [1, 5, 0x80]].map(step1)))

test('An any-value or JSON 50,000 deep is closed with 4400', () => refused([
  inRoot('t', 'any', 1, nestedAny(50_000)), inRoot('t', 'json', 1, nestedJson(50_000)), inRoot('t', 'embed', nestedJson(50_000)), inRoot('t', 'format', 'bold', nestedJson(50_000))
].map(struct => update(updateOf(5, 0, struct))), 48))

// A type costs a few hundred bytes in the replica; the JSON view of one document is a megabyte at most.
test('Types nested 50,000 deep are merged, shown, stored, loaded and deleted like others', async () => {
  await watched.during(64, async () => {
    const peer = await joined(watched.server, '/deep')
    await taken(peer, [update(nestedTypes(5, 50_000))])
    const view = await watched.get('/api/documents/deep/content', { headers: { accept: 'application/json' } })
    assert.equal(view.status, 200)
    await view.text()
    await peer.leave()
    await watched.quiet()

    const later = await joined(watched.server, '/deep')
    await taken(later, [])
    const [, ...shown] = later.messages.filter(isStep2).at(-1)
    assert.ok(shown.length > 50_000, 'it came back from the store')
    await taken(later, [update(bytes(0, 1, 5, 1, 0, 1))])
    await later.leave()
  })
})

// Parked parts are bounded by limits.parked, 4 MiB, and cost a small multiple of their bytes in memory.
test('3,000 gapped updates are parked, told to nobody, and released when the gaps close', () => watched.during(32, async () => {
  const part = clock => updateOf(5, clock, inRoot('text', 'string', 'x'))
  const reader = await joined(watched.server, '/gaps')
  const peer = await joined(watched.server, '/gaps')
  await taken(peer, Array.from({ length: 3000 }, (_, i) => update(part(2 * i + 1))))
  assert.ok(peer.messages.filter(isStep1).length < 20, 'it is asked for the rest at most once a second')
  assert.deepEqual([...peer.messages.filter(isStep2).at(-1)], [0, 1, 2, 0, 0])
  assert.equal(reader.messages.filter(isUpdate).length, 0)
  assert.ok(!(await watched.documents()).includes('gaps'))

  await taken(peer, Array.from({ length: 3000 }, (_, i) => update(part(2 * i))))
  assert.equal((await (await watched.get('/api/documents/gaps/content')).text()).length, 6000)
  await Promise.all([reader.leave(), peer.leave()])
}))

// Dropped past limits.parked: 40 MiB of updates that build on nothing, and the bound is a small multiple of 4 MiB beside what is in flight.
test('Gapped updates over limits.parked are dropped', () => watched.during(64, async () => {
  const peer = await joined(watched.server, '/overgrown')
  const filler = 'x'.repeat(40_000)
  await taken(peer, Array.from({ length: 1000 }, (_, i) => update(updateOf(1000 + i, 1, inRoot('text', 'string', filler)))))
  assert.ok(!(await watched.documents()).includes('overgrown'))
  await peer.leave()
}))

test('An awareness message that is not JSON, not UTF-8, or cut is closed with 4400', () => refused([
  ...['', '{', 'nul', '{"a":1}}', "{'a':1}", 'undefined', '\u0000', '[1,]'].map(text => presence(states([1, 1, text]))),
  presence(bytes(1, 1, 1, notUtf8)), presence(bytes(1, 1, 1, [4, 0x22, 0xff, 0xfe, 0x22])), presence(bytes(1, 1)), presence([]), presence([0x80]),
  presence(bytes(1, [255, 255, 255, 255, 255, 255, 255, 255, 1], 1, 'null'))
]))

test('An awareness message over its limits is closed with 4413', () => refusedWith(4413, [
  presence(states([1, 1, JSON.stringify('x'.repeat(65_536))])),
  presence(states(...Array.from({ length: 10_001 }, (_, i) => [i + 1, 1, '{}'])))
]))

// Presence of a document is bounded to 8 MiB; an encoding of all of it is in flight to each of the four clients here.
test('Thousands of present clients and the largest states leave the others their presence', () => watched.during(96, async () => {
  const peer = await joined(watched.server, '/crowd')
  const text = JSON.stringify('x'.repeat(60_000))
  for (let i = 0; i < 10; ++i) peer.send(binary(presence(states(...Array.from({ length: 1000 }, (_, n) => [1000 * i + n, 1, '{"name":"crowd"}'])))))
  for (let i = 0; i < 500; ++i) {
    peer.send(binary(presence(states([20_000 + i, 1, text]))))
    await peer.drained()
  }
  await taken(peer, [])
  const newcomer = await joined(watched.server, '/crowd')
  await newcomer.until(() => newcomer.messages.some(isPresence), 'the crowd')
  await Promise.all([peer.leave(), newcomer.leave()])
}))

test('A clock that JavaScript cannot count further does not reach others as one that breaks them', () => watched.during(16, async () => {
  const last = states([77, 2 ** 53 - 1, '{}'])
  for (let i = 0; i < 3; ++i) {
    const peer = await joined(watched.server, `/${attacked}`)
    await taken(peer, [presence(last)])
    await peer.leave()
    await watched.quiet()
  }
  const watcher = await joined(watched.server, `/${attacked}`)
  await taken(watcher, [presence(last), presenceQuery()])
  // 2^53 as varUint: seven groups of zeros, then 16.
  const beyond = Buffer.from([128, 128, 128, 128, 128, 128, 128, 16])
  assert.ok(watcher.messages.filter(isPresence).every(message => !message.includes(beyond)))
  await watcher.leave()
}))

test('Unknown messages are ignored', () => watched.during(16, async () => {
  const peer = await joined(watched.server, '/unknown')
  await taken(peer, [[2, 0, 0], [4], [5, 1, 2, 3], [121], bytes(2 ** 53 - 1), [120, 5]])
  await peer.leave()
  assert.ok(!(await watched.documents()).includes('unknown'))
}))

test('Whatever was sent badly, the well-behaved have the same and a newcomer too', () => watched.agrees())
