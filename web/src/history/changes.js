// A text as it was, in pieces: what was kept, what was inserted and, where they stood, parts that were deleted.
//
// A piece is `{ kind: 'kept' | 'inserted' | 'deleted', text, actor }`; `actor` is who inserted it, where that is recorded.

import { presentableDiff } from '@codemirror/merge'

// Texts that have little in common are compared coarsely rather than for long.
const effort = { scanLimit: 2000, timeout: 300 }

/** `text` with what the server's `steps` say of it; null when they are not about this text (it has more than text in it). */
export function piecesOfSteps (text, steps) {
  const pieces = []
  let at = 0
  for (const { keep, insert, delete: deleted, actor } of steps) {
    const gone = typeof deleted === 'string' ? deleted : ''
    const length = keep ?? (typeof insert === 'string' ? insert.length : 0)
    if (keep === undefined && length === 0 && gone === '') return null
    if (gone) pieces.push({ kind: 'deleted', text: gone })
    if (length > 0) pieces.push({ kind: keep === undefined ? 'inserted' : 'kept', text: text.slice(at, at + length), actor })
    if (insert !== undefined && !sameUnits(text.slice(at, at + length), insert)) return null
    at += length
  }
  if (at > text.length) return null
  pieces.push({ kind: 'kept', text: text.slice(at) })
  return joined(pieces)
}

/** `text` compared with `other`: inserted is what only `text` has, deleted what only `other` has. */
export function piecesBetween (other, text) {
  const pieces = []
  let at = 0
  for (const { fromA, toA, fromB, toB } of presentableDiff(other, text, effort)) {
    pieces.push(
      { kind: 'kept', text: text.slice(at, fromB) },
      { kind: 'deleted', text: other.slice(fromA, toA) },
      { kind: 'inserted', text: text.slice(fromB, toB) })
    at = toB
  }
  pieces.push({ kind: 'kept', text: text.slice(at) })
  return joined(pieces)
}

/** How many words came and went, and in how many places. */
export function summary (pieces) {
  const words = kind => pieces.filter(piece => piece.kind === kind).reduce((sum, { text }) => sum + wordsIn(text), 0)
  const places = pieces.filter(({ kind }, i) => kind !== 'kept' && (i === 0 || pieces[i - 1].kind === 'kept')).length
  return { inserted: words('inserted'), deleted: words('deleted'), places }
}

const wordsIn = text => text.match(/\S+/g)?.length ?? 0

// Half of a character, alone in a step, is shown as U+FFFD.
const sameUnits = (text, inserted) => text === inserted || (text.length === inserted.length && inserted.includes('\ufffd'))

/** Neighbours of one kind and author as one piece, and none that is empty. */
function joined (pieces) {
  const result = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (piece.text === '') continue
    if (last?.kind === piece.kind && last.actor === piece.actor) last.text += piece.text
    else result.push({ ...piece })
  }
  return result
}
