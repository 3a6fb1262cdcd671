// CodeMirror on a Y.Text: Markdown, undo of one's own edits only, others' cursors.

import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { insertNewlineContinueMarkup, deleteMarkupBackward, markdown, markdownLanguage } from '@codemirror/lang-markdown'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, dropCursor, EditorView, highlightSpecialChars, keymap, placeholder } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import { labelsInside, remoteCursors } from './remote_cursors.js'

const markdownStyle = HighlightStyle.define([
  { tag: tags.heading1, class: 'md-heading md-heading1' },
  { tag: tags.heading2, class: 'md-heading md-heading2' },
  { tag: tags.heading3, class: 'md-heading md-heading3' },
  { tag: tags.heading, class: 'md-heading' },
  { tag: tags.strong, class: 'md-strong' },
  { tag: tags.emphasis, class: 'md-emphasis' },
  { tag: tags.strikethrough, class: 'md-strikethrough' },
  { tag: tags.monospace, class: 'md-code' },
  { tag: tags.quote, class: 'md-quote' },
  { tag: [tags.link, tags.url], class: 'md-link' },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName], class: 'md-mark' },
  { tag: [tags.comment, tags.meta], class: 'md-mark' },
  { tag: [tags.keyword, tags.tagName, tags.atom], class: 'md-keyword' },
  { tag: [tags.string, tags.number, tags.attributeValue], class: 'md-literal' }
])

const writing = new Compartment()

/** An editor in `parent` on `text`, with its cursor in `awareness` and its history in `undoManager`. */
export function createEditor ({ parent, text, awareness, undoManager, label }) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text.toString(),
      extensions: [
        oneUnitPerCharacter(),
        // The collaboration comes before the cursors: they are positions in a text that already has the edit.
        yCollab(text, null, { undoManager }),
        remoteCursors(text, awareness),
        labelsInside,
        appearance(label),
        writing.of([]),
        belowTheBar(),
        keys()
      ]
    })
  })
}

/** From now on the text can be read and copied, not changed. */
export function stopWriting (view) {
  view.dispatch({ effects: writing.reconfigure(EditorState.readOnly.of(true)) })
}

// The bar on top covers the text behind it: what is scrolled into view has to stay clear of it.
function belowTheBar () {
  return EditorView.scrollMargins.of(view => {
    const bar = view.dom.ownerDocument.querySelector('.top')
    return { top: (bar?.offsetHeight ?? 0) + 16, bottom: 32 }
  })
}

// Positions in the editor and in the Y.Text must be equal, so only \n breaks a line: by default CodeMirror would also
// take \r\n, as one position. What is pasted loses its \r instead.
function oneUnitPerCharacter () {
  return [
    EditorState.lineSeparator.of('\n'),
    EditorView.clipboardInputFilter.of(pasted => pasted.replace(/\r\n?/g, '\n'))
  ]
}

function appearance (label) {
  return [
    markdown({ base: markdownLanguage, addKeymap: false, completeHTMLTags: false, pasteURLAsLink: true }),
    syntaxHighlighting(markdownStyle),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'true', autocapitalize: 'sentences' }),
    placeholder('Start writing. Everyone with the link writes along.'),
    drawSelection(),
    dropCursor(),
    highlightSpecialChars(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorState.tabSize.of(4),
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
