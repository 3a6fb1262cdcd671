// The sheet below the bar: empty while the document loads, then the editor, or what can only be read.

import { el } from './dom.js'
import { createEditor, stopWriting } from './editor.js'
import { readOnlyView } from './read_only_view.js'

export class Sheet {
  #present = el('div', { class: 'present' }, el('p', { class: 'loading' }, 'Opening…'))
  element = el('main', { class: 'sheet' }, this.#present)
  #past = null
  #scrolledTo = 0
  #whyReadOnly = null

  /** False where the document is more than the plain text of its root. */
  isPlainText = true
  #opened = false
  #editor = null

  constructor (name) {
    this.name = name
  }

  /** Shows the editor on `text`; once the server has sent what it has, so that nobody takes an unloaded document for an empty one. */
  open ({ text, awareness, undoManager }) {
    if (this.#opened) return
    this.#opened = true
    const strange = strangeContent(text)
    if (strange) {
      this.showReadOnly(strange)
      return
    }
    text.observe(({ delta }) => { if (delta.some(isEmbed)) this.#leaveEditor(awareness) })
    this.#present.replaceChildren()
    this.#editor = createEditor({ parent: this.#present, text, awareness, undoManager, label: `Text of ${this.name}` })
    this.#editor.focus()
  }

  /** The server takes nothing any more: what stands here can be copied, not changed. */
  close () {
    if (this.#editor) stopWriting(this.#editor)
    else if (!this.#opened) this.#present.replaceChildren()
    this.#opened = true
  }

  async showReadOnly (why) {
    this.isPlainText = false
    this.#whyReadOnly = why
    this.#present.replaceChildren(await readOnlyView(this.name, why))
  }

  /** What can only be read does not follow what others do to it. */
  refreshReadOnly () {
    if (this.#whyReadOnly !== null) this.showReadOnly(this.#whyReadOnly)
  }

  /** Where there is nothing to show. */
  showNote (words) {
    this.#present.replaceChildren(el('div', { class: 'read-only' }, el('p', { class: 'note' }, words)))
  }

  /** Shows `past` in place of the present, which stays as it is behind it: edits go on arriving, and cursors stay. */
  showPast (past) {
    if (this.#past === past) return
    if (this.#past === null) this.#scrolledTo = scrollY
    else this.#past.remove()
    this.#past = past
    this.#present.hidden = true
    this.element.append(past)
  }

  showPresent () {
    if (this.#past === null) return
    this.#past.remove()
    this.#past = null
    this.#present.hidden = false
    this.#editor?.requestMeasure()
    scrollTo(0, this.#scrolledTo)
  }

  #leaveEditor (awareness) {
    if (!this.#editor) return
    this.#editor.destroy()
    this.#editor = null
    awareness.setLocalStateField('cursor', null)
    this.showReadOnly(embedsWords)
  }
}

const embedsWords = 'This text holds embedded objects, which this page can show but not edit.'
const isEmbed = part => part.insert !== undefined && typeof part.insert !== 'string'

// An embedded object takes one position in the Y.Text and none in an editor of plain text: edits would go astray.
// Content in other roots belongs to another kind of editor: an empty page in its place would look like a loss.
function strangeContent (text) {
  if (text.toDelta().some(isEmbed)) return embedsWords
  const roots = [...text.doc.share].filter(([, type]) => type._start !== null || type._map.size > 0).map(([root]) => root)
  if (roots.length === 0 || roots.includes('text')) return null
  return `This document was made by another kind of editor (in “${roots.join('”, “')}”): this page can show it but not edit it.`
}
