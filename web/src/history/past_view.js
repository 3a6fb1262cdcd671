// A text as it was, in the editor's own look: read only, with what was inserted and deleted coloured.

import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView, WidgetType } from '@codemirror/view'
import { el } from '../dom.js'
import { textLook } from '../text_look.js'

const show = StateEffect.define()

const colours = StateField.define({
  create: () => Decoration.none,
  update: (decorations, { effects }) => effects.find(effect => effect.is(show))?.value ?? decorations,
  provide: field => EditorView.decorations.from(field)
})

export class PastView {
  element = el('div', { class: 'past' })
  #pieces = []
  #view

  /** `nameOf(actor)` is who that was, as far as it is known. */
  constructor (nameOf) {
    this.nameOf = nameOf
    this.#view = new EditorView({
      parent: this.element,
      state: EditorState.create({
        extensions: [
          textLook(), colours, EditorState.readOnly.of(true), EditorView.editable.of(false),
          EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': 'The text of this version, read only' })
        ]
      })
    })
  }

  show (pieces) {
    if (pieces === this.#pieces) return
    this.#pieces = pieces
    const text = pieces.map(piece => piece.text).join('')
    this.#view.dispatch({
      changes: replacement(this.#view.state.doc.toString(), text),
      effects: show.of(Decoration.set(marks(pieces, this.nameOf), true))
    })
  }

  /** Brings the next place with changes into sight; the one before with -1. From the last on to the first. */
  goToChange (direction) {
    const places = placesOf(this.#pieces)
    if (places.length === 0) return
    const at = this.#view.state.selection.main.head
    const ahead = places.filter(place => direction > 0 ? place > at : place < at)
    this.#goTo((direction > 0 ? ahead[0] : ahead.at(-1)) ?? places.at(direction > 0 ? 0 : -1))
  }

  /** Once the lines have been measured: before, the editor guesses their heights, and scrolls by what it was wrong. */
  goToFirstChange () {
    this.#view.requestMeasure({ read: () => placesOf(this.#pieces)[0] ?? 0, write: place => requestAnimationFrame(() => this.#goTo(place)) })
  }

  #goTo (place) {
    if (place > this.#view.state.doc.length) return // Another version is shown by now.
    this.#view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: 'nearest', yMargin: 60 }) })
  }
}

/** Only what differs is replaced, so that what stays the same stays where it is on the screen. */
function replacement (before, after) {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from++
  let behind = 0
  while (behind < shorter - from && before.at(-1 - behind) === after.at(-1 - behind)) behind++
  return { from, to: before.length - behind, insert: after.slice(from, after.length - behind) }
}

/** Where a run of inserted and deleted pieces begins. */
function placesOf (pieces) {
  const places = []
  let at = 0
  pieces.forEach(({ kind, text }, i) => {
    if (kind !== 'kept' && (i === 0 || pieces[i - 1].kind === 'kept')) places.push(at)
    at += text.length
  })
  return places
}

function marks (pieces, nameOf) {
  const ranges = []
  let at = 0
  for (const { kind, text, actor } of pieces) {
    const end = at + text.length
    if (kind !== 'kept') {
      ranges.push(markOf(kind, nameOf(actor)).range(at, end))
      // A line break by itself has no width to be coloured.
      if (/^\n+$/.test(text)) ranges.push(Decoration.widget({ widget: new LineBreak(kind), side: -1 }).range(at))
    }
    at = end
  }
  return ranges
}

const markOf = (kind, name) => kind === 'inserted'
  ? Decoration.mark({ tagName: 'ins', attributes: name ? { title: `Written by ${name}` } : {} })
  : Decoration.mark({ tagName: 'del' })

class LineBreak extends WidgetType {
  constructor (kind) {
    super()
    this.kind = kind
  }

  eq ({ kind }) {
    return kind === this.kind
  }

  toDOM () {
    return el(this.kind === 'inserted' ? 'ins' : 'del', { class: 'line-break', title: `Line break ${this.kind}` }, '¶')
  }
}
