// Rows of the peers in WebAssembly. A replica of theirs is a document and its text, which no garbage collector frees.
import { repeat, timed, verify, work } from './measure.mjs'

/** Verifies a replica and frees it: never timed. */
export const finish = ({ doc, text }) => {
  verify(text.toString())
  text.free()
  doc.free()
}

const local = ({ document, replay }) => {
  const replica = document(work.trace.clients[0])
  const [, ms] = timed(() => replay(replica))
  finish(replica)
  return ms
}

const localUpdates = ({ document, replay, listen }) => {
  const replica = document(work.trace.clients[0])
  let sent = 0
  const end = listen(replica, update => { sent += update.length })
  const [, ms] = timed(() => replay(replica))
  end()
  if (sent === 0) {
    throw new Error('no update came out')
  }
  finish(replica)
  return ms
}

/** `document(client)` makes a replica, `replay` types the trace, `listen` hears the updates. */
export const localRows = peer => ({
  local: () => repeat(() => local(peer)),
  'local-updates': () => repeat(() => localUpdates(peer))
})

/** How long it takes until the text is a string. */
export const timedLoad = loaded => {
  const [replica, ms] = timed(() => {
    const replica = loaded()
    verify(replica.text.toString())
    return replica
  })
  finish(replica)
  return ms
}
