// The list of documents, and the page for everyone: light, dark, phone, keyboard.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { startServer, waitFor } from '../support/server.mjs'
import { launch, openDocument, person, phone, screenshot, shownText, untilSaved } from './browser.mjs'

let server, browser, ada

before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.kill()
})

beforeEach(async () => { ada = await person(browser) })
afterEach(async () => {
  await ada.leave()
  assert.deepEqual(ada.troubles, [])
})

const rows = page => page.locator('.documents .name').allTextContents()

test('An empty list says so', async () => {
  const fresh = await startServer()
  await ada.page.goto(fresh.url)

  await ada.page.getByText('No documents yet').waitFor()
  await screenshot(ada.page, 'list-empty')
  await fresh.kill()
})

test('One click makes a new document, and the list shows it', async () => {
  await ada.page.goto(server.url)
  await ada.page.getByRole('button', { name: 'New document' }).click()
  await ada.page.waitForSelector('.cm-content[contenteditable=true]')
  const name = decodeURIComponent(new URL(ada.page.url()).pathname.slice('/d/'.length))
  assert.match(name, /^[a-z]+-[a-z]+-[a-z2-9]{4}$/)
  assert.equal(await ada.page.title(), `${name} · Weft`)
  await ada.page.keyboard.type('# Something new')
  await untilSaved(ada.page)

  const ben = await person(browser, { colorScheme: 'dark' })
  await ben.page.goto(server.url)
  await waitFor(async () => (await rows(ben.page)).includes(name), { what: `${name} in the list` })
  await ben.page.getByText('1 here now').waitFor()
  await screenshot(ben.page, 'list-dark')
  await ben.page.getByRole('link', { name }).click()
  await waitFor(async () => await shownText(ben.page) === '# Something new', { what: 'the text of the new document' })
  await ben.leave()
  assert.deepEqual(ben.troubles, [])
})

test('A document whose name has slashes, spaces and other scripts is found and opened', async () => {
  const name = 'notes/2026 – Überblick/第1章 100%'
  await openDocument(ada.page, server, name)
  await ada.page.keyboard.type('found')
  await untilSaved(ada.page)

  await ada.page.getByRole('link', { name: /all documents/ }).click()
  await ada.page.getByRole('searchbox').fill('überblick')
  await waitFor(async () => (await rows(ada.page)).join() === name, { what: 'only this document in the list' })
  await ada.page.getByRole('link', { name }).first().click()
  await waitFor(async () => await shownText(ada.page) === 'found', { what: 'its text' })
})

test('A list longer than a page is loaded bit by bit, and searched as a whole', async () => {
  const many = Array.from({ length: 130 }, (_, i) => ({ id: `doc-${String(i).padStart(3, '0')}` }))
  await ada.page.route('**/api/documents?*', route => {
    const query = new URL(route.request().url()).searchParams
    const found = many.filter(({ id }) => id.startsWith(query.get('prefix') ?? '') && id > (query.get('after') ?? ''))
    const limit = Number(query.get('limit'))
    return route.fulfill({ json: { documents: found.slice(0, limit), next: found.length > limit ? found[limit - 1].id : null } })
  })
  await ada.page.goto(server.url)
  await waitFor(async () => (await rows(ada.page)).length === 100, { what: 'the first hundred' })

  await ada.page.getByRole('searchbox').fill('doc-129')
  await waitFor(async () => (await rows(ada.page)).join() === 'doc-129', { what: 'a document that was not loaded yet' })
  await ada.page.getByRole('searchbox').fill('')
  await ada.page.getByRole('button', { name: 'Show more' }).click()
  await waitFor(async () => (await rows(ada.page)).length === 130, { what: 'all of them' })
})

test('A list that cannot be loaded says why, and tries again', async () => {
  await ada.page.route('**/api/documents?*', route => route.fulfill({ status: 503, json: { error: { code: 'unavailable', message: 'the store is away' } } }))
  await ada.page.goto(server.url)
  await ada.page.getByText('the store is away').waitFor()

  await ada.page.unroute('**/api/documents?*')
  await ada.page.getByRole('button', { name: 'Try again' }).click()
  await waitFor(async () => await ada.page.getByText('the store is away').count() === 0, { what: 'the trouble to be over' })
})

test('Light and dark follow the system until one is chosen, and the choice is kept', async () => {
  const theme = () => ada.page.evaluate(() => document.documentElement.dataset.theme)
  await ada.page.emulateMedia({ colorScheme: 'dark' })
  await ada.page.goto(server.url)
  assert.equal(await theme(), 'dark')
  await ada.page.emulateMedia({ colorScheme: 'light' })
  await waitFor(async () => await theme() === 'light', { what: 'the page to follow the system' })

  await ada.page.getByRole('button', { name: 'Switch to dark' }).click()
  await ada.page.reload()
  assert.equal(await theme(), 'dark')
})

test('On a phone nothing is wider than the screen, and the status is in sight', async () => {
  const cleo = await person(browser, phone)
  await openDocument(cleo.page, server, 'a rather long name for a document that is read on a phone')
  await cleo.page.keyboard.type('# Packing\n\n- rope\nlamp')
  await untilSaved(cleo.page)
  await screenshot(cleo.page, 'phone')

  assert.ok(await cleo.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  assert.ok(await cleo.page.locator('.status').isVisible())
  await cleo.page.goto(server.url)
  await cleo.page.getByRole('button', { name: 'New document' }).waitFor()
  assert.ok(await cleo.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  await screenshot(cleo.page, 'phone-list')
  await cleo.leave()
  assert.deepEqual(cleo.troubles, [])
})

test('The keyboard alone leads into the text and out of it', async () => {
  await openDocument(ada.page, server, 'keyboard')
  const inText = () => ada.page.evaluate(() => document.activeElement.closest('.cm-content') !== null)
  assert.ok(await inText())
  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('Shift+Tab')
  assert.ok(!await inText())
  await ada.page.keyboard.press('Tab')
  assert.ok(await inText())
})

test('The button copies the address of the document', async () => {
  await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await openDocument(ada.page, server, 'to share')
  await ada.page.getByRole('button', { name: 'Copy link' }).click()

  await ada.page.getByRole('status').filter({ hasText: 'Link copied' }).waitFor()
  assert.equal(await ada.page.evaluate(() => navigator.clipboard.readText()), `${server.url}/d/to%20share`)
})
