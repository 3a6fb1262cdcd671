// The history of one document: opens and closes the panel, shows the past in place of the text, and goes back.

import { listVersions, nameVersion, restoreVersion } from '../api.js'
import { el, icon } from '../dom.js'
import { oneAtATime } from './one_at_a_time.js'
import { Panel } from './panel.js'
import { Past } from './past.js'
import { PastBar } from './past_bar.js'
import { PastView } from './past_view.js'
import { RestoredNotice } from './restored_notice.js'
import { dayAndTime } from './time_words.js'
import { titleOf } from './version_words.js'
import { VersionList } from './version_list.js'

const refreshInterval = 5_000
const presentInterval = 400 // How often the past is compared anew while others write the present.

export class History {
  #chosen = null // The number of the version that is shown; null: the present.
  #comparedWithNow = false
  #reachable = true
  #trouble = null
  #cameFrom = null
  #presentTimer = 0
  #list
  #past
  #panel
  #bar
  #view
  #notice = new RestoredNotice()

  #refresh = oneAtATime(() => this.#load(() => this.#list.refresh()))
  #loadMore = oneAtATime(() => this.#list.hasMore && this.#load(() => this.#list.loadMore()))
  #showWanted = oneAtATime(() => this.#showChosen())

  /**
   * `source`  `{ isPlainText, readPresent }` as in Past; `settled()`, which resolves once all that was typed here is stored;
   *           `restored()`, called when a version is back, for a present that does not follow by itself
   * `people`  `{ me(), colorOf(name), nameOf(actor) }`
   */
  constructor (sheet, source, people) {
    this.sheet = sheet
    this.source = source
    this.people = people
    this.#list = new VersionList(page => listVersions(sheet.name, page))
    this.#past = new Past(sheet.name, source)
    this.#view = new PastView(people.nameOf)
    this.#panel = new Panel({
      onClose: () => this.close(),
      onChoose: number => this.#choose(number),
      onMore: () => this.#loadMore(),
      onAgain: () => this.#refresh(),
      keep: label => this.#keep(label),
      colorOf: people.colorOf
    })
    this.#bar = new PastBar({
      onRestore: () => this.#restoreChosen(),
      onPresent: () => this.#choose(null),
      onCompare: what => { this.#comparedWithNow = what === 'now'; this.#showWanted() },
      onGo: direction => this.#view.goToChange(direction)
    })
    this.button = el('button', {
      class: 'quiet square history-button', type: 'button', 'aria-label': 'History', title: 'History (Ctrl+Alt+Shift+H)',
      'aria-expanded': 'false', 'aria-controls': 'history', 'aria-keyshortcuts': 'Control+Alt+Shift+H', onclick: () => this.toggle(),
      onmousedown: event => event.preventDefault() // Who clicks while writing is to be writing again afterwards.
    }, icon('history'))
    this.#listen()
  }

  /** What stands below the page's header: the panel beside the sheet, and above the sheet what is to be said of its past. */
  get desk () {
    return el('div', { class: 'desk' }, this.#panel.element,
      el('div', { class: 'page' }, this.#bar.element, this.#notice.element, this.sheet.element))
  }

  toggle () {
    if (this.#panel.isOpen) this.close()
    else this.open()
  }

  open () {
    this.#cameFrom = document.activeElement
    this.#panel.open()
    this.button.setAttribute('aria-expanded', 'true')
    this.#paint()
    this.#refresh()
  }

  /** Back to the present, and to where the reader came from. */
  close () {
    this.#choose(null)
    this.#panel.close()
    this.button.setAttribute('aria-expanded', 'false')
    const before = this.#cameFrom
    const to = before?.isConnected && before !== document.body ? before : this.button
    to.focus({ preventScroll: true })
  }

  /** The server came or went. */
  onConnection (reachable) {
    if (reachable === this.#reachable) return
    this.#reachable = reachable
    this.#paint()
    if (!reachable || !this.#panel.isOpen) return
    this.#refresh()
    this.#showWanted()
  }

  /** The present has changed: what is compared with it is compared anew. */
  onPresent () {
    if (!this.#comparedWithNow || this.#chosen === null || this.#presentTimer !== 0) return
    this.#presentTimer = setTimeout(() => {
      this.#presentTimer = 0
      this.#showWanted()
    }, presentInterval)
  }

  #listen () {
    const refreshIfSeen = () => { if (this.#panel.isOpen && this.#reachable && !document.hidden) this.#refresh() }
    setInterval(refreshIfSeen, refreshInterval)
    addEventListener('keydown', event => {
      if (event.code === 'KeyH' && event.altKey && event.shiftKey && (event.ctrlKey || event.metaKey)) this.toggle()
      else if (event.key === 'Escape' && this.#isOurs(event)) this.close()
      else return
      event.preventDefault()
    })
  }

  // Escape in the text that is being written means something to the editor, and an open card is closed first.
  #isOurs ({ target, defaultPrevented }) {
    if (!this.#panel.isOpen || defaultPrevented || document.querySelector(':popover-open')) return false
    return this.#chosen !== null || !this.sheet.element.contains(target)
  }

  async #load (load) {
    try {
      await load()
      this.#trouble = null
    } catch (error) {
      if (error.status === 404) this.#list.loaded = true // Nobody has written anything yet.
      else this.#trouble = error.message
    }
    this.#paint()
  }

  #paint () {
    this.#panel.show({ list: this.#list, chosen: this.#chosen, trouble: this.#trouble, reachable: this.#reachable })
    this.#bar.setRestore({ busy: false, possible: this.#reachable })
  }

  #choose (number) {
    if (number === this.#chosen) return
    this.#chosen = number
    this.#panel.choose(number)
    if (number === null) {
      this.#bar.hide()
      this.sheet.showPresent()
      return
    }
    this.#notice.hide()
    this.#bar.show(this.#list.find(number))
    if (number === this.#list.versions.at(-1).number) this.#loadMore()
    this.#showWanted()
  }

  async #showChosen () {
    const [number, comparedWithNow] = [this.#chosen, this.#comparedWithNow]
    if (number === null) return
    const isWanted = () => number === this.#chosen && comparedWithNow === this.#comparedWithNow
    this.#bar.showLoading()
    try {
      const pieces = await (comparedWithNow ? this.#past.besidePresent(number) : this.#past.sinceBefore(number))
      if (isWanted()) this.#showPieces(pieces)
    } catch (error) {
      if (isWanted()) this.#showTrouble(error)
    }
  }

  #showPieces (pieces) {
    const isFirst = !this.#view.element.isConnected
    this.#view.show(pieces)
    this.sheet.showPast(this.#view.element)
    this.#bar.showPieces(pieces, this.#comparedWithNow)
    if (isFirst) this.#view.goToFirstChange()
  }

  // What stood there before belongs to another version.
  #showTrouble (error) {
    const wasLetGo = error.status === 404
    const words = wasLetGo
      ? 'This version was let go: as a history grows old, it keeps fewer steps. Choose another one.'
      : this.#reachable ? `This version cannot be shown: ${error.message}` : 'Offline: this version is shown when the connection is back.'
    this.#bar.showNothing()
    this.sheet.showPast(el('div', { class: 'past' }, el('p', { class: 'note past-missing', role: 'alert' }, words)))
    if (wasLetGo) this.#refresh()
  }

  async #keep (label) {
    await this.source.settled()
    await nameVersion(this.sheet.name, label, this.people.me())
    await this.#refresh()
  }

  async #restoreChosen () {
    const version = this.#list.find(this.#chosen)
    this.#bar.setRestore({ busy: true, possible: true })
    try {
      const kept = await this.#restore(version.number)
      this.#choose(null)
      this.#tellRestored(version, kept)
    } catch (error) {
      this.#bar.showTrouble(`Not restored, and nothing was changed: ${error.message}`)
    }
    this.#bar.setRestore({ busy: false, possible: this.#reachable })
  }

  #tellRestored (version, kept) {
    const name = version.kind === 'automatic' ? `of ${dayAndTime(version.created_at).toLowerCase()}` : `“${titleOf(version)}”`
    if (kept === null) this.#notice.show('The text is already as it was then, so nothing was changed.')
    else this.#offerBack(`The version ${name} is back. What was here before is kept.`, 'Undo the restore', kept, 'The restore is undone.')
  }

  /** Says `words`, and offers to bring version `number` back, which the reader knows as `act`. */
  #offerBack (words, act, number, done) {
    this.#notice.show(words, {
      words: act,
      act: async () => {
        try {
          const kept = await this.#restore(number)
          if (kept === null) this.#notice.show(done)
          else this.#offerBack(done, 'Restore it again', kept, words)
        } catch (error) {
          this.#notice.fail(`That did not work, and nothing was changed: ${error.message}`)
        }
      }
    })
  }

  async #restore (number) {
    await this.source.settled()
    const { kept } = await restoreVersion(this.sheet.name, number, this.people.me())
    this.source.restored()
    this.#refresh()
    return kept
  }
}
