// Makes docs/screenshot.png: two people in one document, one window light, one dark.
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
- bread and cheese for `

const server = await startServer()
const browser = await launch()
const ada = await person(browser, { name: 'Ada Lindqvist', color: '#0f766e', viewport: { width: 760, height: 540 } })
const ben = await person(browser, { name: 'Ben Okafor', color: '#b3245e', colorScheme: 'dark', viewport: { width: 720, height: 500 } })

async function write () {
  await openDocument(ada.page, server, name)
  await openDocument(ben.page, server, name)
  await ada.page.keyboard.insertText(text)
  await ada.page.keyboard.type('four')
  await waitFor(async () => await caretOf(ben.page, 'Ada Lindqvist'), { what: "Ada's caret" })
  await ben.page.locator('.cm-line', { hasText: 'causeway' }).click()
  await ben.page.keyboard.press('Home')
  for (let word = 0; word < 6; word++) await ben.page.keyboard.press('Control+Shift+ArrowRight')
  await waitFor(async () => await ada.page.locator('.remote-selection').count() > 0, { what: "Ben's selection" })
  await untilSaved(ada.page)
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
  <img style="left: 40px; top: 40px" src="${await picture(ada.page)}">
  <img style="left: 520px; top: 260px" src="${await picture(ben.page)}">`)
  await desk.page.screenshot({ path: target })
}

try {
  await write()
  await compose()
} finally {
  await browser.close()
  await server.kill()
}
