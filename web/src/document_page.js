// The page of one document: find out what it is, connect, and show its text once the server has sent what it has.

import * as Y from 'yjs'
import { Acquaintances } from './acquaintances.js'
import { describeDocument, readContent } from './api.js'
import { Connection } from './connection.js'
import { el, icon } from './dom.js'
import { header } from './header.js'
import { History } from './history/history.js'
import { peopleRow } from './people.js'
import { loadPerson, shownPerson } from './person.js'
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
  if (exists) {
    readDocument(body, sheet, `This document was made with “${algorithm}”, which this page can show but not edit.`)
    return
  }
  body.append(header(title(name), shareButton()), sheet.element)
  sheet.showNote(`A document of this name is made with “${algorithm}”, which this page cannot edit. It does not exist yet.`)
}

const theConnectionWillTell = () => ({})

function readDocument (body, sheet, why) {
  const source = { isPlainText: false, readPresent: () => readContent(sheet.name), settled: async () => {}, restored: () => sheet.refreshReadOnly() }
  const history = new History(sheet, source, { me: () => loadPerson().name, colorOf: () => undefined, nameOf: () => undefined })
  body.append(header(title(sheet.name), [history.button, shareButton()]), history.desk)
  sheet.showReadOnly(why)
}

function editDocument (body, sheet) {
  const doc = new Y.Doc()
  const text = doc.getText('text')
  const undoManager = new Y.UndoManager(text)
  const status = statusLine()
  const notice = el('div', { class: 'notice', role: 'alert', hidden: true })
  const connection = new Connection(sheet.name, doc, onConnection)
  const history = new History(sheet, {
    get isPlainText () { return sheet.isPlainText },
    readPresent: async () => sheet.isPlainText ? text.toString() : readContent(sheet.name),
    settled: () => connection.settled(),
    restored: () => sheet.refreshReadOnly()
  }, peopleOf(connection.awareness))
  doc.on('update', () => history.onPresent())
  const tools = [undoButtons(undoManager), history.button, shareButton(), peopleRow(connection.awareness)]
  body.append(header([title(sheet.name), status.element], tools), notice, history.desk)
  status.show(connection)
  addEventListener('beforeunload', event => { if (connection.unsaved) event.preventDefault() })

  function onConnection ({ state, refusal, awareness }) {
    status.show(connection)
    history.onConnection(state !== 'offline' && state !== 'closed')
    if (state === 'live') sheet.open({ text, awareness, undoManager })
    if (state !== 'closed') return
    sheet.close()
    notice.hidden = false
    notice.replaceChildren(refusal, el('a', { href: location.href }, 'Open it again'), el('a', { href: '/' }, 'All documents'))
  }
}

function peopleOf (awareness) {
  const acquaintances = new Acquaintances(awareness)
  const here = () => [...awareness.getStates()].map(([client, { user }]) => shownPerson(user, client))
  return {
    me: () => loadPerson().name,
    colorOf: name => here().find(person => person.name === name)?.color,
    nameOf: actor => acquaintances.nameOf(actor)
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
  return el('div', { class: 'undoing', role: 'group', 'aria-label': 'Undo and redo' }, undo, redo)
}

function undoButton (word, onclick) {
  return el('button', { class: 'quiet square', type: 'button', 'aria-label': word, title: word, onclick }, icon(word.toLowerCase()))
}
