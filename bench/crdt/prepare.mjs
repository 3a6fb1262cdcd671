// Turns a trace into the folder that every program reads: edits.json, messages.bin, state.bin. Made anew for each run, in a
// temporary folder: positions and texts, one Yjs update message a transaction, and the state that they lead to.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { makeMessages } from '../peers/crdt/make_messages.mjs'
import { randomFrom } from './random.mjs'

/** Real client ids have 32 bits: five bytes each time one is written. */
const clientIds = count => {
  const random = randomFrom(7)
  return Array.from({ length: count }, () => (0x8000_0000 + random.below(0x8000_0000)) >>> 0)
}

const packed = messages => Buffer.concat(messages.flatMap(message => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(message.length)
  return [length, message]
}))

/** A recorded trace as josephg/editing-traces lays them out. Positions there are code points, ours UTF-16 units: the same
 *  as long as all text is in the basic plane. */
export const readRecorded = file => {
  const { endContent, kind, numAgents, txns } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))
  const concurrent = kind === 'concurrent'
  const astral = txns.some(({ patches }) => patches.some(([, , text]) => /[\ud800-\udfff]/.test(text)))
  if (astral) {
    throw new Error(`${path.basename(file)} has text outside the basic plane, where positions would mean other places`)
  }
  return {
    concurrent, endContent, authors: concurrent ? numAgents : 1,
    txns: txns.map(({ agent, parents, patches }) => (concurrent ? { agent, parents, patches } : { patches }))
  }
}

/** Writes `trace` into `folder` and answers how much it is. */
export const prepare = (trace, folder) => {
  const { authors, ...rest } = trace
  const edits = { ...rest, clients: clientIds(authors) }
  const { messages, state, text } = makeMessages(edits)
  if (text !== trace.endContent) {
    throw new Error(`${path.basename(folder)}: Yjs ends in another text than the trace`)
  }
  if (messages.length !== trace.txns.length) {
    throw new Error(`${path.basename(folder)}: ${messages.length} messages of ${trace.txns.length} transactions`)
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'edits.json'), JSON.stringify(edits))
  writeFileSync(path.join(folder, 'messages.bin'), packed(messages))
  writeFileSync(path.join(folder, 'state.bin'), state)
  return {
    txns: trace.txns.length, edits: trace.txns.reduce((sum, { patches }) => sum + patches.length, 0),
    characters: text.length, messageBytes: messages.reduce((sum, message) => sum + message.length, 0), stateBytes: state.length
  }
}
