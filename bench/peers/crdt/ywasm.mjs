// ywasm: yrs compiled to WebAssembly by its authors. It merges no updates without a document, and of
// its heap only the size of the process tells.
import * as Y from 'ywasm'
import { finish, localRows, timedLoad } from './freed_by_hand.mjs'
import { repeat, reportBytes, reportResident, run, timed, verify, work } from './measure.mjs'

const document = client => {
  const doc = new Y.YDoc({ clientID: client })
  return { doc, text: doc.getText('text') }
}

const edit = (text, transaction, [position, deleted, inserted]) => {
  if (deleted > 0) {
    text.delete(position, deleted, transaction)
  }
  if (inserted !== '') {
    text.insert(position, inserted, undefined, transaction)
  }
}

const transact = (doc, body) => {
  const transaction = doc.beginTransaction()
  body(transaction)
  transaction.commit()
  transaction.free()
}

const replay = ({ doc, text }) => work.trace.txns.forEach(({ patches }) => {
  transact(doc, transaction => patches.forEach(patch => edit(text, transaction, patch)))
})

/** Calls `heard` with each update that comes out; answers what ends that. */
const listen = ({ doc }, heard) => {
  const observer = doc.onUpdate(heard)
  return () => observer.free()
}

const transaction = () => {
  const replica = document(work.trace.clients[0])
  const [, ms] = timed(() => transact(replica.doc, transaction => {
    work.trace.txns.forEach(({ patches }) => patches.forEach(patch => edit(replica.text, transaction, patch)))
  }))
  finish(replica)
  return ms
}

const apply = messages => {
  const replica = document(1)
  const [, ms] = timed(() => messages.forEach(message => Y.applyUpdate(replica.doc, message, undefined)))
  finish(replica)
  return ms
}

const loaded = state => {
  const replica = document(1)
  Y.applyUpdate(replica.doc, state, undefined)
  return replica
}

const encode = () => {
  const { doc } = loaded(work.state())
  let length = 0
  repeat(() => {
    const [bytes, ms] = timed(() => Y.encodeStateAsUpdate(doc))
    length = bytes.length
    return ms
  })
  reportBytes('encoded_bytes', length)
}

/** live_bytes is left out: the heap is one WebAssembly memory. */
const memory = () => {
  const state = work.state()
  finish(reportResident(() => loaded(state)))
}

run({
  ...localRows({ document, replay, listen }),
  transaction: () => repeat(transaction),
  apply: () => { const messages = work.messages(); repeat(() => apply(messages)) },
  load: () => { const state = work.state(); repeat(() => timedLoad(() => loaded(state))) },
  encode, memory
})
