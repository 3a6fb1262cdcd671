// Clients that are too many, too slow, from elsewhere, or at paths that name nothing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitFor } from '../support/server.mjs'
import { bytes, inRoot, isStep2, presence, presenceQuery, states, step1, update, updateOf } from './messages.mjs'
import { attacked, slack, Watched } from './watch.mjs'
import { binary, joined, Peer, upgradeRequest } from './wire.mjs'

const handshakeTimeout = 2000

let watched
before(async () => { watched = await Watched.start({ 'transports.0.handshake_timeout': `${handshakeTimeout}ms` }) })
after(() => watched?.end())

/** Opens `path` and reads nothing from then on. */
async function neverReading (path) {
  const peer = await joined(watched.server, path)
  peer.socket.pause()
  return peer
}

async function writeAll (peer, messages) {
  for (const message of messages) {
    peer.send(binary(message))
    await peer.drained()
  }
}

const leaveAll = peers => Promise.all(peers.map(peer => peer.leave()))

/** Waits for the answer to step 1: the server has then taken everything before it. */
async function taken (peer, stateVector) {
  const answers = peer.messages.length
  peer.send(binary(step1(stateVector)))
  await peer.until(() => peer.messages.slice(answers).some(isStep2), 'step 2')
}

// 20 of them and 32 MiB of edits would be 640 MiB as queues; log and marks are bounded. The document itself grows by the 32 MiB, its text is
// copied on the way to the store, and its compaction may fall into the same moment: another replica, a segment, a keyframe.
test('Clients that never read cost no more than their marks while others write', () => watched.during(384, async () => {
  const idle = await Promise.all(Array.from({ length: 20 }, () => neverReading('/silent')))
  const writer = await joined(watched.server, '/silent', { keep: isStep2 })
  const filler = 'x'.repeat(64 * 1024)
  for (let i = 0; i < 512; ++i) {
    writer.send(binary(update(updateOf(5, i * filler.length, inRoot('text', 'string', filler)))))
    await writer.drained()
    if (i % 16 === 15) await taken(writer, bytes(1, 5, (i + 1) * filler.length))
  }
  await leaveAll([...idle, writer])
}))

// 1,000 answers of a megabyte each are a gigabyte.
test('A client that asks for the document again and again and never reads gets one answer at a time', () => watched.during(64, async () => {
  const writer = await joined(watched.server, '/asked')
  await writeAll(writer, [update(updateOf(5, 0, inRoot('text', 'string', 'x'.repeat(1024 * 1024))))])
  await taken(writer)
  const asking = await neverReading('/asked')
  for (let i = 0; i < 1000; ++i) asking.send(binary(step1(bytes(1, 100 + i, 1))))
  await taken(writer)
  await leaveAll([asking, writer])
}))

test('A client that asks who is present again and again and never reads gets one answer at a time', () => watched.during(64, async () => {
  const present = await joined(watched.server, '/present')
  const text = JSON.stringify('x'.repeat(50_000))
  await writeAll(present, Array.from({ length: 20 }, (_, i) => presence(states([i + 1, 1, text]))))
  await taken(present)
  const asking = await neverReading('/present')
  for (let i = 0; i < 1000; ++i) asking.send(binary(presenceQuery()))
  await taken(present)
  await leaveAll([asking, present])
}))

// The README of the configuration says some 50 KiB for each.
test('2,000 connections at once are all answered', () => watched.during(100, async () => {
  const peers = Array.from({ length: 2000 }, () => new Peer(watched.server, { timeout: 30_000 * slack }))
  await Promise.all(peers.map(async (peer, i) => {
    assert.equal(await peer.upgrade(`/many/${i % 100}`), 101)
    peer.send(binary(step1()))
    await peer.until(() => peer.messages.some(isStep2), 'step 2')
  }))
  await leaveAll(peers)
  await watched.quiet()
}))

// Each head is 16 KiB at most.
test('Requests that drip in are ended by the handshake timeout', () => watched.during(16, async () => {
  const begin = performance.now()
  const heads = ['GET / HTTP/1.1\r\nHost: x\r\nX: ', upgradeRequest(watched.server, `/${attacked}`).subarray(0, 40), '']
  const peers = Array.from({ length: 200 }, () => new Peer(watched.server))
  peers.forEach((peer, i) => peer.send(heads[i % heads.length]))
  const drip = setInterval(() => peers.forEach(peer => peer.send('a')), 100)
  try {
    await Promise.all(peers.map(peer => peer.closed()))
  } finally {
    clearInterval(drip)
  }
  assert.ok(peers.every(peer => peer.status !== 101 && peer.status !== 200))
  assert.ok(performance.now() - begin < (handshakeTimeout + 4000) * slack)
}))

async function statusOf (path, headers) {
  const peer = new Peer(watched.server)
  const status = await peer.upgrade(path, headers)
  await peer.leave()
  return status
}

test('An upgrade or a writing request from a foreign Origin is refused with 403', () => watched.during(16, async () => {
  const { host, port, url } = watched.server
  const foreign = ['http://evil.example', `http://${host}:${port + 1}`, `http://${host}`, `http://${host}:${port}.evil.example`, `http://evil.example/${host}:${port}`, 'null', 'x', 'file://']
  for (const origin of foreign) {
    assert.equal(await statusOf('/origin', { Origin: origin }), 403, origin)
    for (const method of ['PUT', 'POST', 'DELETE']) {
      assert.equal((await watched.get('/api/documents/origin', { method, headers: { origin } })).status, 403, `${method} from ${origin}`)
    }
  }
  assert.equal(await statusOf('/origin', { Origin: url }), 101)
  assert.ok(!(await watched.documents()).includes('origin'))
}))

test('A path that names no document is refused with 400', () => watched.during(16, async () => {
  const bad = ['/', '/hocuspocus', '/%68ocuspocus', '/%00', '/a%0Ab', '/%7F', '/%C2%80', '/%FF', '/%C3%28', '/%ED%A0%80', '/%C0%AF', `/${'x'.repeat(513)}`, `/${'%C3%A4'.repeat(257)}`]
  for (const path of bad) assert.equal(await statusOf(path), 400, path)
  assert.equal(await statusOf(Buffer.from('/\xff', 'latin1')), 400)
  for (const path of ['/100%', '/%zz', '/a/b//c', `/${'x'.repeat(512)}`, '/..%2F..%2Fetc%2Fpasswd', '/%2500']) assert.equal(await statusOf(path), 101, path)
  assert.ok((await watched.documents()).every(id => ['attacked', 'beside', 'silent', 'asked'].includes(id)))
}))

test('HTTP that is none, or too long, is refused and ends its connection', () => watched.during(32, async () => {
  const long = 'x'.repeat(20_000)
  const answers = await Promise.all([`GET /${long} HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\nX: ${long}\r\n\r\n`, 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\r\n\r\n\r\n', 'POST /api/documents HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n',
    'POST /api/documents HTTP/1.1\r\nContent-Length: 4000000000\r\n\r\n', 'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n'].map(async request => {
    const peer = new Peer(watched.server)
    peer.send(request)
    await peer.closed()
    return peer.status
  }))
  for (const status of answers) assert.ok(status === null || (status >= 400 && status < 600), `${answers}`)
}))

test('When all have gone their memory is free for others, and the well-behaved agree', async () => {
  await watched.quiet()
  await waitFor(async () => /^weft_log_bytes/m.test(await (await watched.get('/metrics')).text()))
  await watched.agrees()
})
