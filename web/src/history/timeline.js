// The time line: the present, then versions, newest first, under the days on which they were made.
//
// A list box: one stop for Tab, the arrow keys choose. What is chosen is shown at once.

import { el } from '../dom.js'
import { dyeOf, initials } from '../person.js'
import { dayOf, timeOf } from './time_words.js'
import { growthOf, spoken, titleOf } from './version_words.js'

const pageKeyRows = 8

export class Timeline {
  element = el('div', {
    class: 'timeline', role: 'listbox', tabindex: '0', 'aria-label': 'Versions', onkeydown: event => this.#onKey(event)
  })

  #versions = []
  #chosen = null
  #shown = ''

  /** `onChoose(number)`, null for the present; `colorOf(name)` is the colour of somebody who is here. */
  constructor (onChoose, colorOf) {
    this.onChoose = onChoose
    this.colorOf = colorOf
  }

  /** `isLast`: there is nothing older on the server. */
  show (versions, chosen, isLast) {
    this.#versions = versions
    this.#chosen = chosen
    // The list is asked for every few seconds: rows that somebody is about to click stay the same elements.
    const shown = JSON.stringify([versions, isLast, new Date().toDateString()])
    if (shown === this.#shown) {
      this.#mark()
      return
    }
    this.#shown = shown
    const rows = versions.map((version, i) => this.#row(version, versions[i + 1] ?? (isLast ? { bytes: 0 } : undefined)))
    this.element.replaceChildren(this.#presentRow(), ...underDays(versions, rows))
    this.#mark()
  }

  choose (chosen) {
    this.#chosen = chosen
    this.#mark()
    this.element.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }

  #mark () {
    const id = rowId(this.#chosen)
    for (const row of this.element.querySelectorAll('[role=option]')) row.setAttribute('aria-selected', String(row.id === id))
    this.element.setAttribute('aria-activedescendant', id)
  }

  #presentRow () {
    return this.#option(null, 'moment present', 'Now, what everyone is writing',
      el('span', { class: 'moment-title' }, 'Now'), el('span', { class: 'moment-facts' }, 'What everyone is writing'))
  }

  #row (version, before) {
    const { number, kind, author, created_at: when } = version
    const facts = [author, growthOf(version, before)].filter(Boolean).join(' · ')
    return this.#option(number, `moment ${kind}`, `${spoken(version)}, ${growthOf(version, before)}`,
      el('time', { datetime: when }, timeOf(when)),
      el('span', { class: 'moment-title' }, titleOf(version)),
      facts && el('span', { class: 'moment-facts' }, author && this.#badge(author), facts))
  }

  #badge (name) {
    const badge = el('span', { class: 'small-badge', 'aria-hidden': 'true' }, initials(name))
    badge.style.setProperty('--person', this.colorOf(name) ?? dyeOf(name))
    return badge
  }

  #option (number, classes, label, ...content) {
    return el('div', {
      id: rowId(number), class: classes, role: 'option', 'aria-label': label, onclick: () => this.onChoose(number)
    }, content)
  }

  #onKey (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const last = this.#versions.length
    const at = this.#chosen === null ? 0 : this.#versions.findIndex(({ number }) => number === this.#chosen) + 1
    const wanted = {
      ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + pageKeyRows, PageUp: at - pageKeyRows
    }[event.key]
    if (wanted === undefined) return
    event.preventDefault()
    const row = Math.max(0, Math.min(last, wanted))
    this.onChoose(row === 0 ? null : this.#versions[row - 1].number)
  }
}

const rowId = number => number === null ? 'present-row' : `version-row-${number}`

function underDays (versions, rows) {
  const groups = []
  let day = null
  versions.forEach((version, i) => {
    const its = dayOf(version.created_at)
    if (its !== day) {
      day = its
      groups.push(el('div', { class: 'day', role: 'group', 'aria-label': day }, el('div', { class: 'day-name', 'aria-hidden': 'true' }, day)))
    }
    groups.at(-1).append(rows[i])
  })
  return groups
}
