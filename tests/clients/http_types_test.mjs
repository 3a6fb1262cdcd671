// Edits over HTTP of every type that Yjs has, as a real Yjs client sees them.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { freshFolder, waitFor } from '../support/server.mjs'
import { RawClient } from './raw_client.mjs'
import { endServers, startServer } from './servers.mjs'

let server
before(async () => { server = await startServer({ cwd: freshFolder() }) })
after(endServers)

const post = async (document, body) => {
  const answer = await fetch(`${server.url}/api/documents/${encodeURIComponent(document)}/edits`, { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, ...await answer.json() }
}

/** A watcher of a document, and a way to edit it over HTTP that ends when the watcher has the update. */
const opened = async document => {
  const watcher = await new RawClient(server, document).whenSynced
  const edit = async (root, edits) => {
    const known = watcher.received.length
    assert.deepEqual(await post(document, { root, edits }), { status: 200, complete: true })
    await waitFor(() => watcher.received.length > known, { what: 'the watcher to see the edits' })
    assert.equal(watcher.received.length, known + 1, 'one request is one update')
  }
  return { watcher, doc: watcher.doc, edit }
}

// As with insertEmbed, an embed has the attributes that it is given, and text without attributes those of what it follows.
test('Formats and embeds of a text', async () => {
  const { watcher, doc, edit } = await opened('types/text')
  await edit('t', [
    { insert: 'plain ', at: 0 },
    { insert: 'bold', at: 6, attributes: { bold: true } },
    { embed: { image: 'a.png' }, at: 10 },
    { format: 5, at: 0, attributes: { italic: true } }
  ])
  assert.deepEqual(doc.getText('t').toDelta(), [
    { insert: 'plain', attributes: { italic: true } },
    { insert: ' ' },
    { insert: 'bold', attributes: { bold: true } },
    { insert: { image: 'a.png' } }
  ])
  await edit('t', [{ format: 4, at: 6, attributes: { bold: null } }, { delete: 1, at: 10 }, { insert: '!', at: 5 }])
  assert.deepEqual(doc.getText('t').toDelta(), [{ insert: 'plain!', attributes: { italic: true } }, { insert: ' bold' }])
  await watcher.leave()
})

test('Keys of a map, and shared types under them', async () => {
  const { watcher, doc, edit } = await opened('types/map')
  await edit('m', [
    { set: 'title', value: 'Weft' },
    { set: 'size', value: { rows: [1, 2.5, -3, null, true] } },
    { set: 'note', new: 'text' },
    { path: ['note'], insert: 'inside', at: 0 },
    { set: 'list', new: 'array' },
    { path: ['list'], insert_items: ['a', { b: 1 }], at: 0 }
  ])
  assert.deepEqual(doc.getMap('m').toJSON(), {
    title: 'Weft', size: { rows: [1, 2.5, -3, null, true] }, note: 'inside', list: ['a', { b: 1 }]
  })
  assert.ok(doc.getMap('m').get('note') instanceof Y.Text)
  await edit('m', [{ unset: 'size' }, { set: 'title', value: 'Warp' }])
  assert.deepEqual(doc.getMap('m').toJSON(), { title: 'Warp', note: 'inside', list: ['a', { b: 1 }] })
  await watcher.leave()
})

test('Elements of an array, and a map inside it by its path', async () => {
  const { watcher, doc, edit } = await opened('types/array')
  await edit('a', [
    { insert_items: [1, 'two', [3]], at: 0 },
    { insert_new: 'map', at: 1 },
    { path: [1], set: 'title', new: 'text' },
    { path: [1, 'title'], insert: 'deep', at: 0 }
  ])
  assert.deepEqual(doc.getArray('a').toJSON(), [1, { title: 'deep' }, 'two', [3]])
  await edit('a', [{ delete_items: 2, at: 2 }])
  assert.deepEqual(doc.getArray('a').toJSON(), [1, { title: 'deep' }])
  await watcher.leave()
})

test('Elements, attributes and text of XML', async () => {
  const { watcher, doc, edit } = await opened('types/xml')
  await edit('x', [
    { insert_element: 'p', at: 0, attributes: { class: 'lead' } },
    { path: [0], insert_text_node: 'Hello', at: 0 },
    { path: [0], insert_element: 'br', at: 1 },
    { insert_element: 'hr', at: 1 }
  ])
  assert.equal(doc.getXmlFragment('x').toString(), '<p class="lead">Hello<br></br></p><hr></hr>')
  await edit('x', [
    { path: [0], set_attribute: 'class', value: 'quiet' },
    { path: [0, 0], insert: ' there', at: 5, attributes: { em: {} } },
    { delete_nodes: 1, at: 1 }
  ])
  assert.equal(doc.getXmlFragment('x').toString(), '<p class="quiet">Hello<em> there</em><br></br></p>')
  await edit('x', [{ path: [0], unset_attribute: 'class' }])
  assert.equal(doc.getXmlFragment('x').toString(), '<p>Hello<em> there</em><br></br></p>')
  await watcher.leave()
})

test('An edit that does not fit its type is refused, and nothing of its request is done', async () => {
  const { watcher, doc, edit } = await opened('types/refused')
  await edit('m', [{ set: 'title', value: 'Weft' }, { set: 'note', new: 'text' }])
  const refused = [
    [{ path: ['title'], insert: 'x', at: 0 }],
    [{ path: ['nothing'], insert: 'x', at: 0 }],
    [{ path: [0], insert: 'x', at: 0 }],
    [{ path: ['note'], insert: 'x', at: 1 }],
    [{ path: ['note'], format: 1, at: 0, attributes: { bold: true } }],
    [{ path: ['note'], delete_items: 1, at: 0 }],
    [{ set: 'both', value: 1, new: 'text' }]
  ]
  for (const edits of refused) {
    const answer = await post('types/refused', { root: 'm', edits: [{ set: 'first', value: 1 }, ...edits] })
    assert.equal(answer.status, 400, `${JSON.stringify(edits)}: ${JSON.stringify(answer)}`)
    assert.notEqual(answer.error.message, '')
  }
  assert.equal((await post('types/refused', { root: 'm', edits: [{ set: 'new', new: 'table' }] })).status, 422)
  await edit('m', [{ set: 'last', value: 1 }])
  assert.deepEqual(doc.getMap('m').toJSON(), { title: 'Weft', note: '', last: 1 })
  await watcher.leave()
})
