// Broken WebSocket use, told by raw sockets: each is closed with the code of its kind, and nobody else notices.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { bytes, inRoot, step1, update, updateOf } from './messages.mjs'
import { attacked, Watched } from './watch.mjs'
import { binary, frame, header, joined, opcode, opened, Peer } from './wire.mjs'

const MiB = 1024 * 1024

let watched
before(async () => { watched = await Watched.start() })
after(() => watched?.end())

/** Sends each list of bytes over a connection of its own; the close codes. */
async function codesFor (inputs) {
  return Promise.all(inputs.map(async input => {
    const peer = await opened(watched.server, `/${attacked}`)
    peer.send(input)
    return peer.closed()
  }))
}

const closedWith = (code, inputs) => watched.during(16, async () => {
  assert.deepEqual(await codesFor(inputs), inputs.map(() => code))
})

test('A text frame is closed with 1003', () => closedWith(1003, [
  frame(opcode.text, Buffer.from('hello')),
  frame(opcode.text),
  frame(opcode.text, Buffer.from([0xff, 0xfe])),
  frame(opcode.text, Buffer.from('hel'), { fin: false })
]))

test('A frame without a mask is closed with 1002', () => closedWith(1002, [
  frame(opcode.binary, step1(), { masked: false }),
  frame(opcode.ping, [], { masked: false })
]))

test('A control frame that is long or in fragments is closed with 1002', () => closedWith(1002, [
  frame(opcode.ping, Buffer.alloc(126)),
  frame(opcode.close, Buffer.alloc(70_000)),
  header(opcode.pong, 2 ** 40),
  frame(opcode.ping, [1], { fin: false }),
  frame(opcode.close, [1])
]))

test('Reserved bits, reserved opcodes and fragments out of order are closed with 1002', () => closedWith(1002, [
  ...[1, 2, 4].map(rsv => frame(opcode.binary, step1(), { rsv })),
  ...[3, 7, 11, 15].map(op => frame(op, step1())),
  frame(opcode.continuation, step1()),
  Buffer.concat([frame(opcode.binary, [0], { fin: false }), binary([0])])
]))

test('A length written longer than it needs is closed with 1002', () => closedWith(1002, [
  frame(opcode.binary, step1(), { lengthBytes: 2 }),
  frame(opcode.binary, step1(), { lengthBytes: 8 })
]))

test('A close code that nobody may send is closed with 1002, a close reason that is not UTF-8 with 1007', async () => {
  const close = (code, reason = []) => frame(opcode.close, [code >> 8, code & 255, ...reason])
  await closedWith(1002, [0, 999, 1004, 1005, 1006, 1015, 2999, 65535].map(code => close(code)))
  await closedWith(1007, [close(1000, [0xff]), close(1000, [0xc3])])
})

// The bound is what 40 connections take, and a thousandth of what they announce.
test('A header that claims a huge length is closed by its length alone and costs no memory', () => watched.during(16, async () => {
  const limit = 16 * MiB
  const impossible = [4 * limit + 4, 2 ** 32, 2 ** 53, 2 ** 63]
  assert.deepEqual(await codesFor(impossible.map(length => header(opcode.binary, length))), impossible.map(() => 1009))
  const tooLarge = Array.from({ length: 20 }, (_, i) => limit + 1 + i * MiB)
  assert.deepEqual(await codesFor(tooLarge.map(length => header(opcode.binary, length))), tooLarge.map(() => 4413))

  const patient = await Promise.all(Array.from({ length: 20 }, () => opened(watched.server, `/${attacked}`)))
  for (const peer of patient) peer.send(Buffer.concat([header(opcode.binary, limit), Buffer.from([0])]))
  await patient[0].until(() => patient[0].messages.length > 0, 'step 1')
  await Promise.all(patient.map(peer => peer.leave()))
}))

// 64 MiB stays far from being kept: of one frame nothing is, of fragments no more than limits.message, twice while they grow.
test('A message of 64 MiB is closed with 4413, in one frame and in fragments', () => watched.during(80, async () => {
  const one = await opened(watched.server, `/${attacked}`)
  one.send(Buffer.concat([header(opcode.binary, 64 * MiB), bytes(0, 2, 64 * MiB - 6)]))
  const piece = Buffer.alloc(MiB)
  for (let i = 0; i < 64; ++i) {
    one.send(piece)
    await one.drained()
  }
  assert.equal(await one.closed(), 4413)

  const many = await opened(watched.server, `/${attacked}`)
  for (let i = 0; i < 64; ++i) {
    many.send(frame(i === 0 ? opcode.binary : opcode.continuation, piece, { fin: i === 63 }))
    await many.drained()
  }
  assert.equal(await many.closed(), 4413)
}))

test('A million empty fragments cost no memory', () => watched.during(16, async () => {
  const peer = await joined(watched.server, '/fragments')
  peer.send(frame(opcode.binary, [], { fin: false }))
  const pieces = Buffer.concat(Array.from({ length: 10_000 }, () => frame(opcode.continuation, [], { fin: false })))
  for (let i = 0; i < 100; ++i) {
    peer.send(pieces)
    await peer.drained()
  }
  peer.send(frame(opcode.continuation, update(updateOf(7, 0, inRoot('text', 'string', 'whole')))))
  peer.send(binary(step1()))
  await peer.until(() => peer.messages.length >= 2, 'step 2')
  await peer.leave()
  assert.equal(await (await watched.get('/api/documents/fragments/content')).text(), 'whole')
}))

test('A frame cut anywhere brings nothing', () => watched.during(16, async () => {
  const whole = binary(update(updateOf(7, 0, inRoot('text', 'string', 'cut'))))
  await Promise.all(Array.from({ length: whole.length }, async (_, length) => {
    const peer = await opened(watched.server, '/cut')
    peer.socket.end(whole.subarray(0, length))
    await peer.closed()
  }))
  await watched.quiet()
  assert.ok(!(await watched.documents()).includes('cut'))
}))

test('Random bytes end their own connection', () => watched.during(32, async () => {
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    const peer = i % 2 === 0 ? await opened(watched.server, '/random') : new Peer(watched.server)
    peer.socket.end(randomBytes(1 + i * 100))
    await peer.closed()
  }))
  await watched.quiet()
  assert.ok(!(await watched.documents()).includes('random'))
}))

test('Whatever was framed badly, the well-behaved have the same and a newcomer too', () => watched.agrees())
