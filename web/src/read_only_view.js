// What the page shows of a document that it cannot edit: its readable content, as the server has it.

import { contentAddress, readContent } from './api.js'
import { el } from './dom.js'

/** An element with a note that says `why`, and the content or the reason that there is none. */
export async function readOnlyView (name, why) {
  return el('div', { class: 'read-only' },
    el('p', { class: 'note' }, `${why} `, el('a', { href: contentAddress(name) }, 'Open its content')),
    await content(name))
}

async function content (name) {
  try {
    return el('pre', { tabindex: '0', 'aria-label': `Content of ${name}, read only` }, await readContent(name))
  } catch (error) {
    return el('p', { class: 'note failed' }, `Its content cannot be shown: ${error.message}`)
  }
}
