// Documents that other programs made or change: the page edits what it can, and shows the rest without harming it.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { WebsocketProvider } from 'y-websocket'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { startServer, waitFor } from '../support/server.mjs'
import { launch, openDocument, person, shownText, untilSaved } from './browser.mjs'

let server, browser, ada, other
let count = 0
let name

before(async () => {
  server = await startServer()
  browser = await launch()
  ada = await person(browser)
})
after(async () => {
  await browser?.close()
  await server?.kill()
})

beforeEach(async () => {
  name = `foreign-${++count}`
  other = await connect(name)
})
afterEach(() => {
  other.provider.destroy()
  other.doc.destroy() // With it goes the awareness, whose timer would keep this process alive.
  assert.deepEqual(ada.troubles, [])
})

/** Another program on the same document, by Yjs alone. */
async function connect (name) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://${server.host}:${server.port}`, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true })
  await waitFor(() => provider.synced, { what: 'the other program to be in sync' })
  return { doc, provider, text: doc.getText('text') }
}

const openPage = () => ada.page.goto(`${server.url}/d/${name}`)

test('Text with carriage returns is edited where the cursor stands, and keeps them', async () => {
  other.text.insert(0, 'one\r\ntwo\r\nthree')
  await openDocument(ada.page, server, name)
  await waitFor(async () => (await shownText(ada.page)).includes('three'), { what: 'the text' })
  await ada.page.keyboard.press('Control+End')
  await ada.page.keyboard.type('!')

  await waitFor(() => other.text.toString() === 'one\r\ntwo\r\nthree!', { what: 'the edit at the very end' })
})

test('What is formatted by another editor stays formatted when its text is edited here', async () => {
  other.text.insert(0, 'bold', { bold: true })
  await openDocument(ada.page, server, name)
  await waitFor(async () => await shownText(ada.page) === 'bold', { what: 'the text' })
  await ada.page.keyboard.type('so ')

  await waitFor(() => other.text.toString() === 'so bold', { what: 'the edit' })
  assert.deepEqual(other.text.toDelta().at(-1), { insert: 'bold', attributes: { bold: true } })
})

test('A text with an embedded object is shown, and cannot be edited', async () => {
  other.text.insertEmbed(0, { image: 'cat.png' })
  other.text.insert(1, 'caption')
  await waitFor(async () => (await fetch(`${server.url}/api/documents/${name}`)).ok, { what: 'the document to exist' })
  await openPage()

  await ada.page.getByText('This text holds embedded objects').waitFor()
  assert.equal(await ada.page.locator('[contenteditable=true]').count(), 0)
})

test('An object that is embedded while the page edits ends the editing, not the text', async () => {
  await openDocument(ada.page, server, name)
  await ada.page.keyboard.type('caption')
  await untilSaved(ada.page)
  await waitFor(() => other.text.toString() === 'caption', { what: 'the text at the other program' })
  other.text.insertEmbed(0, { image: 'cat.png' })

  await ada.page.getByText('This text holds embedded objects').waitFor()
  assert.equal(await ada.page.locator('[contenteditable=true]').count(), 0)
  assert.deepEqual(other.text.toDelta(), [{ insert: { image: 'cat.png' } }, { insert: 'caption' }])
})

test('A document of another kind of editor is shown, and does not look empty', async () => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText('from a rich editor')])
  other.doc.getXmlFragment('prosemirror').insert(0, [paragraph])
  await waitFor(async () => (await fetch(`${server.url}/api/documents/${name}`)).ok, { what: 'the document to exist' })
  await openPage()

  await ada.page.getByText('made by another kind of editor (in “prosemirror”)').waitFor()
  assert.equal(await ada.page.locator('[contenteditable=true]').count(), 0)
})

test('A presence state that makes no sense is shown harmlessly', async () => {
  await openDocument(ada.page, server, name)
  other.provider.awareness.setLocalState({
    user: { name: '<b>x</b>'.repeat(40), color: 'red;background:url(//example.org)' },
    cursor: { anchor: 'nowhere', head: { tname: 'text', item: { client: -1 } } }
  })

  const badge = ada.page.locator('.badges .badge')
  // Before this, the other program was there without a name.
  await waitFor(async () => (await badge.getAttribute('aria-label')).startsWith('<b>x</b>'), { what: 'the name, as text' })
  assert.equal((await badge.getAttribute('aria-label')).length, 40)
  assert.doesNotMatch(await badge.getAttribute('style'), /url/)
  assert.equal(await ada.page.locator('.badges b').count(), 0)
})

test('A document of another algorithm is shown, with a note, and cannot be edited', async () => {
  await ada.page.route('**/api/documents/lab%2Fnotes', route => route.fulfill({ json: { id: 'lab/notes', algorithm: 'rga' } }))
  await ada.page.route('**/api/documents/lab%2Fnotes/content', route => route.fulfill({ json: { text: 'woven elsewhere' } }))
  await ada.page.goto(`${server.url}/d/lab%2Fnotes`)

  await ada.page.getByText('This document was made with “rga”').waitFor()
  await ada.page.getByText('woven elsewhere').waitFor()
  assert.equal(await ada.page.locator('[contenteditable=true]').count(), 0)
})

test('A name that will get another algorithm is not opened as a document of Yjs', async () => {
  const path = '/d/lab%2Frga%2Fyet-to-come'
  const sockets = []
  ada.page.on('websocket', socket => { sockets.push(socket.url()) })
  await ada.page.goto(`${server.url}${path}`)

  await ada.page.getByText('A document of this name is made with “rga”').waitFor()
  assert.equal(await ada.page.locator('[contenteditable=true]').count(), 0)
  assert.deepEqual(sockets, [])

  const edited = await fetch(`${server.url}/api/documents/lab%2Frga%2Fyet-to-come/edits`, { method: 'POST', body: JSON.stringify({ edits: [{ insert: 'woven in lab', at: 0 }] }) })
  assert.equal(edited.status, 200)
  await ada.page.reload()
  await ada.page.getByText('This document was made with “rga”').waitFor()
  await ada.page.getByText('woven in lab').waitFor()
})
