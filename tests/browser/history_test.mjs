// The history: what a document was, what changed, and going back, by two people at once.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { startServer, waitFor } from '../support/server.mjs'
import { caretOf, launch, openDocument, person, phone, screenshot, shownText, untilSaved, untilStatus } from './browser.mjs'

let server, browser, ada, ben
let count = 0
let name

before(async () => {
  server = await startServer()
  browser = await launch()
  ada = await person(browser, { name: 'Ada Lindqvist', color: '#0f766e' })
  ben = await person(browser, { name: 'Ben Okafor', color: '#b3245e', colorScheme: 'dark' })
})
after(async () => {
  await browser?.close()
  await server?.kill()
})

beforeEach(async () => {
  name = `history/${++count}`
  await Promise.all([openDocument(ada.page, server, name), openDocument(ben.page, server, name)])
})

afterEach(() => assert.deepEqual([...ada.troubles, ...ben.troubles], []))

const untilShown = (page, text) => waitFor(async () => {
  assert.equal(await shownText(page), text)
  return true
}, { what: `the text ${JSON.stringify(text)}` })

const present = page => page.locator('.present .cm-content')
const untilPresent = (page, text) => waitFor(async () => {
  const lines = await present(page).locator('.cm-line').evaluateAll(lines => lines.map(line => {
    const copy = line.cloneNode(true)
    for (const foreign of copy.querySelectorAll('.remote-caret, .cm-placeholder')) foreign.remove()
    return copy.textContent.replaceAll('\u200b', '')
  }))
  assert.equal(lines.join('\n'), text)
  return true
}, { what: `the present ${JSON.stringify(text)}` })

async function openHistory (page) {
  await page.getByRole('button', { name: 'History', exact: true }).click()
  await page.getByRole('listbox', { name: 'Versions' }).waitFor()
}

async function keep (page, label) {
  await page.getByLabel('Name this version').fill(label)
  await page.keyboard.press('Enter')
  await page.getByText(`Kept as “${label}”.`).waitFor()
}

const row = (page, label) => page.getByRole('option', { name: label })
const inserted = page => page.locator('.past ins').allTextContents()
const deleted = page => page.locator('.past del').allTextContents()
const equals = (read, expected, what) => waitFor(async () => {
  assert.deepEqual(await read(), expected)
  return true
}, { what })

/** A document with two versions: "First", and "Second", in which Ben has put "2" for "two". */
async function twoVersions () {
  await ada.page.keyboard.insertText('one two three')
  await untilShown(ben.page, 'one two three')
  await openHistory(ada.page)
  await keep(ada.page, 'First')
  await ben.page.keyboard.press('Home')
  await ben.page.keyboard.press('Control+ArrowRight')
  await ben.page.keyboard.press('ArrowRight')
  await ben.page.keyboard.press('Control+Shift+ArrowRight')
  await ben.page.keyboard.type('2')
  await untilSaved(ben.page)
  await untilPresent(ada.page, await shownText(ben.page))
  await keep(ada.page, 'Second')
}

test('A version is named, looked at, brought back in both browsers, and the restore is undone', async () => {
  await twoVersions()
  await row(ada.page, /^Second/).click()
  await equals(() => inserted(ada.page), ['2'], 'what was inserted')
  await equals(() => deleted(ada.page), ['two'], 'what was deleted')
  assert.match(await ada.page.getByRole('region', { name: 'Version shown' }).innerText(), /“Second”.*Ada Lindqvist.*\+1 word added.*−1 word removed/s)
  await screenshot(ada.page, 'history-past')

  await row(ada.page, /^First/).click()
  await equals(() => inserted(ada.page), ['one two three'], 'the first version, all of it new')
  await ada.page.getByText('Against now').click()
  await equals(() => inserted(ada.page), ['two'], 'what only the version has')
  await equals(() => deleted(ada.page), ['2'], 'what only the present has')

  await ada.page.getByRole('button', { name: 'Restore the version “First”' }).click()
  await untilShown(ben.page, 'one two three')
  await untilShown(ada.page, 'one two three')
  await ada.page.getByText('The version “First” is back.').waitFor()
  await row(ada.page, /Before version 1 came back/).waitFor()
  await screenshot(ada.page, 'history-restored')

  await ada.page.getByRole('button', { name: 'Undo the restore' }).click()
  await untilShown(ben.page, 'one 2 three')
  await untilShown(ada.page, 'one 2 three')
  await ada.page.getByText('The restore is undone.').waitFor()
  await ada.page.getByRole('button', { name: 'Restore it again' }).click()
  await untilShown(ben.page, 'one two three')
})

test('Whoever writes during a restore keeps the connection, the cursor and what was typed', async () => {
  await ada.page.keyboard.insertText('alpha\nbeta\ngamma')
  await untilShown(ben.page, 'alpha\nbeta\ngamma')
  await openHistory(ada.page)
  await keep(ada.page, 'Greek')
  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('Control+Home')
  await ada.page.keyboard.type('ALPHA ')
  await ben.page.keyboard.press('Control+End')
  await untilShown(ben.page, 'ALPHA alpha\nbeta\ngamma')
  const sockets = []
  ben.page.on('websocket', socket => sockets.push(socket.url()))

  await openHistory(ada.page)
  await row(ada.page, /^Greek/).click()
  await ada.page.locator('.past ins').first().waitFor()
  await ben.page.keyboard.type(' and del')
  await ada.page.getByRole('button', { name: /^Restore the version/ }).click()
  await ben.page.keyboard.type('ta')

  await ada.page.getByText('is back').waitFor()
  await waitFor(async () => !(await shownText(ben.page)).includes('ALPHA'), { what: 'the restore to reach Ben' })
  await ben.page.keyboard.type('!')
  // What Ben typed before the restore goes with it, what he typed after it stays; where exactly the restore fell is a matter of time.
  await waitFor(async () => /^alpha\nbeta\ngamma.*!$/.test(await shownText(ben.page)), { what: "Ben's text, where his cursor was" })
  await untilShown(ada.page, await shownText(ben.page))
  await waitFor(async () => (await caretOf(ada.page, 'Ben Okafor'))?.endsWith('!'), { what: "Ben's caret at the end" })
  assert.deepEqual(sockets, [])
})

test('The past shows what others write only after the way back to the present, and loses none of it', async () => {
  await twoVersions()
  await row(ada.page, /^First/).click()
  await ada.page.locator('.past ins').first().waitFor()
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type(' four')
  await untilSaved(ben.page)
  assert.deepEqual(await inserted(ada.page), ['one two three'])

  await ada.page.getByRole('button', { name: 'Back to now' }).click()
  await untilShown(ada.page, 'one 2 three four')
})

test('What is compared with the present follows what others write', async () => {
  await twoVersions()
  await row(ada.page, /^Second/).click()
  await ada.page.getByText('Against now').click()
  await ada.page.getByText('The same as now').waitFor()
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type(' four')

  await equals(() => deleted(ada.page), [' four'], 'what Ben has added since')
})

test('The keyboard alone opens the history, travels, restores, undoes and leads back into the text', async () => {
  const { keyboard } = ada.page
  const focused = () => ada.page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent)
  const tabTo = async label => {
    for (let stops = 0; stops < 20; stops++) {
      if (label.test(await focused())) return
      await keyboard.press('Tab')
    }
    assert.fail(`no stop ${label}`)
  }
  await keyboard.type('draft')
  await keyboard.press('Control+Alt+Shift+H')
  await waitFor(async () => await focused() === 'Versions', { what: 'the focus on the time line' })
  await keyboard.press('Shift+Tab')
  await keyboard.press('Shift+Tab')
  await tabTo(/^Name this version/)
  await keyboard.type('Draft')
  await keyboard.press('Enter')
  await row(ada.page, /^Draft/).waitFor()
  await keyboard.press('Escape')
  await waitFor(async () => /^Text of/.test(await focused()), { what: 'the focus back in the text' })
  await keyboard.type(' two')
  await untilShown(ben.page, 'draft two')

  await keyboard.press('Control+Alt+Shift+H')
  await waitFor(async () => await focused() === 'Versions', { what: 'the focus on the time line' })
  await keyboard.press('ArrowDown')
  await equals(() => inserted(ada.page), ['draft'], 'the version below the present')
  await tabTo(/^Restore the version “Draft”/)
  await keyboard.press('Enter')
  await untilShown(ben.page, 'draft')
  await waitFor(async () => /is back/.test(await focused()), { what: 'the focus on what was done' })
  await tabTo(/^Undo the restore/)
  await keyboard.press('Enter')
  await untilShown(ben.page, 'draft two')
  await ada.page.getByText('The restore is undone.').waitFor()
  await keyboard.press('Escape')
  await ada.page.getByRole('complementary', { name: 'History' }).waitFor({ state: 'hidden' })
  await tabTo(/^Text of/)
  await keyboard.type('!')
  await waitFor(async () => (await shownText(ben.page)).includes('!'), { what: 'the text to be written on' })
})

test('The slider travels through the versions, from the oldest to now', async () => {
  await twoVersions()
  const slider = ada.page.getByRole('slider')
  const says = words => waitFor(async () => words.test(await slider.getAttribute('aria-valuetext')), { what: `the slider at ${words}` })
  await slider.focus()
  await says(/^Now$/)
  await ada.page.keyboard.press('Home')
  await says(/^First, Today, .* by Ada Lindqvist$/)
  await equals(() => inserted(ada.page), ['one two three'], 'the oldest version')
  await ada.page.keyboard.press('ArrowRight')
  await says(/^Second/)
  await equals(() => inserted(ada.page), ['2'], 'the next version')
  await ada.page.keyboard.press('End')
  await says(/^Now$/)
  assert.equal(await ada.page.locator('.past').count(), 0)
  await untilShown(ada.page, 'one 2 three')
})

test('Who wrote what was inserted is told, where this browser has met them', async () => {
  await twoVersions()
  await row(ada.page, /^Second/).click()
  await equals(() => inserted(ada.page), ['2'], 'what was inserted')
  assert.equal(await ada.page.locator('.past ins').getAttribute('title'), 'Written by Ben Okafor')
})

test('A version that was kept by itself shows up in an open history', async () => {
  const quick = await startServer({ set: { 'versions.quiet': '1s' } })
  const cleo = await person(browser)
  await openDocument(cleo.page, quick, 'by itself')
  await openHistory(cleo.page)
  await cleo.page.getByText('No versions yet').waitFor()
  await cleo.page.locator('.present .cm-content').click()
  await cleo.page.keyboard.type('kept')
  await row(cleo.page, /^Kept by itself/).click()
  await equals(() => inserted(cleo.page), ['kept'], 'the text of it')
  await cleo.leave()
  await quick.kill()
  assert.deepEqual(cleo.troubles, [])
})

test('Without the server the history says so, and goes on when it is back', async () => {
  const lone = await startServer()
  const cleo = await person(browser)
  await openDocument(cleo.page, lone, 'offline')
  await cleo.page.keyboard.type('before')
  await openHistory(cleo.page)
  await keep(cleo.page, 'Before')
  await lone.kill('SIGKILL')
  await untilStatus(cleo.page, /Offline/)
  await cleo.page.getByText('Offline: newer versions may be missing here.').waitFor()
  await row(cleo.page, /^Before/).click()
  await cleo.page.getByText('Offline: this version is shown when the connection is back.').waitFor()
  assert.ok(await cleo.page.getByRole('button', { name: /^Restore the version/ }).isDisabled())
  await screenshot(cleo.page, 'history-offline')

  const again = await startServer({ cwd: lone.cwd, set: { 'transports.0.listen': `127.0.0.1:${lone.port}` } })
  await equals(() => inserted(cleo.page), ['before'], 'the version that was asked for')
  await waitFor(() => cleo.page.getByRole('button', { name: /^Restore the version/ }).isEnabled(), { what: 'the way back' })
  assert.equal(await cleo.page.getByText('Offline:').count(), 0)
  await cleo.leave()
  await again.kill()
})

test('Trouble is told with what to do, and nothing is lost by it', async () => {
  const away = route => route.fulfill({ status: 503, json: { error: { code: 'unavailable', message: 'the store is away' } } })
  const list = /\/versions\?/
  await ada.page.route(list, away)
  await ada.page.keyboard.type('text')
  await openHistory(ada.page)
  await ada.page.getByText('The history cannot be loaded: the store is away').waitFor()
  await screenshot(ada.page, 'history-trouble')
  await ada.page.unroute(list)
  await ada.page.getByRole('button', { name: 'Try again' }).click()
  await ada.page.getByText('No versions yet').waitFor()

  const naming = /\/versions$/
  await ada.page.route(naming, away)
  await ada.page.getByLabel('Name this version').fill('Text')
  await ada.page.keyboard.press('Enter')
  await ada.page.getByText('Not kept: the store is away').waitFor()
  await ada.page.unroute(naming)
  await keep(ada.page, 'Text')

  const content = /\/versions\/1\/content/
  await ada.page.route(content, route => route.fulfill({ status: 404, json: { error: { code: 'not_found', message: 'there is no version 1' } } }))
  await row(ada.page, /^Text/).click()
  await ada.page.getByText('This version was let go').waitFor()
  await ada.page.unroute(content)
  await ada.page.getByRole('button', { name: 'Back to now' }).click()

  const restore = /\/restore$/
  await ada.page.route(restore, away)
  await row(ada.page, /^Text/).click()
  await equals(() => inserted(ada.page), ['text'], 'the version')
  await ada.page.getByRole('button', { name: /^Restore the version/ }).click()
  await ada.page.getByText('Not restored, and nothing was changed: the store is away').waitFor()
  await ada.page.unroute(restore)
  await ada.page.getByRole('button', { name: /^Restore the version/ }).click()
  await ada.page.getByText('so nothing was changed').waitFor()
  await untilShown(ben.page, 'text')
})

test('A long history is loaded as one scrolls', async () => {
  const day = 86_400_000
  const versions = Array.from({ length: 250 }, (_, i) => ({
    number: 250 - i, label: `Step ${250 - i}`, author: 'Ada Lindqvist', kind: 'named', created_at: new Date(Date.now() - i * day / 4).toISOString(), seq: 1, bytes: 1000 - i
  }))
  await ada.page.route(/\/versions\?/, route => {
    const query = new URL(route.request().url()).searchParams
    const found = versions.filter(({ number }) => number < Number(query.get('before') ?? Infinity))
    const limit = Number(query.get('limit'))
    return route.fulfill({ json: { versions: found.slice(0, limit), next: found.length > limit ? found[limit - 1].number : null } })
  })
  await openHistory(ada.page)
  await waitFor(async () => await ada.page.getByRole('option').count() === 101, { what: 'the first page' })
  assert.ok(await ada.page.getByRole('group', { name: 'Yesterday' }).count() === 1)
  await ada.page.getByRole('button', { name: 'Show older versions' }).scrollIntoViewIfNeeded()
  await waitFor(async () => await ada.page.getByRole('option').count() > 101, { what: 'the second page' })
  await row(ada.page, /^Step 250,/).waitFor({ state: 'attached' })
  await ada.page.unroute(/\/versions\?/)
})

test('A document that this page cannot edit has a history, too', async () => {
  const path = 'lab%2Frga%2Fhistory'
  const edit = body => fetch(`${server.url}/api/documents/${path}/edits`, { method: 'POST', body: JSON.stringify(body) })
  await edit({ edits: [{ insert: 'woven in lab', at: 0 }] })
  await fetch(`${server.url}/api/documents/${path}/versions`, { method: 'POST', body: JSON.stringify({ label: 'Woven' }) })
  await edit({ edits: [{ delete: 6, at: 5 }] })
  await ada.page.goto(`${server.url}/d/${path}`)
  await ada.page.getByText('woven').first().waitFor()
  await openHistory(ada.page)
  await row(ada.page, /^Woven/).click()
  await ada.page.getByText('Against now').click()
  await waitFor(async () => (await inserted(ada.page)).join('').includes('in'), { what: 'what only the version has' })
  await ada.page.getByRole('button', { name: /^Restore the version/ }).click()
  await ada.page.getByText('is back').waitFor()
  const content = await fetch(`${server.url}/api/documents/${path}/content`)
  assert.equal(await content.text(), 'woven in lab')
  await waitFor(async () => (await ada.page.locator('.present pre').innerText()).includes('woven in lab'), { what: 'the text that is shown' })
})

test('On a phone the history comes from below and leaves the text in sight', async () => {
  await twoVersions()
  const cleo = await person(browser, { name: 'Cleo', color: '#4a4fc4', ...phone })
  await openDocument(cleo.page, server, name)
  await openHistory(cleo.page)
  await row(cleo.page, /^Second/).click()
  await equals(() => inserted(cleo.page), ['2'], 'what was inserted')
  const panel = await cleo.page.getByRole('complementary', { name: 'History' }).boundingBox()
  const change = await cleo.page.locator('.past ins').boundingBox()
  assert.ok(change.y + change.height < panel.y, 'the change is above the sheet')
  assert.ok(await cleo.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  await screenshot(cleo.page, 'history-phone')
  await cleo.leave()
  assert.deepEqual(cleo.troubles, [])
})
