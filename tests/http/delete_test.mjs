// A deleted document is gone for everybody, and stays so.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import { RawClient } from '../clients/raw_client.mjs'
import { endServers, startServer } from '../clients/servers.mjs'
import { freshFolder, waitFor } from '../support/server.mjs'

const options = { cwd: freshFolder() }
let server
before(async () => { server = await startServer(options) })
after(endServers)

const deleted = 4410
const urlOf = (name, rest = '') => `${server.url}/api/documents/${encodeURIComponent(name)}${rest}`
const create = (name, body) => fetch(urlOf(name, '/content'), { method: 'PUT', body })
const remove = (name, headers = {}) => fetch(urlOf(name), { method: 'DELETE', headers })
const textOf = async name => (await fetch(urlOf(name, '/content'))).text()
const statusOf = async name => (await fetch(urlOf(name))).status

/** A client of y-websocket, as an editor has it; `code` is that of its last close. */
function connect (name, doc) {
  const provider = new WebsocketProvider(`ws://${server.host}:${server.port}`, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true })
  const client = { provider, code: null }
  provider.on('connection-close', event => { client.code = event?.code ?? client.code })
  return client
}

test('A deleted document is gone, and its clients are told', async () => {
  await create('gone', 'text')
  const watchers = await Promise.all([1, 2, 3].map(() => new RawClient(server, 'gone').whenSynced))
  assert.equal((await remove('gone')).status, 204)
  for (const watcher of watchers) {
    await watcher.whenClosed
    assert.equal(watcher.closeCode, deleted)
  }
  assert.equal(await statusOf('gone'), 404)
  assert.equal((await fetch(urlOf('gone', '/content'))).status, 404)
  const { documents } = await (await fetch(`${server.url}/api/documents?prefix=gone`)).json()
  assert.deepEqual(documents, [])
  assert.equal((await remove('gone')).status, 404, 'there is nothing to delete any more')
  assert.equal((await remove('never was')).status, 404)
})

test('A client that was offline while its document was deleted and made anew is told so, and brings nothing back', async () => {
  const name = 'offline'
  const old = new Y.Doc()
  const client = connect(name, old)
  old.getText('text').insert(0, 'the old text')
  await waitFor(async () => await textOf(name) === 'the old text', { what: 'the text to be stored' })
  client.provider.disconnect()
  await waitFor(() => !client.provider.wsconnected)
  old.getText('text').insert(0, 'written offline, ')

  assert.equal((await remove(name)).status, 204)
  assert.equal((await create(name, 'the new text')).status, 201)
  const watcher = await new RawClient(server, name).whenSynced
  client.provider.connect()
  await waitFor(() => client.code === deleted, { what: 'the offline client to be told' })
  assert.equal(client.provider.shouldConnect, false, 'it does not come back by itself')
  assert.equal(await textOf(name), 'the new text')
  assert.equal(watcher.text.toString(), 'the new text')
  client.provider.destroy()
  await watcher.leave()

  await server.kill('SIGKILL')
  server = await startServer(options)
  const again = connect(name, old)
  await waitFor(() => again.code === deleted, { what: 'the offline client to be told after a restart, too' })
  again.provider.destroy()
  old.destroy()
  assert.equal(await textOf(name), 'the new text')
})

test('What an offline client has cannot be imported either', async () => {
  await create('import', 'old')
  const update = new Uint8Array(await (await fetch(urlOf('import', '/update'))).arrayBuffer())
  await remove('import')
  const post = body => fetch(urlOf('import', '/update'), { method: 'POST', body })
  assert.equal((await post(update)).status, 409)
  assert.equal(await statusOf('import'), 404)
  const fresh = new Y.Doc()
  fresh.getText('text').insert(0, 'fresh')
  assert.equal((await post(Y.encodeStateAsUpdate(fresh))).status, 200)
  assert.equal(await textOf('import'), 'fresh')
})

test('A deletion may ask for the state that was read', async () => {
  const { headers } = await create('careful', 'one')
  const etag = headers.get('etag')
  const edited = await fetch(urlOf('careful', '/edits'), { method: 'POST', body: '{"edits":[{"insert":"more than ","at":0}]}' })
  const refused = await remove('careful', { 'if-match': etag })
  assert.equal(refused.status, 412)
  assert.equal(refused.headers.get('etag'), edited.headers.get('etag'))
  assert.equal((await remove('careful', { 'if-match': edited.headers.get('etag') })).status, 204)
})

test('Under clients that type without pause a document is deleted, and no text is left of them', async () => {
  for (let round = 0; round < 5; ++round) {
    const name = `typing/${round}`
    const writers = await Promise.all([1, 2, 3, 4].map(() => new RawClient(server, encodeURIComponent(name)).whenSynced))
    const typing = setInterval(() => { for (const writer of writers) writer.text.insert(0, 'x') }, 1).unref()
    await waitFor(async () => (await statusOf(name)) === 200 && (await textOf(name)).length > 20, { what: 'some text' })
    assert.equal((await remove(name)).status, 204)
    await Promise.all(writers.map(writer => writer.whenClosed))
    clearInterval(typing)
    assert.deepEqual(writers.map(writer => writer.closeCode), [deleted, deleted, deleted, deleted])
    assert.equal(await statusOf(name), 404)
  }
})
