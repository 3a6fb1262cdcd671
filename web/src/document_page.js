// The page of one document: find out what it is, connect, and show the editor once the server has sent what it has.

import * as Y from 'yjs'
import { describeDocument } from './api.js'
import { Connection } from './connection.js'
import { el, icon } from './dom.js'
import { createEditor } from './editor.js'
import { header } from './header.js'
import { peopleRow } from './people.js'
import { readOnlyView } from './read_only_view.js'
import { shareButton } from './share.js'
import { statusLine } from './status.js'

const ourAlgorithm = 'yjs'

export async function showDocument (body, name) {
  document.title = `${name} · Weft`
  const main = el('main', { class: 'sheet' }, el('p', { class: 'loading' }, 'Opening…'))
  const algorithm = await algorithmOf(name)
  if (algorithm === ourAlgorithm) {
    editDocument(body, main, name)
  } else {
    body.append(header(title(name), shareButton()), main)
    main.replaceChildren(await readOnlyView(name, `This document was made with “${algorithm}”, which this page can show but not edit.`))
  }
}

// A document that does not exist yet becomes ours with the first edit. When the server cannot say, the connection will.
async function algorithmOf (name) {
  try {
    return (await describeDocument(name)).algorithm ?? ourAlgorithm
  } catch {
    return ourAlgorithm
  }
}

const title = name => el('h1', { class: 'document-name', title: name }, name)

function editDocument (body, main, name) {
  const doc = new Y.Doc()
  const text = doc.getText('text')
  const undoManager = new Y.UndoManager(text)
  const status = statusLine()
  const notice = el('div', { class: 'notice', role: 'alert', hidden: true })
  const connection = new Connection(name, doc, onConnection)
  const tools = [undoButtons(undoManager), shareButton(), peopleRow(connection.awareness)]
  body.append(header([title(name), status.element], tools), notice, main)
  status.show(connection)
  addEventListener('beforeunload', event => { if (connection.unsaved) event.preventDefault() })
  let view = null

  function onConnection ({ state, refusal }) {
    status.show(connection)
    notice.hidden = refusal === null
    notice.textContent = refusal ?? ''
    if (state === 'live' && view === null) view = open()
    if (state === 'closed' && view === null) main.replaceChildren()
  }

  function open () {
    const strange = strangeContent(doc, text)
    if (strange) return showReadOnly(strange)
    main.replaceChildren()
    const editor = createEditor({ parent: main, text, awareness: connection.awareness, undoManager, label: `Text of ${name}` })
    text.observe(({ delta }) => { if (delta.some(isEmbed)) showReadOnly(embedsWords) })
    editor.focus()
    return editor
  }

  function showReadOnly (words) {
    view?.destroy?.()
    connection.awareness.setLocalStateField('cursor', null)
    const shown = readOnlyView(name, words)
    shown.then(element => main.replaceChildren(element))
    return shown
  }
}

const embedsWords = 'This text holds embedded objects, which this page can show but not edit.'
const isEmbed = part => part.insert !== undefined && typeof part.insert !== 'string'

// An embedded object takes one position in the Y.Text and none in an editor of plain text: edits would go astray.
// Content in other roots belongs to another kind of editor: an empty page beside it would look like a loss.
function strangeContent (doc, text) {
  if (text.toDelta().some(isEmbed)) return embedsWords
  const others = [...doc.share].filter(([root, type]) => root !== 'text' && (type._start !== null || type._map.size > 0))
  if (text.length > 0 || others.length === 0) return null
  return `This document was made by another kind of editor (${others.map(([root]) => root).join(', ')}), so this page can show it but not edit it.`
}

function undoButtons (undoManager) {
  const button = (word, act, can) => {
    const element = el('button', { class: 'quiet square', type: 'button', 'aria-label': word, title: word, onclick: act }, icon(word.toLowerCase()))
    const refresh = () => { element.disabled = !can() }
    for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared']) undoManager.on(event, refresh)
    refresh()
    return element
  }
  return el('div', { class: 'history', role: 'group', 'aria-label': 'History' },
    button('Undo', () => undoManager.undo(), () => undoManager.canUndo()),
    button('Redo', () => undoManager.redo(), () => undoManager.canRedo()))
}
