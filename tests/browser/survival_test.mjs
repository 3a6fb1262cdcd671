// What the page called saved is there after the server was killed.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { startServer, waitFor } from '../support/server.mjs'
import { launch, openDocument, person, screenshot, shownText, untilSaved } from './browser.mjs'

let browser

before(async () => { browser = await launch() })
after(() => browser?.close())

const rowsOf = db => execFileSync('sqlite3', ['-readonly', db, 'SELECT id, content, version FROM documents'], { encoding: 'utf8' })

test('Text that was saved is there after kill -9 and a restart, in the page and in the database', async () => {
  const first = await startServer()
  const ada = await person(browser)
  await openDocument(ada.page, first, 'survivor')
  await ada.page.keyboard.type('warp and weft')
  await untilSaved(ada.page)
  await first.kill('SIGKILL')
  await ada.leave()

  const second = await startServer({ cwd: first.cwd })
  const ben = await person(browser)
  await openDocument(ben.page, second, 'survivor')
  assert.equal(await shownText(ben.page), 'warp and weft')
  await ben.page.reload()
  await ben.page.waitForSelector('.cm-content[contenteditable=true]')
  assert.equal(await shownText(ben.page), 'warp and weft')
  await screenshot(ben.page, 'after-kill')
  await waitFor(() => rowsOf(second.db) === 'survivor|warp and weft|0\n', { what: 'the row that sqlite3 prints' })

  await ben.leave()
  await second.kill()
  assert.deepEqual([...ada.troubles, ...ben.troubles], [])
})
