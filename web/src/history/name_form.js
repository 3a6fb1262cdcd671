// "Name this version": one field that keeps the present under a name.

import { el, icon } from '../dom.js'

const labelLengthMax = 120

export class NameForm {
  #field = el('input', {
    class: 'version-name', name: 'label', maxlength: labelLengthMax, placeholder: 'Name this version', 'aria-label': 'Name this version',
    autocomplete: 'off', oninput: () => this.#refresh(), onkeydown: event => this.#onKey(event)
  })

  #button = el('button', { class: 'primary', type: 'submit' }, 'Keep')
  #heard = el('p', { class: 'form-note', role: 'status' })
  element = el('form', { class: 'name-form', onsubmit: event => this.#submit(event) },
    el('div', { class: 'field' }, icon('bookmark'), this.#field), this.#button, this.#heard)

  #can = true
  #busy = false

  /** `keep(label)` resolves once the version is kept. */
  constructor (keep) {
    this.keep = keep
    this.#refresh()
  }

  /** `possible`: without a connection nothing can be kept. `isPresent`: whether the present is what the reader sees. */
  show ({ possible, isPresent }) {
    this.#can = possible
    this.#field.placeholder = isPresent ? 'Name this version' : 'Name the present version'
    if (!isPresent) this.#say('')
    this.#refresh()
  }

  async #submit (event) {
    event.preventDefault()
    const label = this.#field.value.trim()
    if (label === '' || this.#busy) return
    this.#say(this.#can ? '' : 'Not kept: you are offline.', !this.#can)
    if (!this.#can) return
    this.#busy = true
    this.#refresh()
    try {
      await this.keep(label)
      this.#field.value = ''
      this.#say(`Kept as “${label}”.`)
    } catch (error) {
      this.#say(`Not kept: ${error.message}`, true)
    }
    this.#busy = false
    this.#refresh()
  }

  #onKey (event) {
    if (event.key !== 'Escape' || this.#field.value === '') return
    event.stopPropagation() // The first Escape empties the field, the second closes the panel.
    this.#field.value = ''
    this.#refresh()
  }

  #say (words, failed = false) {
    this.#heard.textContent = words
    this.#heard.classList.toggle('failed', failed)
  }

  #refresh () {
    this.#button.textContent = this.#busy ? 'Keeping…' : 'Keep'
    this.#button.disabled = !this.#can || this.#busy || this.#field.value.trim() === ''
    this.element.classList.toggle('begun', this.#field.value !== '')
  }
}
