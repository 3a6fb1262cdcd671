// The two sentences about a connection: how it is, and what is saved. Both only say what is true.

import { el } from './dom.js'

const words = {
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Offline — reconnecting…',
  closed: 'Disconnected'
}

/** `{ element, show(connection) }` */
export function statusLine () {
  const link = el('span', { class: 'link-state' })
  const saving = el('span', { class: 'save-state' })
  const element = el('div', { class: 'status', role: 'status', 'aria-live': 'polite' },
    el('span', { class: 'status-dot', 'aria-hidden': 'true' }), link, saving)
  const show = connection => {
    element.dataset.state = connection.state
    element.dataset.saved = connection.saved
    const saved = savingWords(connection)
    setText(link, connection.state === 'offline' && saved ? '' : words[connection.state])
    setText(saving, saved)
  }
  return { element, show }
}

function savingWords ({ state, saved, unsaved }) {
  if (state === 'connecting') return ''
  if (state === 'live') return saved ? 'All changes saved' : 'Saving…'
  if (state === 'offline') return unsaved ? 'Offline — changes kept in this tab' : ''
  return unsaved ? 'Your last changes were not saved' : ''
}

// Setting the same text again would make screen readers say it again.
function setText (element, text) {
  if (element.textContent !== text) element.textContent = text
}
