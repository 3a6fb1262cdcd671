// Yjs itself.
import * as Y from 'yjs'
import { repeat, reportBytes, reportMemory, run, timed, verify, work } from './measure.mjs'

const document = client => {
  const doc = new Y.Doc()
  doc.clientID = client
  return doc
}

const edit = (text, [position, deleted, inserted]) => {
  if (deleted > 0) {
    text.delete(position, deleted)
  }
  if (inserted !== '') {
    text.insert(position, inserted)
  }
}

const replay = (doc, text) => work.trace.txns.forEach(({ patches }) => {
  doc.transact(() => patches.forEach(patch => edit(text, patch)))
})

const local = () => {
  const doc = document(work.trace.clients[0])
  const text = doc.getText('text')
  const [, ms] = timed(() => replay(doc, text))
  verify(text.toString())
  return ms
}

const localUpdates = () => {
  const doc = document(work.trace.clients[0])
  const text = doc.getText('text')
  let sent = 0
  doc.on('update', update => { sent += update.length })
  const [, ms] = timed(() => replay(doc, text))
  if (sent === 0) {
    throw new Error('no update came out')
  }
  verify(text.toString())
  return ms
}

const transaction = () => {
  const doc = document(work.trace.clients[0])
  const text = doc.getText('text')
  const [, ms] = timed(() => doc.transact(() => {
    work.trace.txns.forEach(({ patches }) => patches.forEach(patch => edit(text, patch)))
  }))
  verify(text.toString())
  return ms
}

const apply = messages => {
  const doc = document(1)
  const [, ms] = timed(() => messages.forEach(message => Y.applyUpdate(doc, message)))
  verify(doc.getText('text').toString())
  return ms
}

const loaded = state => {
  const doc = document(1)
  Y.applyUpdate(doc, state)
  return doc
}

const load = state => {
  const [text, ms] = timed(() => loaded(state).getText('text').toString())
  verify(text)
  return ms
}

const encode = () => {
  const state = work.state()
  const doc = loaded(state)
  repeat(() => {
    const [bytes, ms] = timed(() => Y.encodeStateAsUpdate(doc))
    if (bytes.length !== state.length) {
      throw new Error('the state has another length than before')
    }
    return ms
  })
  reportBytes('encoded_bytes', state.length)
}

const merge = () => {
  const messages = work.messages()
  const count = Math.min(work.count, messages.length)
  repeat(() => {
    const [merged, ms] = timed(() => Y.mergeUpdates(messages.slice(0, count)))
    if (count === messages.length) {
      verify(loaded(merged).getText('text').toString())
    }
    return ms
  })
}

const memory = () => {
  const state = work.state()
  const doc = reportMemory(() => loaded(state))
  verify(doc.getText('text').toString())
}

run({
  local: () => repeat(local),
  'local-updates': () => repeat(localUpdates),
  transaction: () => repeat(transaction),
  apply: () => { const messages = work.messages(); repeat(() => apply(messages)) },
  load: () => { const state = work.state(); repeat(() => load(state)) },
  encode, merge, memory
})
