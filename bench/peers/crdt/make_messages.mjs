// The update messages that every engine of Yjs's format applies: made by Yjs, one a transaction, and the state they lead to.
import * as Y from 'yjs'
import { replayGraph } from './replay_graph.mjs'

export { Y }    // the same for whoever reads the messages: Yjs knows its own objects only

const edit = (doc, patches) => doc.transact(() => {
  const text = doc.getText('text')
  for (const [position, deleted, inserted] of patches) {
    text.delete(position, deleted)
    text.insert(position, inserted)
  }
})

/** `trace`: what prepare.mjs writes as edits.json. Answers { messages, state, text }. */
export const makeMessages = ({ clients, concurrent, txns }) => {
  const messages = []
  const docs = clients.map(client => {
    const doc = new Y.Doc()
    doc.clientID = client
    doc.on('update', (update, origin, _, transaction) => {
      if (transaction.local) {
        messages.push(update)
      }
    })
    return doc
  })
  if (!concurrent) {
    txns.forEach(({ patches }) => edit(docs[0], patches))
    return { messages, state: Y.encodeStateAsUpdate(docs[0]), text: docs[0].getText('text').toString() }
  }
  replayGraph(txns, {
    merge: (agent, index) => Y.applyUpdate(docs[agent], messages[index]),
    edit: (agent, index) => edit(docs[agent], txns[index].patches)
  })
  const whole = new Y.Doc()
  messages.forEach(message => Y.applyUpdate(whole, message))
  return { messages, state: Y.encodeStateAsUpdate(whole), text: whole.getText('text').toString() }
}
