// The address of the page is the link to share; this button copies it.

import { el, icon } from './dom.js'

export function shareButton () {
  const label = el('span', { class: 'wide-only' }, 'Copy link')
  const button = el('button', { class: 'share', type: 'button', 'aria-label': 'Copy link', onclick: copyAndSay }, icon('link'), label)
  const heard = el('span', { class: 'for-ears', role: 'status' })
  let back = 0

  async function copyAndSay () {
    const copied = await copy(location.href)
    say(copied ? 'check' : 'link', copied ? 'Link copied' : 'Copy it from the address bar')
    clearTimeout(back)
    back = setTimeout(() => { say('link', 'Copy link'); heard.textContent = '' }, 2500)
  }

  function say (drawing, words) {
    button.firstChild.replaceWith(icon(drawing))
    label.textContent = words
    heard.textContent = words
  }

  return [button, heard]
}

async function copy (words) {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    return copyBySelection(words) // Plain http on another host than localhost has no clipboard.
  }
}

function copyBySelection (words) {
  const field = el('textarea', { class: 'for-ears', readonly: true })
  field.value = words
  document.body.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  return copied
}
