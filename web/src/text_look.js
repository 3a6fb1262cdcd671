// How text looks, whether it is being written or stands as it once was.

import { markdown, markdownLanguage } from '@codemirror/lang-markdown'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import { EditorView, highlightSpecialChars } from '@codemirror/view'
import { tags } from '@lezer/highlight'

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

export function textLook () {
  return [
    // Positions in the editor and in the Y.Text must be equal, so only \n breaks a line: by default CodeMirror would also
    // take \r\n, as one position.
    EditorState.lineSeparator.of('\n'),
    markdown({ base: markdownLanguage, addKeymap: false, completeHTMLTags: false, pasteURLAsLink: true }),
    syntaxHighlighting(markdownStyle),
    EditorView.lineWrapping,
    highlightSpecialChars(),
    EditorState.tabSize.of(4),
    clearOfCovers()
  ]
}

// The bars on top, and on a phone the panel from below, cover the text: what is scrolled into view has to stay clear of them.
function clearOfCovers () {
  return EditorView.scrollMargins.of(view => {
    const page = view.dom.ownerDocument
    const tops = [...page.querySelectorAll('.top, .past-bar')].reduce((sum, bar) => sum + bar.offsetHeight, 0)
    const panel = page.querySelector('.panel')
    const covered = panel && getComputedStyle(panel).position === 'fixed' ? panel.offsetHeight : 0
    return { top: tops + 16, bottom: covered + 32 }
  })
}
