// Makes docs/screenshot.png: two people in one document; one looks at what it was, in a light window, the other writes on, in a dark one.
//
//     node screenshot.mjs [FILE]

import { join } from 'node:path'
import { sourceDir, startServer, waitFor } from '../support/server.mjs'
import { caretOf, launch, openDocument, person, untilSaved } from './browser.mjs'

const target = process.argv[2] ?? join(sourceDir, 'docs', 'screenshot.png')
const name = 'harbour-walk'
const text = `# A walk along the harbour

We meet at the **old crane** at nine.
The tide is low, so the *causeway* is dry until noon.

## What to bring

- boots, and something warm
- the \`map.gpx\` from last time
`

const server = await startServer()
const browser = await launch()
const ada = await person(browser, { name: 'Ada Lindqvist', color: '#0f766e', viewport: { width: 940, height: 600 } })
const ben = await person(browser, { name: 'Ben Okafor', color: '#b3245e', colorScheme: 'dark', viewport: { width: 640, height: 420 } })

async function keep (label, author) {
  const kept = await fetch(`${server.url}/api/documents/${name}/versions`, { method: 'POST', body: JSON.stringify({ label, author }) })
  if (!kept.ok) throw new Error(await kept.text())
}

async function write () {
  await openDocument(ada.page, server, name)
  await openDocument(ben.page, server, name)
  await ada.page.keyboard.insertText(text)
  await untilSaved(ada.page)
  await keep('Plan for Saturday', 'Ada Lindqvist')
  await ada.page.keyboard.press('Control+End')
  await ada.page.keyboard.type('bread and cheese for four')
  await untilSaved(ada.page)
  await keep('With lunch', 'Ada Lindqvist')
  await ben.page.locator('.md-strong', { hasText: 'old crane' }).dblclick()
  await ben.page.keyboard.press('Control+Shift+ArrowLeft')
  await ben.page.keyboard.type('lighthouse')
  await ben.page.keyboard.press('End')
  await ben.page.keyboard.type(' Bring a lamp.')
  await untilSaved(ben.page)
  await keep('At the lighthouse', 'Ben Okafor')
}

async function look () {
  await ada.page.evaluate(() => scrollTo(0, 0))
  await ada.page.getByRole('button', { name: 'History', exact: true }).click()
  await ada.page.getByRole('option', { name: /^At the lighthouse/ }).click()
  await ada.page.locator('.past ins').first().waitFor()
  await ben.page.keyboard.type(' And a rope.')
  await waitFor(async () => await caretOf(ben.page, 'Ada Lindqvist') !== null, { what: "Ada's caret" })
  await untilSaved(ben.page)
}

const picture = async page => `data:image/png;base64,${(await page.screenshot()).toString('base64')}`

/** Both windows on one desk. */
async function compose () {
  const desk = await person(browser)
  await desk.page.setContent(`<style>
    body { margin: 0; width: 1280px; height: 800px; position: relative; background: linear-gradient(140deg, #efe4d6, #c9d3e0); }
    img { position: absolute; display: block; border-radius: 12px; box-shadow: 0 0 0 1px rgb(0 0 0 / 12%), 0 24px 60px rgb(40 30 20 / 32%); }
  </style>
  <img style="left: 300px; top: 36px" src="${await picture(ada.page)}">
  <img style="left: 40px; top: 344px" src="${await picture(ben.page)}">`)
  await desk.page.screenshot({ path: target })
}

try {
  await write()
  await look()
  await compose()
} finally {
  await browser.close()
  await server.kill()
}
