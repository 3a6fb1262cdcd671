// A client of a document of the algorithm `rga`: y-websocket's framing around bytes that no Yjs would understand.
//
// It keeps its replica through connections that come and go, and gives what it wrote offline when it is asked.

import * as decoding from 'lib0/decoding'
import WebSocket from 'ws'
import { RgaReplica } from './rga_replica.mjs'
import { decodeSync, encodeSync, messageSync, step1, step2, update } from './sync_messages.mjs'

export class RgaClient {
  /** All that the server has told about the document, in the order of arrival. */
  received = []
  synced = false
  closeCode = null

  constructor (name, random) {
    this.name = name
    this.replica = new RgaReplica(random.bits() + 1)
  }

  get connected () { return this.#socket?.readyState === WebSocket.OPEN }
  get text () { return this.replica.text() }

  connect ({ host, port }) {
    const socket = new WebSocket(`ws://${host}:${port}/${encodeURI(this.name)}`)
    socket.binaryType = 'nodebuffer'
    this.#socket = socket
    this.closeCode = null
    socket.on('open', () => socket.send(encodeSync(step1, this.replica.stateVector())))
    socket.on('message', data => this.#onMessage(socket, new Uint8Array(data)))
    socket.on('error', () => {})    // a close follows
    this.whenClosed = new Promise(resolve => socket.on('close', code => {
      if (socket === this.#socket) [this.synced, this.closeCode] = [false, code]
      resolve()
    }))
    return this
  }

  /** The connection goes without a goodbye; all that has arrived by then is taken. */
  disconnect () {
    this.synced = false
    this.#socket?.terminate()
    return this.whenClosed
  }

  insert (position, text) { this.#tell(this.replica.insert(position, text)) }
  erase (position, count) { this.#tell(this.replica.erase(position, count)) }

  #socket

  #tell (bytes) { if (this.connected) this.#socket.send(encodeSync(update, bytes)) }

  #onMessage (socket, frame) {
    const decoder = decoding.createDecoder(frame)
    if (decoding.readVarUint(decoder) !== messageSync) return
    const { step, payload } = decodeSync(decoder)
    if (step === step1) {
      socket.send(encodeSync(step2, this.replica.diff(payload)))
      return
    }
    this.received.push(payload)
    this.replica.apply(payload)
    if (step === step2 && socket === this.#socket) this.synced = true
  }
}
