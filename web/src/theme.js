// Light or dark: as the system says, until the reader chooses; the choice is kept in this browser.

import { el, icon } from './dom.js'
import { recall, remember } from './memory.js'

const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set()

const isDark = () => (recall('theme') ?? (system.matches ? 'dark' : 'light')) === 'dark'

export function applyTheme () {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light'
  for (const listener of listeners) listener()
}

system.addEventListener('change', applyTheme)

/** The button that switches between light and dark. */
export function themeToggle () {
  const button = el('button', { class: 'quiet square theme-toggle', type: 'button', onclick: toggle })
  const show = () => {
    button.replaceChildren(icon(isDark() ? 'sun' : 'moon'))
    const label = isDark() ? 'Switch to light' : 'Switch to dark'
    button.setAttribute('aria-label', label)
    button.title = label
  }
  listeners.add(show)
  show()
  return button
}

function toggle () {
  remember('theme', isDark() ? 'light' : 'dark')
  applyTheme()
}
