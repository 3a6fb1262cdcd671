// Chromium for the tests of the page: one browser, any number of people, each with storage of their own.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { buildDir, waitFor } from '../support/server.mjs'

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'
]

export async function launch () {
  return chromium.launch({ executablePath: process.env.WEFT_CHROMIUM ?? '/usr/bin/chromium', args: flags })
}

const desktop = { viewport: { width: 1280, height: 800 } }
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

/** Somebody at a screen of their own: `page`, and `troubles`, all that went wrong in it. */
export async function person (browser, { name, color, ...screen } = {}) {
  const context = await browser.newContext({ ...desktop, ...screen })
  if (name) {
    await context.addInitScript(([name, color]) => {
      localStorage['weft.name'] ??= name
      localStorage['weft.color'] ??= color
    }, [name, color])
  }
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const troubles = []
  page.on('pageerror', error => troubles.push(error.stack))
  page.on('request', request => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') troubles.push(`asked another host: ${request.url()}`)
  })
  return { page, troubles, leave: () => context.close() }
}

/** Opens a document and waits until its text can be edited. */
export async function openDocument (page, server, name) {
  await page.goto(`${server.url}/d/${encodeURIComponent(name)}`)
  await page.waitForSelector('.cm-content[contenteditable=true]')
}

/** The text as the page shows it, without the carets of others that stand in it. */
export async function shownText (page) {
  return page.$$eval('.cm-content .cm-line', lines => lines.map(line => {
    const copy = line.cloneNode(true)
    for (const foreign of copy.querySelectorAll('.remote-caret, .cm-placeholder')) foreign.remove()
    return copy.textContent.replaceAll('\u200b', '')
  }).join('\n'))
}

/** Where the page shows the caret of `name`: the text before it in its line; null while it shows none. */
export async function caretOf (page, name) {
  return page.$$eval('.remote-caret', (carets, name) => {
    const caret = carets.find(caret => caret.querySelector('.remote-name').textContent === name)
    if (!caret) return null
    const before = document.createRange()
    before.setStart(caret.closest('.cm-line'), 0)
    before.setEndBefore(caret)
    const copy = before.cloneContents()
    for (const foreign of copy.querySelectorAll('.remote-caret')) foreign.remove()
    return copy.textContent
  }, name)
}

export const statusOf = page => page.$eval('.status', status => status.innerText.replace(/\s*\n\s*/g, ' '))

export async function untilStatus (page, words) {
  await waitFor(async () => {
    const shown = await statusOf(page)
    assert.match(shown, words)
    return true
  }, { what: `the status ${words}` })
}

export const untilSaved = page => untilStatus(page, /All changes saved/)

export async function screenshot (page, name) {
  const folder = join(buildDir, 'screenshots')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
