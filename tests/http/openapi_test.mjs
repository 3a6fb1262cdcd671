// Every operation of docs/openapi.yaml, with good and bad input, against a running server.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Random } from '../clients/random.mjs'
import { endServers, startServer } from '../clients/servers.mjs'
import { freshFolder } from '../support/server.mjs'
import { Caller } from './caller.mjs'
import { file, operations, statusesOf } from './openapi.mjs'

// Small enough to be passed by a test, large enough for all else.
const limits = { 'transports.0.listen': '127.0.0.1:0', 'transports.0.http_body': '64KiB', 'limits.document': '128KiB' }
const cwd = freshFolder()
let server
let api
before(async () => {
  server = await startServer({ cwd, set: limits })
  api = new Caller(server)
})
after(endServers)

const insert = (text, more = {}) => ({ edits: [{ insert: text, at: 0, ...more }] })
const badNames = ['%ff', '%00', '%C2%80', 'hocuspocus', 'n'.repeat(513)]

test('The file is valid OpenAPI', async () => {
  const { valid, errors } = await new Validator().validate(file)
  assert.ok(valid, JSON.stringify(errors, null, 2))
})

test('The server tells how it is', async () => {
  for (const id of ['getHealth', 'getReadiness', 'getMetrics']) await api.call(id, { status: 200 })
  const { json } = await api.call('listPlugins', { status: 200 })
  assert.ok(json.plugins.some(({ name }) => name === 'yjs'))
})

test('The page is served', async () => {
  const { etag, text } = await api.call('getListPage', { status: 200 })
  await api.call('getListPage', { headers: { 'if-none-match': etag }, status: 304 })
  await api.call('getDocumentPage', { rawDocument: 'a/b', status: 200 })
  await api.call('getDocumentPage', { document: 'a/b', headers: { 'if-none-match': etag }, status: 304 })
  const [, asset] = text.match(/"\/assets\/([^"]+\.js)"/)
  const script = await api.call('getAsset', { file: asset, status: 200 })
  await api.call('getAsset', { file: asset, headers: { 'if-none-match': script.etag }, status: 304 })
  await api.call('getAsset', { file: 'not-there.js', status: 404 })
})

test('A document is created, read, edited, and taken elsewhere', async () => {
  const document = 'api/größe 😀?#%'
  await api.call('getDocument', { document, status: 404 })
  await api.call('getContent', { document, status: 404 })
  await api.call('exportDocument', { document, status: 404 })
  const created = await api.call('createDocument', { document, body: 'Hello', status: 201 })
  await api.call('createDocument', { document, body: 'again', status: 409 })
  const content = await api.call('getContent', { document, status: 200 })
  assert.equal(content.text, 'Hello')
  assert.equal(content.etag, created.etag)
  await api.call('editDocument', { document, body: insert('Oh, '), headers: { 'if-match': content.etag }, status: 200 })
  await api.call('editDocument', { document, body: insert('late'), headers: { 'if-match': content.etag }, status: 412 })
  const view = await api.call('getContent', { document, headers: { accept: 'application/json' }, status: 200 })
  assert.deepEqual(view.json, { text: 'Oh, Hello' })
  assert.equal((await api.call('getContent', { document, query: { root: 'text' }, status: 200 })).text, 'Oh, Hello')
  await api.call('getContent', { document, query: { root: 'nothing' }, status: 404 })
  const update = await api.call('exportDocument', { document, status: 200 })
  await api.call('importUpdate', { document: 'api/copy', body: update.bytes, status: 200 })
  await api.call('importUpdate', { document: 'api/copy', body: update.bytes, headers: { 'if-match': '"0"' }, status: 412 })
  assert.equal((await api.call('getContent', { document: 'api/copy', status: 200 })).text, 'Oh, Hello')
  const about = await api.call('getDocument', { document, status: 200 })
  assert.equal(about.json.id, document)
})

for (const document of ['api/versions', 'lab/rga/versions']) {
  test(`Versions of ${document} are named, listed, shown, compared, and brought back`, async () => {
    await api.call('listVersions', { document, status: 404 })
    await api.call('nameVersion', { document, body: { label: 'none' }, status: 404 })
    await api.call('createDocument', { document, body: 'one', status: 201 })
    const first = await api.call('nameVersion', { document, body: { label: 'first', author: 'Ada' }, status: 201 })
    assert.deepEqual(first.json, { number: 1 })
    await api.call('editDocument', { document, body: { edits: [{ delete: 3, at: 0 }, { insert: 'two', at: 0 }] }, status: 200 })
    for (const label of ['second', 'third']) await api.call('nameVersion', { document, body: { label }, status: 201 })
    const page = await api.call('listVersions', { document, query: { limit: 2 }, status: 200 })
    assert.deepEqual(page.json.versions.map(({ number, label }) => [number, label]), [[3, 'third'], [2, 'second']])
    const rest = await api.call('listVersions', { document, query: { limit: 2, before: page.json.next }, status: 200 })
    assert.equal(rest.json.next, null)
    const { number, label, author, kind } = rest.json.versions[0]
    assert.deepEqual({ number, label, author, kind }, { number: 1, label: 'first', author: 'Ada', kind: 'named' })

    const shown = await api.call('getVersionContent', { document, version: 1, status: 200 })
    assert.equal(shown.text, 'one')
    await api.call('getVersionContent', { document, version: 1, headers: { 'if-none-match': shown.etag }, status: 304 })
    const view = await api.call('getVersionContent', { document, version: 2, headers: { accept: 'application/json' }, status: 200 })
    assert.deepEqual(view.json, { text: 'two' })
    assert.equal((await api.call('getVersionContent', { document, version: 1, query: { root: 'text' }, status: 200 })).text, 'one')
    await api.call('getVersionContent', { document, version: 1, query: { root: 'nothing' }, status: 404 })

    const { json: change } = await api.call('getVersionDiff', { document, version: 2, status: 200 })
    assert.deepEqual([change.from, change.to], [1, 2])
    const texts = kind => change.changes.text.map(step => step[kind] ?? '').join('')
    assert.deepEqual([texts('insert'), texts('delete')], ['two', 'one'])
    const none = await api.call('getVersionDiff', { document, version: 3, query: { against: 2 }, status: 200 })
    assert.deepEqual(none.json.changes, {})
    const all = await api.call('getVersionDiff', { document, version: 1, query: { against: 0 }, status: 200 })
    assert.equal(all.json.changes.text[0].insert, 'one')

    const back = await api.call('restoreVersion', { document, version: 1, body: { author: 'Ada' }, status: 200 })
    assert.deepEqual(back.json, { restored: 1, kept: 4 })
    assert.equal((await api.call('getContent', { document, status: 200 })).text, 'one')
    const undone = await api.call('restoreVersion', { document, version: 4, body: '', status: 200 })
    assert.deepEqual(undone.json, { restored: 4, kept: 5 })
    assert.equal((await api.call('getContent', { document, status: 200 })).text, 'two')
    assert.equal((await api.call('restoreVersion', { document, version: 4, body: '', status: 200 })).json.kept, null)
  })
}

test('What is asked wrongly of versions is 400, and what is not there 404', async () => {
  const document = 'api/versions'
  for (const version of ['0', '-1', 'x', '99999999999999999999']) {
    for (const id of ['getVersionContent', 'getVersionDiff', 'restoreVersion']) await api.call(id, { document, version, status: 400 })
  }
  for (const id of ['getVersionContent', 'getVersionDiff', 'restoreVersion']) {
    await api.call(id, { document, version: 99, status: 404 })
    await api.call(id, { rawDocument: '%ff', version: 1, status: 400 })
    await api.call(id, { document: 'api/never', version: 1, status: 404 })
  }
  await api.call('getVersionDiff', { document, version: 1, query: { against: 98 }, status: 404 })
  for (const against of ['x', '-1', '']) await api.call('getVersionDiff', { document, version: 1, query: { against }, status: 400 })
  for (const limit of ['0', '1001', 'x']) await api.call('listVersions', { document, query: { limit }, status: 400 })
  for (const before of ['0', '-1', 'x']) await api.call('listVersions', { document, query: { before }, status: 400 })
  for (const body of ['', '{', '[]', '{}', '{"label":""}', '{"label":1}', { label: 'x'.repeat(501) }, { label: 'x\u0000' }, { label: 'x', author: 1 }]) {
    await api.call('nameVersion', { document, body, status: 400 })
  }
  await api.call('restoreVersion', { document, version: 1, body: '[]', status: 400 })
  const headers = { origin: 'https://elsewhere.example' }
  await api.call('nameVersion', { document, body: { label: 'x' }, headers, status: 403 })
  await api.call('restoreVersion', { document, version: 1, headers, status: 403 })
})

test('What has not changed is 304', async () => {
  const document = 'api/known'
  await api.call('createDocument', { document, body: 'x', status: 201 })
  for (const id of ['getDocument', 'getContent', 'exportDocument']) {
    const { etag } = await api.call(id, { document, status: 200 })
    const again = await api.call(id, { document, headers: { 'if-none-match': `"other", W/${etag}` }, status: 304 })
    assert.equal(again.etag, etag)
  }
})

test('Names that are none are 400', async () => {
  for (const rawDocument of badNames) {
    for (const id of ['getDocument', 'getContent', 'exportDocument']) await api.call(id, { rawDocument, status: 400 })
    await api.call('createDocument', { rawDocument, body: 'x', status: 400 })
    await api.call('editDocument', { rawDocument, body: insert('x'), status: 400 })
    await api.call('importUpdate', { rawDocument, body: new Uint8Array([0, 0]), status: 400 })
  }
})

test('Bodies, parameters and headers that do not parse are 400, and make no document', async () => {
  const document = 'api/never'
  await api.call('createDocument', { document, body: '', status: 400 })
  await api.call('createDocument', { document, body: new Uint8Array([0xc3, 0x28]), status: 400 })
  for (const body of ['', '{', '[]', 'null', '{"edits":[]}', '{"edits":[{}]}', '{"edits":[{"insert":1,"at":0}]}', '{"edits":[{"insert":"x","at":-1}]}']) {
    await api.call('editDocument', { document, body, status: 400 })
  }
  await api.call('editDocument', { document, body: insert('x', { at: 1 }), status: 400 })
  await api.call('editDocument', { document, body: insert('x'), headers: { 'if-match': 'no tag' }, status: 400 })
  await api.call('editDocument', { document, body: insert('x'), headers: { 'idempotency-key': 'k'.repeat(256) }, status: 400 })
  await api.call('importUpdate', { document, body: new Uint8Array(), status: 400 })
  await api.call('importUpdate', { document, body: new Uint8Array([255, 255, 255]), status: 400 })
  for (const limit of ['0', '1001', '-1', 'x', '', '99999999999999999999']) await api.call('listDocuments', { query: { limit }, status: 400 })
  await api.call('getDocument', { document, status: 404 })
})

test('What the algorithm has no type for, and a key with another body, are 422', async () => {
  const document = 'lab/rga/api'
  await api.call('editDocument', { document, body: { edits: [{ set: 'key', value: 1 }] }, status: 422 })
  const headers = { 'idempotency-key': 'mine' }
  for (const [id, first, second] of [['editDocument', insert('a'), insert('b')], ['importUpdate', new Uint8Array([0, 0]), new Uint8Array([0, 0, 0])]]) {
    await api.call(id, { document: 'api/keys', body: first, headers, status: 200 })
    await api.call(id, { document: 'api/keys', body: second, headers, status: 422 })
  }
})

test('What is over a limit is 413', async () => {
  const large = 'x'.repeat(60 * 1024)
  const document = 'api/large'
  await api.call('createDocument', { document, body: 'x'.repeat(65 * 1024), status: 413 })
  await api.call('editDocument', { document, body: insert('x'.repeat(65 * 1024)), status: 413 })
  await api.call('importUpdate', { document, body: new Uint8Array(65 * 1024), status: 413 })
  await api.call('createDocument', { document, body: large, status: 201 })
  await api.call('editDocument', { document, body: insert(large), status: 200 })
  await api.call('editDocument', { document, body: insert(large), status: 413 })
})

test('A page of another site may read, but not write', async () => {
  const headers = { origin: 'https://elsewhere.example' }
  const document = 'api/known'
  await api.call('getContent', { document, headers, status: 200 })
  await api.call('createDocument', { document: 'api/foreign', body: 'x', headers, status: 403 })
  await api.call('editDocument', { document, body: insert('x'), headers, status: 403 })
  await api.call('importUpdate', { document, body: new Uint8Array([0, 0]), headers, status: 403 })
})

test('The list comes in pages', async () => {
  const names = Array.from({ length: 25 }, (_, n) => `pages/${String(n).padStart(2, '0')}`)
  for (const document of names) await api.call('createDocument', { document, body: 'x', status: 201 })
  const listed = []
  for (let after = ''; after !== null;) {
    const { json } = await api.call('listDocuments', { query: { prefix: 'pages/', limit: 10, after }, status: 200 })
    listed.push(...json.documents.map(({ id }) => id))
    after = json.next
  }
  assert.deepEqual(listed, names)
})

test('HEAD is GET without the body, and other methods are 405', async () => {
  for (const path of ['/api/documents', '/api/documents/api%2Fknown', '/api/documents/api%2Fknown/content', '/healthz', '/']) {
    const [get, head] = await Promise.all(['GET', 'HEAD'].map(method => fetch(server.url + path, { method })))
    assert.equal(head.status, get.status)
    assert.equal(head.headers.get('etag'), get.headers.get('etag'))
    assert.equal((await head.arrayBuffer()).byteLength, 0)
    await get.arrayBuffer()
    const refused = await fetch(server.url + path, { method: 'PATCH' })
    assert.equal(refused.status, 405)
    assert.match(refused.headers.get('allow'), /GET, HEAD/)
    await refused.arrayBuffer()
  }
  for (const path of ['/api', '/api/nothing', '/api/documents/x/nothing', '/api/documents/x/content/more', '/elsewhere']) {
    assert.equal((await fetch(server.url + path)).status, 404, path)
  }
})

test('No input makes a server error, or an answer that the file does not have', async () => {
  const random = new Random(4711)
  const pick = list => list[random.below(list.length)]
  const odd = ['', '0', '-1', 'null', '"', '*', 'W/"x"', '"0123456789abcdef"', '"0123456789abcdef.json"', '\t', 'é', '%', '{"edits":[', '[[[[', 'x'.repeat(3000)]
  const bodies = [...odd, JSON.stringify(insert('é😀')), JSON.stringify({ edits: [{ format: 1, at: 0, attributes: { b: null } }] }),
    JSON.stringify({ edits: [{ set: 'k', value: { deep: [1, 2, null] } }], root: 'm' }), JSON.stringify({ edits: [{ insert_items: [1], at: 9 }], root: 'l' }),
    new Uint8Array([0, 0]), new Uint8Array([1, 1, 1, 0, 4, 1]), new Uint8Array([0xff, 0xff]), new Uint8Array(2000)]
  const names = ['api/known', 'api/odd', 'lab/rga/odd', ...badNames.map(name => ({ raw: name }))]
  for (let n = 0; n < 600; ++n) {
    const { id, method } = pick(operations)
    const name = pick(names)
    const headers = {}
    for (const header of ['accept', 'if-match', 'if-none-match', 'idempotency-key', 'content-type']) {
      if (random.below(3) === 0) headers[header] = pick(odd.filter(value => !/[\té]/.test(value)))
    }
    await api.call(id, {
      ...(name.raw ? { rawDocument: name.raw } : { document: name }),
      file: encodeURIComponent(pick(odd)),
      query: Object.fromEntries(['limit', 'prefix', 'after', 'root'].filter(() => random.below(3) === 0).map(key => [key, pick(odd)])),
      headers,
      body: method === 'GET' ? undefined : pick(bodies)
    })
  }
})

test('A document is deleted, once', async () => {
  const document = 'api/deleted'
  const { etag } = await api.call('createDocument', { document, body: 'x', status: 201 })
  await api.call('deleteDocument', { document, headers: { 'if-match': '"0"' }, status: 412 })
  await api.call('deleteDocument', { document, headers: { 'if-match': 'no tag' }, status: 400 })
  await api.call('deleteDocument', { document, headers: { origin: 'https://elsewhere.example' }, status: 403 })
  const update = await api.call('exportDocument', { document, status: 200 })
  await api.call('deleteDocument', { document, headers: { 'if-match': etag }, status: 204 })
  await api.call('deleteDocument', { document, status: 404 })
  await api.call('importUpdate', { document, body: update.bytes, status: 409 })
  await api.call('createDocument', { document, body: 'anew', status: 201 })
})

test('A document whose algorithm is not loaded is 409', async () => {
  const document = 'lab/rga/left'
  await api.call('createDocument', { document, body: 'written', status: 201 })
  await server.kill()
  const seen = api.seen
  server = await startServer({ cwd, set: { ...limits, 'crdt.by_name': '[]' } })
  api = new Caller(server)
  api.seen = seen
  await api.call('getContent', { document, status: 409 })
  await api.call('exportDocument', { document, status: 409 })
  await api.call('editDocument', { document, body: insert('x'), status: 409 })
  await api.call('importUpdate', { document, body: new Uint8Array([0, 0]), status: 409 })
  await api.call('deleteDocument', { document, status: 409 })
  assert.equal((await api.call('getDocument', { document, status: 200 })).json.algorithm, 'rga')
})

test('Every answer in the file was seen, but for those of a server in trouble', () => {
  const missing = operations.flatMap(operation =>
    statusesOf(operation).filter(status => status < 500 && !api.seen.has(`${operation.id} ${status}`)).map(status => `${operation.id} ${status}`))
  assert.deepEqual(missing, [])
})
