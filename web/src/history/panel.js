// The panel beside the text: name the present, travel by slider, choose in the time line. It shows; `History` decides.

import { el, icon } from '../dom.js'
import { NameForm } from './name_form.js'
import { Timeline } from './timeline.js'
import { spoken } from './version_words.js'

/** Listeners: `onClose`, `onChoose(number)` (null: the present), `onMore`, `onAgain`; `keep(label)` and `colorOf(name)` as in their parts. */
export class Panel {
  #slider
  #ends = el('div', { class: 'travel-ends', 'aria-hidden': 'true' }, el('span', {}, 'Oldest'), el('span', {}, 'Now'))
  #travel
  #note = el('div', { class: 'panel-note', role: 'status' })
  #more
  #versions = []
  #chosen = null
  #reachable = true
  #timeline
  #form

  constructor ({ onClose, onChoose, onMore, onAgain, keep, colorOf }) {
    this.onAgain = onAgain
    this.onMore = onMore
    this.#slider = el('input', {
      type: 'range', class: 'slider', min: 0, step: 1, 'aria-label': 'Travel through the versions',
      oninput: () => onChoose(this.#versions[this.#versions.length - 1 - this.#slider.valueAsNumber]?.number ?? null)
    })
    this.#travel = el('div', { class: 'travel' }, this.#slider, this.#ends)
    this.#more = el('button', { class: 'quiet more', type: 'button', hidden: true, onclick: onMore }, 'Show older versions')
    this.#form = new NameForm(keep)
    this.#timeline = new Timeline(onChoose, colorOf)
    this.element = el('aside', { id: 'history', class: 'panel', 'aria-label': 'History', hidden: true },
      el('div', { class: 'panel-head' },
        el('h2', {}, 'History'),
        el('button', { class: 'quiet square', type: 'button', 'aria-label': 'Close the history', title: 'Close (Esc)', onclick: onClose }, icon('close'))),
      this.#form.element, this.#travel,
      el('div', { class: 'past-days' }, this.#timeline.element, this.#note, this.#more))
    this.#moreInSight().observe(this.#more)
  }

  get isOpen () {
    return !this.element.hidden
  }

  open () {
    this.element.hidden = false
    this.#timeline.element.focus({ preventScroll: true })
  }

  close () {
    this.element.hidden = true
  }

  /** `list`: the VersionList, `chosen`: a number or null, `trouble`: why it could not be loaded, `reachable`: whether the server is there. */
  show ({ list, chosen, trouble, reachable }) {
    this.#versions = list.versions
    this.#chosen = chosen
    const isEmpty = list.versions.length === 0
    this.#timeline.show(list.versions, chosen, !list.hasMore)
    this.#travel.hidden = isEmpty
    this.#more.hidden = !list.hasMore
    this.#reachable = reachable
    this.#showForm()
    this.#tell(list, trouble, reachable)
    this.#turnSlider()
  }

  choose (chosen) {
    this.#chosen = chosen
    this.#timeline.choose(chosen)
    this.#showForm()
    this.#turnSlider()
  }

  #showForm () {
    this.#form.show({ possible: this.#reachable, isPresent: this.#chosen === null })
  }

  #turnSlider () {
    const last = this.#versions.length
    const at = this.#versions.findIndex(({ number }) => number === this.#chosen)
    this.#slider.max = last
    this.#slider.value = this.#chosen === null ? last : last - 1 - at
    this.#slider.style.setProperty('--travelled', `${100 * this.#slider.value / last}%`)
    this.#slider.setAttribute('aria-valuetext', at < 0 ? 'Now' : spoken(this.#versions[at]))
  }

  #tell (list, trouble, reachable) {
    const words = this.#words(list, trouble, reachable)
    const said = words.map(word => word.textContent).join('')
    // The same words again would be said again by screen readers.
    if (said === this.#note.textContent && this.#note.childElementCount === words.length) return
    this.#note.replaceChildren(...words)
    this.#note.hidden = words.length === 0
  }

  #words ({ loaded, versions }, trouble, reachable) {
    if (!reachable) {
      return [el('p', {}, loaded
        ? 'Offline: newer versions may be missing here. Restoring and naming are back with the connection.'
        : 'Offline: the history comes with the connection.')]
    }
    if (trouble) {
      return [el('p', { class: 'failed' }, `The history cannot be loaded: ${trouble}`),
        el('button', { class: 'quiet outlined', type: 'button', onclick: this.onAgain }, 'Try again')]
    }
    if (!loaded) return [el('span', { class: 'for-ears' }, 'Loading the history'), skeleton()]
    return versions.length > 0 ? [] : empty()
  }

  // Whoever scrolls to the end of what is loaded gets the next page without asking.
  #moreInSight () {
    return new IntersectionObserver(([{ isIntersecting }]) => { if (isIntersecting) this.onMore() })
  }
}

const skeleton = () => el('div', { class: 'skeleton', 'aria-hidden': 'true' }, [1, 2, 3, 4].map(() => el('i')))

const empty = () => [
  el('p', { class: 'empty-title' }, 'No versions yet'),
  el('p', {}, 'Weft keeps one by itself whenever the writing pauses. Name the text as it is now, and that version stays for good.')
]
