// "All changes saved" is only shown when it is true.
//
// The page's WebSocket goes through the test here, which can hold back the server's message 120 ("the first n of your
// messages are committed") and end the connection with any code.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { startServer, waitFor } from '../support/server.mjs'
import { launch, openDocument, person, screenshot, shownText, statusOf, untilSaved, untilStatus } from './browser.mjs'

const messageSaved = 120

let server, browser, ada, line
let count = 0
let name

before(async () => {
  server = await startServer()
  browser = await launch()
  ada = await person(browser)
  line = await tap(ada.page)
})
after(async () => {
  await browser?.close()
  await server?.kill()
})

beforeEach(async () => {
  name = `saved/${++count}`
  await openDocument(ada.page, server, name)
  await untilSaved(ada.page)
})

afterEach(() => assert.deepEqual(ada.troubles, []))

async function tap (page) {
  const line = { holding: false, held: [], socket: null }
  await page.routeWebSocket(/.*/, socket => {
    const upstream = socket.connectToServer()
    line.socket = socket
    upstream.onMessage(message => {
      if (line.holding && message[0] === messageSaved) line.held.push(message)
      else socket.send(message)
    })
  })
  line.release = () => {
    line.holding = false
    for (const message of line.held.splice(0)) line.socket.send(message)
  }
  return line
}

test('"All changes saved" is shown only after the server has said so', async () => {
  const ben = await person(browser)
  await openDocument(ben.page, server, name)
  line.holding = true
  await ada.page.keyboard.type('not yet')

  // The server has it, has even passed it on; but this page was not told.
  await waitFor(async () => await shownText(ben.page) === 'not yet', { what: 'the text to reach the other page' })
  await waitFor(() => line.held.length > 0, { what: 'the server to say that it is saved' })
  assert.match(await statusOf(ada.page), /Saving…/)
  await screenshot(ada.page, 'saving')

  line.release()
  await untilSaved(ada.page)
  await ben.leave()
})

test('A message that covers only a part of what was typed does not count as all', async () => {
  line.holding = true
  await ada.page.keyboard.type('a')
  await waitFor(() => line.held.length > 0, { what: 'the first word that it is saved' })
  const [first] = line.held
  await ada.page.keyboard.type('b')
  await waitFor(() => line.held.length > 1, { what: 'the second word that it is saved' })

  line.socket.send(first)
  await ada.page.evaluate(() => new Promise(resolve => setTimeout(resolve)))
  assert.match(await statusOf(ada.page), /Saving…/)

  line.release()
  await untilSaved(ada.page)
})

test('A page that lost its server says so, keeps what is typed, and saves it when the server is back', async () => {
  const lone = await startServer()
  const cleo = await person(browser)
  await openDocument(cleo.page, lone, 'offline')
  await cleo.page.keyboard.type('before, ')
  await untilSaved(cleo.page)

  await lone.kill('SIGKILL')
  await untilStatus(cleo.page, /Offline — reconnecting…/)
  await cleo.page.keyboard.type('while, ')
  await untilStatus(cleo.page, /Offline — changes kept in this tab/)
  await screenshot(cleo.page, 'offline')

  const again = await startServer({ cwd: lone.cwd, set: { 'transports.0.listen': `127.0.0.1:${lone.port}` } })
  await untilSaved(cleo.page)
  await cleo.page.keyboard.type('after')
  await untilSaved(cleo.page)
  const content = await fetch(`${again.url}/api/documents/offline/content`)
  assert.equal(await content.text(), 'before, while, after')
  await cleo.leave()
  await again.kill()
})

for (const [code, words] of [
  [4400, /refused what this page sent/],
  [4401, /sign in/],
  [4403, /may not open/],
  [4404, /no plugin for the algorithm/],
  [4410, /was deleted/],
  [4413, /too large/],
  [4499, /4499/]
]) {
  test(`A connection that the server ends with ${code} is explained, and nothing more can be typed`, async () => {
    await ada.page.keyboard.type('kept')
    await untilSaved(ada.page)
    await line.socket.close({ code, reason: 'said by the test' })

    await waitFor(async () => words.test(await ada.page.getByRole('alert').innerText()), { what: `the words for ${code}` })
    assert.match(await statusOf(ada.page), /Disconnected/)
    await ada.page.keyboard.type(' lost')
    assert.equal(await shownText(ada.page), 'kept')
  })
}

test('A connection that the server ends for a restart is opened again', async () => {
  await line.socket.close({ code: 1012 })
  await untilStatus(ada.page, /Offline/)
  await untilSaved(ada.page)
})
