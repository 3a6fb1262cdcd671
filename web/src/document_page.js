// The page of one document: find out what it is, connect, and show its text once the server has sent what it has.

import * as Y from 'yjs'
import { describeDocument } from './api.js'
import { Connection } from './connection.js'
import { el, icon } from './dom.js'
import { header } from './header.js'
import { peopleRow } from './people.js'
import { shareButton } from './share.js'
import { Sheet } from './sheet.js'
import { statusLine } from './status.js'

const ourAlgorithm = 'yjs'

export async function showDocument (body, name) {
  document.title = `${name} · Weft`
  const sheet = new Sheet(name)
  const { algorithm = ourAlgorithm, exists } = await describeDocument(name).catch(theConnectionWillTell)
  if (algorithm === ourAlgorithm) {
    editDocument(body, sheet)
    return
  }
  body.append(header(title(name), shareButton()), sheet.element)
  if (exists) sheet.showReadOnly(`This document was made with “${algorithm}”, which this page can show but not edit.`)
  else sheet.showNote(`A document of this name is made with “${algorithm}”, which this page cannot edit. It does not exist yet.`)
}

const theConnectionWillTell = () => ({})

function editDocument (body, sheet) {
  const doc = new Y.Doc()
  const text = doc.getText('text')
  const undoManager = new Y.UndoManager(text)
  const status = statusLine()
  const notice = el('div', { class: 'notice', role: 'alert', hidden: true })
  const connection = new Connection(sheet.name, doc, onConnection)
  const tools = [undoButtons(undoManager), shareButton(), peopleRow(connection.awareness)]
  body.append(header([title(sheet.name), status.element], tools), notice, sheet.element)
  status.show(connection)
  addEventListener('beforeunload', event => { if (connection.unsaved) event.preventDefault() })

  function onConnection ({ state, refusal, awareness }) {
    status.show(connection)
    if (state === 'live') sheet.open({ text, awareness, undoManager })
    if (state !== 'closed') return
    sheet.close()
    notice.hidden = false
    notice.replaceChildren(refusal, el('a', { href: location.href }, 'Open it again'), el('a', { href: '/' }, 'All documents'))
  }
}

const title = name => el('h1', { class: 'document-name', title: name }, name)

function undoButtons (undoManager) {
  const undo = undoButton('Undo', () => undoManager.undo())
  const redo = undoButton('Redo', () => undoManager.redo())
  const refresh = () => {
    undo.disabled = !undoManager.canUndo()
    redo.disabled = !undoManager.canRedo()
  }
  for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared']) undoManager.on(event, refresh)
  refresh()
  return el('div', { class: 'history', role: 'group', 'aria-label': 'History' }, undo, redo)
}

function undoButton (word, onclick) {
  return el('button', { class: 'quiet square', type: 'button', 'aria-label': word, title: word, onclick }, icon(word.toLowerCase()))
}
