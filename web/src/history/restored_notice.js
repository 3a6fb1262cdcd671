// What stands over the text after a version was brought back: that it is done, and the way to undo it.

import { el, icon } from '../dom.js'

export class RestoredNotice {
  #words = el('p', {})
  #acts = el('div', { class: 'notice-acts' })
  element = el('div', { class: 'restored', role: 'status', tabindex: '-1', hidden: true }, icon('check'), this.#words, this.#acts)

  /** `again`: `{ words, act }`, what undoes it; absent where nothing has changed. */
  show (words, again) {
    const button = again && el('button', { class: 'quiet outlined', type: 'button' }, again.words)
    button?.addEventListener('click', async () => {
      button.disabled = true
      await again.act()
    })
    this.#words.textContent = words
    this.element.classList.remove('failed')
    this.#acts.replaceChildren(...[button, this.#dismissal()].filter(Boolean))
    this.element.hidden = false
    this.element.focus({ preventScroll: true })
  }

  fail (words) {
    this.#words.textContent = words
    this.element.classList.add('failed')
    for (const button of this.#acts.querySelectorAll('button')) button.disabled = false
  }

  hide () {
    this.element.hidden = true
  }

  #dismissal () {
    return el('button', { class: 'quiet square', type: 'button', 'aria-label': 'Dismiss', title: 'Dismiss', onclick: () => this.hide() }, icon('close'))
  }
}
