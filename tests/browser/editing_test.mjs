// Two people, two browsers, one document.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { startServer, waitFor } from '../support/server.mjs'
import { caretOf, launch, openDocument, person, screenshot, shownText, untilSaved } from './browser.mjs'

let server, browser, ada, ben
let count = 0
let name

before(async () => {
  server = await startServer()
  browser = await launch()
  ada = await person(browser, { name: 'Ada Lindqvist', color: '#0f766e' })
  ben = await person(browser, { name: 'Ben Okafor', color: '#b3245e' })
})
after(async () => {
  await browser?.close()
  await server?.kill()
})

beforeEach(async () => {
  name = `editing/${++count}`
  await Promise.all([openDocument(ada.page, server, name), openDocument(ben.page, server, name)])
})

afterEach(() => assert.deepEqual([...ada.troubles, ...ben.troubles], []))

const untilBothShow = check => waitFor(async () => {
  const [hers, his] = await Promise.all([shownText(ada.page), shownText(ben.page)])
  assert.equal(hers, his)
  return check(hers)
}, { what: 'both pages to show the same text' })

test('Two pages that type at the same time end with equal text', async () => {
  await ada.page.keyboard.type('Ada:\n\nBen:')
  await untilBothShow(text => text === 'Ada:\n\nBen:')
  await ada.page.keyboard.press('Control+Home')
  await ada.page.keyboard.press('End')
  await ben.page.keyboard.press('Control+End')

  await Promise.all([
    ada.page.keyboard.type(' the warp is the threads that stand, 0123456789', { delay: 5 }),
    ben.page.keyboard.type(' the weft is the thread that goes to and fro', { delay: 5 })
  ])

  await untilBothShow(text => text ===
    'Ada: the warp is the threads that stand, 0123456789\n\nBen: the weft is the thread that goes to and fro')
})

test('Two pages that type at the same place at the same time end with equal text that has every character', async () => {
  await Promise.all([
    ada.page.keyboard.type('abcdefghijklmnopqrstuvwxyz'.repeat(2), { delay: 3 }),
    ben.page.keyboard.type('ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(2), { delay: 3 })
  ])

  await untilBothShow(text => text.length === 104)
  const text = await shownText(ada.page)
  assert.equal([...text].sort().join(''), [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(2)].sort().join(''))
})

test('Each page shows the cursor and the name of the other, where the other is', async () => {
  await ada.page.keyboard.type('# Field notes\n\nAda is here')
  await untilBothShow(text => text.endsWith('Ada is here'))
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('End')

  await waitFor(async () => await caretOf(ada.page, 'Ben Okafor') === '# Field notes', { what: "Ben's caret at the end of line 1" })
  await waitFor(async () => await caretOf(ben.page, 'Ada Lindqvist') === 'Ada is here', { what: "Ada's caret at the end of line 3" })
  await ben.page.keyboard.press('ArrowLeft')
  await waitFor(async () => await caretOf(ada.page, 'Ben Okafor') === '# Field note', { what: "Ben's caret one to the left" })
  assert.ok(await ada.page.locator('.remote-name', { hasText: 'Ben Okafor' }).isVisible())
  assert.equal(await ada.page.locator('.badges .badge').getAttribute('aria-label'), 'Ben Okafor')
})

test('A selection of the other is shown in the text', async () => {
  await ada.page.keyboard.type('one two three')
  await untilBothShow(text => text === 'one two three')
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.press('Control+Shift+ArrowLeft')

  await waitFor(async () => (await ada.page.locator('.remote-selection').allTextContents()).join('') === 'three',
    { what: '"three" to be shown as selected' })
})

test('A new name is shown to the others at once, and kept for the next visit', async () => {
  const cleo = await person(browser, { name: 'Cleo', color: '#4a4fc4' })
  await openDocument(cleo.page, server, name)
  await cleo.page.keyboard.type('x')
  await cleo.page.getByRole('button', { name: /change name/ }).click()
  await cleo.page.getByLabel('Your name').fill('Cleopatra')
  await cleo.page.keyboard.press('Enter')

  const badge = ada.page.locator('.badges .badge[aria-label=Cleopatra]')
  await waitFor(async () => await caretOf(ada.page, 'Cleopatra') === 'x', { what: 'the new name on the caret' })
  await badge.waitFor()
  await openDocument(cleo.page, server, `${name}, elsewhere`)
  await badge.waitFor({ state: 'detached' })
  await openDocument(cleo.page, server, name)
  await badge.waitFor()
  await cleo.leave()
})

test('Somebody who leaves is no longer shown', async () => {
  await ben.page.keyboard.type('bye')
  await waitFor(async () => await caretOf(ada.page, 'Ben Okafor') === 'bye', { what: "Ben's caret" })
  await ben.page.goto(server.url)

  await waitFor(async () => await ada.page.locator('.remote-caret, .badges .badge').count() === 0, { what: 'Ben to be gone' })
})

test('Undo takes back one\'s own edits and leaves those of the other', async () => {
  await ada.page.keyboard.type('from Ada')
  await untilBothShow(text => text === 'from Ada')
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type(' and Ben')
  await untilBothShow(text => text === 'from Ada and Ben')

  await ada.page.getByRole('button', { name: 'Undo' }).click()
  await untilBothShow(text => text === ' and Ben')
  await ada.page.getByRole('button', { name: 'Redo' }).click()
  await untilBothShow(text => text === 'from Ada and Ben')
})

test('What the pages show is what the server answers over HTTP', async () => {
  await ada.page.keyboard.type('Grüße, 世界 🧵')
  await untilBothShow(text => text === 'Grüße, 世界 🧵')
  await untilSaved(ada.page)

  const answer = await fetch(`${server.url}/api/documents/${encodeURIComponent(name)}/content`)
  assert.equal(await answer.text(), 'Grüße, 世界 🧵')
  await screenshot(ada.page, 'editing')
})

test('Two people who come with the same colour are shown in different ones', async () => {
  const [dora, emil] = await Promise.all(['Dora', 'Emil'].map(name => person(browser, { name, color: '#8a6400' })))
  await Promise.all([dora, emil].map(({ page }) => openDocument(page, server, `${name}, in colour`)))
  const mine = ({ page }) => page.locator('.badge.mine').getAttribute('style')
  const seen = ({ page }) => page.locator('.badges .badge').getAttribute('style')

  await waitFor(async () => {
    assert.notEqual(await mine(dora), await mine(emil))
    assert.equal(await seen(dora), await mine(emil))
    assert.equal(await seen(emil), await mine(dora))
    return true
  }, { what: 'the colours to differ, and to be the same on both screens' })

  await dora.page.getByRole('button', { name: /change name/ }).click()
  const [taken] = (await mine(emil)).match(/#[0-9a-f]{6}/)
  assert.ok(await dora.page.locator(`.dyes input[value="${taken}"]`).isDisabled())
  assert.equal(await dora.page.locator('.dyes input:checked').getAttribute('value'), (await mine(dora)).match(/#[0-9a-f]{6}/)[0])
  await Promise.all([dora.leave(), emil.leave()])
  assert.deepEqual([...dora.troubles, ...emil.troubles], [])
})
