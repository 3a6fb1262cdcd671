// CodeMirror on a Y.Text: Markdown, undo of one's own edits only, others' cursors.

import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { insertNewlineContinueMarkup, deleteMarkupBackward } from '@codemirror/lang-markdown'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, dropCursor, EditorView, keymap, placeholder } from '@codemirror/view'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import { labelsInside, remoteCursors } from './remote_cursors.js'
import { textLook } from './text_look.js'

const writing = new Compartment()

/** An editor in `parent` on `text`, with its cursor in `awareness` and its history in `undoManager`. */
export function createEditor ({ parent, text, awareness, undoManager, label }) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text.toString(),
      extensions: [
        // The collaboration comes before the cursors: they are positions in a text that already has the edit.
        yCollab(text, null, { undoManager }),
        remoteCursors(text, awareness),
        labelsInside,
        textLook(),
        writingSurface(label),
        writing.of([]),
        keys()
      ]
    })
  })
}

/** From now on the text can be read and copied, not changed. */
export function stopWriting (view) {
  view.dispatch({ effects: writing.reconfigure(EditorState.readOnly.of(true)) })
}

function writingSurface (label) {
  return [
    EditorView.clipboardInputFilter.of(pasted => pasted.replace(/\r\n?/g, '\n')), // The lines of others end like ours.
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'true', autocapitalize: 'sentences' }),
    placeholder('Start writing. Everyone with the link writes along.'),
    drawSelection(),
    dropCursor(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorState.allowMultipleSelections.of(true)
  ]
}

function keys () {
  return keymap.of([
    { key: 'Enter', run: insertNewlineContinueMarkup },
    { key: 'Backspace', run: deleteMarkupBackward },
    // Escape, then Tab leaves the editor, so that nobody is caught in it without a mouse.
    indentWithTab,
    ...yUndoManagerKeymap,
    ...searchKeymap,
    ...defaultKeymap
  ])
}
