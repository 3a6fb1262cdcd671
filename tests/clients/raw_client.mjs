// A client that speaks y-protocols by itself, so that a test knows every message which it has sent and received.
//
// It connects once and never again: when its connection is gone, so is the client.

import * as decoding from 'lib0/decoding'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { decodeSync, encodeSync, messageSync, step1, step2, update } from './sync_messages.mjs'

const messageSaved = 120

export class RawClient {
  /** All that the server has told about the document, as updates in the order of arrival. */
  received = []
  /** Step 2 and update messages that were sent, as `{bytes, at}`: what message `saved` counts. */
  sent = []
  /** Counts of message `saved`, as `{count, at}`. */
  saved = []
  synced = false
  closeCode = null

  /**
   * Connects at once. `params` is the query string, `resolve` and `reject` of `whenSynced` follow the first step 2 and the
   * end of the connection.
   */
  constructor (server, name, params = '') {
    this.doc = new Y.Doc()
    this.doc.on('update', (bytes, origin) => { if (origin !== this) this.#sendUpdate(update, bytes) })
    this.whenSynced = new Promise((resolve, reject) => { this.#resolve = resolve; this.#reject = reject })
    this.whenSynced.catch(() => {})    // most tests kill the server, and ask only whom they wait for
    this.#socket = new WebSocket(`ws://${server.host}:${server.port}/${name}${params}`)
    this.#socket.binaryType = 'nodebuffer'
    this.#socket.on('open', () => this.#socket.send(encodeSync(step1, Y.encodeStateVector(this.doc))))
    this.#socket.on('message', data => this.#onMessage(new Uint8Array(data)))
    this.#socket.on('error', () => {})    // a close follows
    this.whenClosed = new Promise(resolve => this.#socket.on('close', code => {
      this.closeCode = code
      this.#reject(new Error(`closed with ${code} before it was synced`))
      resolve()
    }))
  }

  get connected () { return this.#socket.readyState === WebSocket.OPEN }
  get text () { return this.doc.getText('text') }

  /** Ends the connection without a goodbye. Resolves when it is gone, and all that had arrived by then was taken. */
  leave () {
    this.#socket.terminate()
    return this.whenClosed
  }

  #socket
  #resolve
  #reject

  #onMessage (frame) {
    const decoder = decoding.createDecoder(frame)
    const type = decoding.readVarUint(decoder)
    if (type === messageSync) this.#onSync(decodeSync(decoder))
    if (type === messageSaved) this.saved.push({ count: decoding.readVarUint(decoder), at: performance.now() })
  }

  #onSync ({ step, payload }) {
    if (step === step1) {
      this.#sendUpdate(step2, Y.encodeStateAsUpdate(this.doc, payload))
      return
    }
    this.received.push(payload)
    Y.applyUpdate(this.doc, payload, this)
    if (step === step2) {
      this.synced = true
      this.#resolve(this)
    }
  }

  // What was edited before the connection is open goes out as step 2, once the server has asked.
  #sendUpdate (step, bytes) {
    if (!this.connected) return
    this.#socket.send(encodeSync(step, bytes))
    this.sent.push({ bytes, at: performance.now() })
  }
}

/**
 * How much of `updates` the document lacks: null if nothing, else a sentence. Insertions count, deletions count, and so do
 * parts that do not fit because what they build on is missing.
 */
export function whatIsMissing (doc, updates) {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const before = Y.snapshot(copy)
  copy.transact(() => { for (const bytes of updates) Y.applyUpdate(copy, bytes) })
  if (copy.store.pendingStructs || copy.store.pendingDs) return 'what some updates build on'
  const after = Y.snapshot(copy)
  for (const [client, clock] of after.sv) {
    const had = before.sv.get(client) ?? 0
    if (had < clock) return `${clock - had} units that client ${client} wrote`
  }
  return Y.equalSnapshots(before, after) ? null : 'deletions'
}
