// Edits over HTTP, on documents of both algorithms: seen live, stored, and refused with a reason.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freshFolder, waitFor } from '../support/server.mjs'
import { Random } from './random.mjs'
import { RawClient } from './raw_client.mjs'
import { RgaClient } from './rga_client.mjs'
import { endServers, startServer } from './servers.mjs'

const options = { cwd: freshFolder() }
let server
before(async () => { server = await startServer(options) })
after(endServers)

const urlOf = (name, rest) => `${server.url}/api/documents/${encodeURIComponent(name)}${rest}`
const textOf = async name => (await fetch(urlOf(name, '/content'))).text()

async function post (name, body, { path = '/edits', headers = {} } = {}) {
  const answer = await fetch(urlOf(name, path), { method: 'POST', body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body), headers })
  return { status: answer.status, allow: answer.headers.get('allow'), ...await answer.json() }
}

const algorithms = [
  { algorithm: 'yjs', name: what => `http/${what}`, watch: async name => { const client = await new RawClient(server, name).whenSynced; return { text: () => client.text.toString(), leave: () => client.leave() } } },
  { algorithm: 'rga', name: what => `lab/rga/http/${what}`, watch: async name => {
    const client = new RgaClient(name, new Random(1)).connect(server)
    await waitFor(() => client.synced)
    return { text: () => client.text, leave: () => client.disconnect() }
  } }
]

for (const { algorithm, name, watch } of algorithms) {
  test(`Edits of a document of ${algorithm} are one update, seen live and stored`, async () => {
    const document = name('live')
    assert.deepEqual(await post(document, { root: 'text', edits: [{ insert: 'Hello wörld 😀', at: 0 }] }), { status: 200, allow: null, complete: true })
    const watcher = await watch(document)
    assert.equal(watcher.text(), 'Hello wörld 😀')
    const { status } = await post(document, { root: 'text', edits: [{ delete: 3, at: 11 }, { insert: ' again', at: 11 }, { delete: 5, at: 0 }, { insert: 'Bye', at: 0 }] })
    assert.equal(status, 200)
    assert.equal(await textOf(document), 'Bye wörld again')
    await waitFor(() => watcher.text() === 'Bye wörld again', { what: 'the watcher to see it' })
    await watcher.leave()
    const about = await (await fetch(urlOf(document, ''))).json()
    assert.equal(about.algorithm, algorithm)
    assert.equal(about.updates, 2, 'each request is one update')
  })

  test(`Edits of a document of ${algorithm} are refused with a reason, and change nothing`, async () => {
    const document = name('refused')
    await post(document, { edits: [{ insert: 'abc', at: 0 }] })
    const refused = async (body, status, code, message) => {
      const answer = await post(document, body)
      assert.equal(answer.status, status, JSON.stringify(answer))
      assert.equal(answer.error.code, code)
      assert.match(answer.error.message, message)
    }
    await refused({ edits: [{ insert: 'x', at: 0 }, { insert: 'y', at: 99 }] }, 400, 'invalid', /beyond/)
    await refused({ edits: [{ delete: 4, at: 0 }] }, 400, 'invalid', /beyond/)
    await refused('{"edits": [', 400, 'invalid', /not JSON/)
    await refused({ edits: [{ insert: 'x' }] }, 400, 'invalid', /`insert` wants `at`/)
    await refused({ edits: [] }, 400, 'invalid', /edits/)
    assert.equal(await textOf(document), 'abc')
    assert.equal((await fetch(urlOf(name('never'), '/content'))).status, 404)
    await post(name('never'), { edits: [{ insert: 'x', at: 7 }] })
    assert.equal((await fetch(urlOf(name('never'), '/content'))).status, 404, 'a refused edit makes no document')
  })

  test(`The update of a document of ${algorithm} is taken to another one`, async () => {
    const [from, to] = [name('from'), name('to')]
    await post(from, { edits: [{ insert: 'carried 😀', at: 0 }, { delete: 3, at: 0 }] })
    const exported = await fetch(urlOf(from, '/update'))
    assert.equal(exported.headers.get('content-type'), 'application/octet-stream')
    const update = new Uint8Array(await exported.arrayBuffer())
    const watcher = await watch(to)
    assert.deepEqual(await post(to, update, { path: '/update' }), { status: 200, allow: null, complete: true })
    assert.deepEqual(await post(to, update, { path: '/update' }), { status: 200, allow: null, complete: true })
    assert.equal(await textOf(to), 'ried 😀')
    await waitFor(() => watcher.text() === 'ried 😀', { what: 'the watcher to see it' })
    await watcher.leave()
    const noise = await post(to, new Uint8Array([255, 255, 255, 255]), { path: '/update' })
    assert.equal(noise.status, 400)
    assert.equal(noise.error.code, 'invalid')
    assert.equal((await post(to, '', { path: '/update' })).status, 400)
    assert.equal((await fetch(urlOf(name('nobody'), '/update'))).status, 404)
  })
}

test('A document that does not exist yet is a 404 that names the algorithm of its first edit', async () => {
  for (const { algorithm, name } of algorithms) {
    const answer = await fetch(urlOf(name('yet to come'), ''))
    assert.equal(answer.status, 404)
    const body = await answer.json()
    assert.equal(body.error.code, 'not_found')
    assert.equal(body.algorithm, algorithm)
  }
})

test('What an algorithm has no type for is 422', async () => {
  const answer = await post('lab/rga/http/map', { root: 'm', edits: [{ set: 'key', value: 1 }] })
  assert.equal(answer.status, 422)
  assert.equal(answer.error.code, 'unsupported')
})

test('A page of another site may not edit, and methods that a place has not are 405', async () => {
  const foreign = { headers: { origin: 'https://elsewhere.example' } }
  assert.equal((await post('http/foreign', { edits: [{ insert: 'x', at: 0 }] }, foreign)).status, 403)
  assert.equal((await post('http/foreign', new Uint8Array([0, 0]), { path: '/update', ...foreign })).status, 403)
  assert.equal((await fetch(urlOf('http/foreign', '/content'))).status, 404)
  const own = { headers: { origin: server.url } }
  assert.equal((await post('http/own', { edits: [{ insert: 'x', at: 0 }] }, own)).status, 200)
  const read = await fetch(urlOf('http/own', '/edits'))
  assert.equal(read.status, 405)
  assert.equal(read.headers.get('allow'), 'POST')
  assert.equal((await post('http/own', 'x', { path: '/content' })).allow, 'GET, HEAD, PUT')
})

test('What was answered survives kill -9', async () => {
  const documents = algorithms.map(({ name }) => name('survives'))
  for (let n = 0; n < 20; ++n) {
    for (const document of documents) assert.equal((await post(document, { edits: [{ insert: `${n} `, at: 0 }] })).status, 200)
  }
  await server.kill('SIGKILL')
  server = await startServer(options)
  const expected = Array.from({ length: 20 }, (_, n) => `${19 - n} `).join('')
  for (const document of documents) {
    assert.equal(await textOf(document), expected)
    // The next edits have another actor: nothing that is there is taken for known.
    assert.equal((await post(document, { edits: [{ insert: 'new ', at: 0 }] })).status, 200)
    assert.equal(await textOf(document), `new ${expected}`)
  }
})
