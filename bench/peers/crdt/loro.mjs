// Loro, compiled to WebAssembly by its authors. Its messages and snapshots are its own, made before the clock
// starts; so its memory, which never shrinks, cannot be told apart from theirs.
import { LoroDoc } from 'loro-crdt'
import { finish, localRows, timedLoad } from './freed_by_hand.mjs'
import { repeat, reportBytes, run, timed, verify, work } from './measure.mjs'
import { replayGraph } from './replay_graph.mjs'

const document = client => {
  const doc = new LoroDoc()
  doc.setPeerId(BigInt(client))
  return { doc, text: doc.getText('text') }
}

const edit = (text, [position, deleted, inserted]) => {
  if (deleted > 0) {
    text.delete(position, deleted)
  }
  if (inserted !== '') {
    text.insert(position, inserted)
  }
}

const replay = ({ doc, text }) => work.trace.txns.forEach(({ patches }) => {
  patches.forEach(patch => edit(text, patch))
  doc.commit()
})

/** Calls `heard` with each update that comes out; answers what ends that. */
const listen = ({ doc }, heard) => doc.subscribeLocalUpdates(heard)

const transaction = () => {
  const replica = document(work.trace.clients[0])
  const [, ms] = timed(() => {
    work.trace.txns.forEach(({ patches }) => patches.forEach(patch => edit(replica.text, patch)))
    replica.doc.commit()
  })
  finish(replica)
  return ms
}

const makeMessages = () => {
  const messages = []
  const replicas = work.trace.clients.map(document)
  const type = (replica, index) => {
    const from = replica.doc.oplogVersion()
    work.trace.txns[index].patches.forEach(patch => edit(replica.text, patch))
    replica.doc.commit()
    messages.push(replica.doc.export({ mode: 'update', from }))
    from.free()
  }
  if (work.trace.concurrent) {
    replayGraph(work.trace.txns, {
      merge: (agent, index) => replicas[agent].doc.import(messages[index]),
      edit: (agent, index) => type(replicas[agent], index)
    })
  } else {
    work.trace.txns.forEach((_, index) => type(replicas[0], index))
  }
  return messages
}

const apply = messages => {
  const replica = document(1)
  const [, ms] = timed(() => messages.forEach(message => replica.doc.import(message)))
  finish(replica)
  return ms
}

const history = () => {
  const replica = document(work.trace.clients[0])
  if (work.trace.concurrent) {
    replica.doc.importBatch(makeMessages())
  } else {
    replay(replica)
  }
  return replica
}

const snapshot = () => history().doc.export({ mode: 'snapshot' })

const loaded = snapshot => {
  const replica = document(1)
  replica.doc.import(snapshot)
  return replica
}

const encode = () => {
  const { doc } = history()
  let length = 0
  repeat(() => {
    const [bytes, ms] = timed(() => doc.export({ mode: 'snapshot' }))
    length = bytes.length
    return ms
  })
  reportBytes('encoded_bytes', length)
}

run({
  ...localRows({ document, replay, listen }),
  transaction: () => repeat(transaction),
  apply: () => { const messages = makeMessages(); repeat(() => apply(messages)) },
  load: () => { const bytes = snapshot(); repeat(() => timedLoad(() => loaded(bytes))) },
  encode
})
