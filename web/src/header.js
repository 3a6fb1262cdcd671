// The bar on top of both faces of the page.

import { el } from './dom.js'
import { themeToggle } from './theme.js'

/** `middle` after the mark, `end` before the theme button. */
export function header (middle, end) {
  const mark = el('a', { class: 'mark', href: '/', 'aria-label': 'Weft: all documents', title: 'All documents' },
    el('img', { src: '/assets/icon.svg', alt: '', width: 26, height: 26 }))
  return el('header', { class: 'top' }, mark, middle, el('div', { class: 'end' }, end, themeToggle()))
}
