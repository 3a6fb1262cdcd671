// Which pages of other sites may use the API.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { request } from 'node:http'
import { endServers, startServer } from '../clients/servers.mjs'

const friend = 'https://app.example'
let closed
let open
before(async () => {
  [closed, open] = await Promise.all([startServer(), startServer({ set: { 'http.cors': `["${friend}", "http://127.0.0.1:5173"]` } })])
})
after(endServers)

/** As a browser would: fetch of Node does not let one say an Origin on every method. */
function ask (server, method, path, headers = {}, body = '') {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers: { 'content-length': Buffer.byteLength(body), ...headers } }, answer => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const edits = '{"edits":[{"insert":"x","at":0}]}'
const preflight = origin => ({ origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'if-match' })

test('Nobody is named by default', async () => {
  const read = await ask(closed, 'GET', '/api/documents', { origin: friend })
  assert.equal(read.status, 200)
  assert.equal(read.headers['access-control-allow-origin'], undefined)
  assert.equal((await ask(closed, 'OPTIONS', '/api/documents/x/content', preflight(friend))).status, 403)
  assert.equal((await ask(closed, 'POST', '/api/documents/x/edits', { origin: friend }, edits)).status, 403)
  assert.equal((await ask(closed, 'GET', '/api/documents/x')).status, 404, 'nothing was written')
})

test('A site that is named reads, writes, and sees the headers that it needs', async () => {
  const asked = await ask(open, 'OPTIONS', '/api/documents/x/content', preflight(friend))
  assert.equal(asked.status, 204)
  assert.equal(asked.headers['access-control-allow-origin'], friend)
  assert.match(asked.headers['access-control-allow-methods'], /\bPUT\b/)
  for (const header of ['if-match', 'if-none-match', 'idempotency-key', 'content-type']) {
    assert.ok(asked.headers['access-control-allow-headers'].toLowerCase().includes(header), header)
  }
  const written = await ask(open, 'POST', '/api/documents/x/edits', { origin: friend }, edits)
  assert.equal(written.status, 200)
  assert.equal(written.headers['access-control-allow-origin'], friend)
  assert.match(written.headers['access-control-expose-headers'], /ETag/)
  assert.match((await ask(open, 'GET', '/api/documents/x', { origin: friend })).headers.vary, /Origin/)
})

test('Other sites are refused beside one that is named', async () => {
  for (const origin of ['https://elsewhere.example', 'http://app.example', 'https://app.example:8443', 'https://app.example.evil', 'null']) {
    assert.equal((await ask(open, 'OPTIONS', '/api/documents/y/content', preflight(origin))).status, 403, origin)
    assert.equal((await ask(open, 'POST', '/api/documents/y/edits', { origin }, edits)).status, 403, origin)
    const read = await ask(open, 'GET', '/api/documents', { origin })
    assert.equal(read.headers['access-control-allow-origin'], undefined, origin)
    assert.match(read.headers.vary, /Origin/, 'or a cache would give them the answer of another site')
  }
  assert.equal((await ask(open, 'GET', '/api/documents/y')).status, 404)
})

test('The page of the server itself needs no naming', async () => {
  for (const server of [closed, open]) {
    assert.equal((await ask(server, 'POST', '/api/documents/own/edits', { origin: server.url }, edits)).status, 200)
  }
})
