// The bar over a text of the past: which version it is, what is coloured in it, and the way back.

import { el, icon } from '../dom.js'
import { summary } from './changes.js'
import { dayAndTime } from './time_words.js'
import { titleOf } from './version_words.js'

/** Listeners: `onRestore`, `onPresent` (back to now), `onCompare('before' | 'now')`, `onGo(1 | -1)` (next change, the one before). */
export class PastBar {
  #title = el('strong', { class: 'past-title' })
  #when = el('span', { class: 'past-when' })
  #amount = el('span', { class: 'amount', role: 'status' })
  #trouble = el('p', { class: 'past-trouble', role: 'alert', hidden: true })
  #restore
  #steps

  constructor ({ onRestore, onPresent, onCompare, onGo }) {
    this.#restore = el('button', { class: 'primary', type: 'button', onclick: onRestore }, 'Restore')
    this.#steps = el('span', { class: 'steps' },
      step('up', 'Change before', () => onGo(-1)), step('down', 'Next change', () => onGo(1)))
    this.element = el('section', { class: 'past-bar', 'aria-label': 'Version shown', hidden: true },
      el('div', { class: 'past-what' }, this.#title, this.#when),
      el('div', { class: 'past-acts' },
        el('button', { class: 'quiet outlined', type: 'button', onclick: onPresent }, 'Back to now'), this.#restore),
      el('div', { class: 'past-how' }, comparison(onCompare), this.#amount, this.#steps),
      this.#trouble)
  }

  show (version) {
    const when = dayAndTime(version.created_at)
    this.#title.textContent = version.kind === 'automatic' ? when : `“${titleOf(version)}”`
    this.#when.textContent = [version.kind !== 'automatic' && when, version.author].filter(Boolean).join(' · ')
    this.#restore.setAttribute('aria-label', `Restore the version ${this.#title.textContent}`)
    this.showTrouble(null)
    this.showNothing()
    this.element.hidden = false
  }

  hide () {
    this.element.hidden = true
  }

  showLoading () {
    this.element.setAttribute('aria-busy', 'true')
  }

  showPieces (pieces, comparedWithNow) {
    const { inserted, deleted, places } = summary(pieces)
    this.element.removeAttribute('aria-busy')
    this.#steps.hidden = places === 0
    this.#amount.replaceChildren(...places === 0
      ? [comparedWithNow ? 'The same as now' : 'No change of the text']
      : [count('inserted', '+', inserted, comparedWithNow ? 'only then' : 'added'),
          count('deleted', '−', deleted, comparedWithNow ? 'only now' : 'removed')])
    this.showTrouble(null)
  }

  /** `words` to tell, or null when all is well. */
  showTrouble (words) {
    this.element.removeAttribute('aria-busy')
    this.#trouble.hidden = words === null
    this.#trouble.textContent = words ?? ''
  }

  /** There is no text to tell anything of. */
  showNothing () {
    this.element.removeAttribute('aria-busy')
    this.#steps.hidden = true
    this.#amount.replaceChildren()
  }

  /** `busy` while it is being brought back; not `possible` without a connection. */
  setRestore ({ busy, possible }) {
    this.#restore.disabled = busy || !possible
    this.#restore.textContent = busy ? 'Restoring…' : 'Restore'
  }
}

const step = (drawing, label, onclick) =>
  el('button', { class: 'quiet square', type: 'button', 'aria-label': label, title: label, onclick }, icon(drawing))

const count = (kind, sign, words, what) =>
  el('span', { class: kind }, `${sign}${words}`, el('span', { class: 'count-words' }, ` ${words === 1 ? 'word' : 'words'} ${what}`))

function comparison (onCompare) {
  const choice = (value, words, checked) => el('label', {},
    el('input', { type: 'radio', name: 'compare', value, checked, onchange: () => onCompare(value) }), el('span', {}, words))
  return el('fieldset', { class: 'comparison' },
    el('legend', { class: 'for-ears' }, 'What is coloured'),
    choice('before', 'What changed', true), choice('now', 'Against now', false))
}
