// Others' cursors and selections in the text, each with a name label.
//
// A presence state carries `{ user: { name, color }, cursor: { anchor, head } }`, as y-codemirror has it, so that other
// Yjs editors on the same document see ours and we see theirs. Positions are Yjs relative positions: they stay with
// their neighbours when text before them grows.

import { Annotation } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, WidgetType } from '@codemirror/view'
import * as Y from 'yjs'
import { shownPerson } from './person.js'

const presenceChanged = Annotation.define()

export function remoteCursors (text, awareness) {
  return ViewPlugin.define(view => new RemoteCursors(view, text, awareness), { decorations: plugin => plugin.decorations })
}

class RemoteCursors {
  constructor (view, text, awareness) {
    this.text = text
    this.awareness = awareness
    this.decorations = this.draw(view.state.doc)
    this.onPresence = ({ added, updated, removed }) => {
      const others = [...added, ...updated, ...removed].some(client => client !== awareness.clientID)
      if (others) view.dispatch({ annotations: presenceChanged.of(true) })
    }
    awareness.on('change', this.onPresence)
  }

  destroy () {
    this.awareness.off('change', this.onPresence)
  }

  update (update) {
    if (update.view.hasFocus) this.publish(update.state.selection.main)
    this.decorations = this.draw(update.state.doc)
  }

  publish ({ anchor, head }) {
    const cursor = { anchor: this.relative(anchor), head: this.relative(head) }
    const known = this.awareness.getLocalState()?.cursor
    if (!known || !samePosition(known.anchor, cursor.anchor) || !samePosition(known.head, cursor.head)) {
      this.awareness.setLocalStateField('cursor', cursor)
    }
  }

  draw (doc) {
    const ranges = []
    for (const [client, state] of this.awareness.getStates()) {
      if (client !== this.awareness.clientID && state.cursor) ranges.push(...this.drawOne(doc, client, state))
    }
    return Decoration.set(ranges, true)
  }

  drawOne (doc, client, { user, cursor }) {
    const anchor = this.absolute(cursor.anchor, doc.length)
    const head = this.absolute(cursor.head, doc.length)
    if (anchor === null || head === null) return []
    const person = shownPerson(user, client)
    const caret = Decoration.widget({
      widget: new Caret(person, JSON.stringify(cursor.head), doc.lineAt(head).number === 1),
      side: head > anchor ? -1 : 1 // Outside the selection that it ends.
    }).range(head)
    if (anchor === head) return [caret]
    const selection = Decoration.mark({ class: 'remote-selection', attributes: { style: `--person: ${person.color}` } })
    return [caret, selection.range(Math.min(anchor, head), Math.max(anchor, head))]
  }

  relative (index) {
    return Y.createRelativePositionFromTypeIndex(this.text, index)
  }

  absolute (json, length) {
    try {
      const position = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(json), this.text.doc)
      return position?.type === this.text ? Math.min(position.index, length) : null
    } catch {
      return null // Not a position at all: presence states are whatever their clients say.
    }
  }
}

const samePosition = (a, b) => Y.compareRelativePositions(Y.createRelativePositionFromJSON(a), b)

class Caret extends WidgetType {
  constructor (person, place, onFirstLine) {
    super()
    this.person = person
    this.place = place
    this.onFirstLine = onFirstLine
  }

  // A caret that moved is drawn anew, which starts the animation that lets its label fade.
  eq (other) {
    return other.place === this.place && other.onFirstLine === this.onFirstLine &&
      other.person.name === this.person.name && other.person.color === this.person.color
  }

  toDOM () {
    const caret = document.createElement('span')
    caret.className = this.onFirstLine ? 'remote-caret below' : 'remote-caret'
    caret.style.setProperty('--person', this.person.color)
    const label = document.createElement('span')
    label.className = 'remote-name'
    label.textContent = this.person.name
    // A word joiner keeps the empty inline element as tall as the line, and never breaks it.
    caret.append('\u2060', label)
    return caret
  }

  ignoreEvent () {
    return true
  }
}

/** Keeps labels of carets near the right edge inside the page. */
export const labelsInside = EditorView.updateListener.of(({ view }) => {
  view.requestMeasure({
    key: labelsInside,
    read: () => {
      const edge = view.scrollDOM.getBoundingClientRect().right
      return [...view.contentDOM.querySelectorAll('.remote-caret')].map(caret => {
        const label = caret.querySelector('.remote-name')
        return [caret, caret.getBoundingClientRect().left + label.offsetWidth > edge]
      })
    },
    write: carets => carets.forEach(([caret, left]) => caret.classList.toggle('leftward', left))
  })
})
