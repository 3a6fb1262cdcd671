// A large document is loaded while another one of the same shard answers.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import * as Y from 'yjs'
import { endServers, startServer } from '../clients/servers.mjs'
import { freshFolder } from '../support/server.mjs'

after(endServers)

const chunk = 'All work and no play makes a long text. '.repeat(4)
const chunks = 120_000
const chunksAtOnce = 20_000

/** Updates of some MB each, which together are a document of 20 MB in many pieces: each stands before those that were there. */
function updatesOfALargeDocument () {
  const doc = new Y.Doc()
  const updates = []
  doc.on('update', update => updates.push(update))
  const text = doc.getText('text')
  for (let n = 0; n < chunks; n += chunksAtOnce) {
    doc.transact(() => { for (let i = 0; i < chunksAtOnce; ++i) text.insert(0, chunk) })
  }
  return updates
}

test('While a document of 20 MB is loaded, another one of the same shard answers', async () => {
  const options = { cwd: freshFolder(), set: { 'kernel.shards': '1' } }
  let server = await startServer(options)
  const urlOf = (name, rest) => `${server.url}/api/documents/${name}${rest}`
  for (const body of updatesOfALargeDocument()) {
    assert.equal((await fetch(urlOf('large', '/update'), { method: 'POST', body })).status, 200)
  }
  await fetch(urlOf('small', '/content'), { method: 'PUT', body: 'small' })
  await server.kill()
  server = await startServer(options)
  await (await fetch(urlOf('small', '/content'))).text()

  let loaded = false
  let answered = 0
  const large = fetch(urlOf('large', '/content?root=nothing')).then(answer => { loaded = true; return answer.status })
  while (!loaded) {
    const edit = await fetch(urlOf('small', '/edits'), { method: 'POST', body: '{"edits":[{"insert":"x","at":0}]}' })
    assert.equal(edit.status, 200)
    if (!loaded) ++answered
  }
  assert.equal(await large, 404, 'it was loaded to tell that it has no such root')
  assert.ok(answered >= 3, `${answered} edits of another document were stored meanwhile`)
  const text = await (await fetch(urlOf('large', '/content'))).text()
  assert.equal(text.length, chunks * chunk.length)
})
