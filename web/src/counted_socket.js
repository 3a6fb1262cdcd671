// A WebSocket that counts what "saved" is about: the step 2 and update messages sent on this very connection.
//
// The server answers with message 120, varUint n: the first n of them are committed. Both counts start at 0 with every
// connection, so they live on the socket and go with it.

import * as decoding from 'lib0/decoding'
import { messageSync } from 'y-websocket'
import { messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync'

export class CountedSocket extends WebSocket {
  sent = 0
  committed = 0
  // Until the server has asked with its step 1 and was answered with a step 2, it may lack what was typed offline.
  answered = false

  send (message) {
    super.send(message)
    const decoder = decoding.createDecoder(new Uint8Array(message))
    if (decoding.readVarUint(decoder) !== messageSync) return
    const step = decoding.readVarUint(decoder)
    if (step === messageYjsSyncStep2) this.answered = true
    if (step === messageYjsSyncStep2 || step === messageYjsUpdate) this.sent++
  }

  /** True when the server has committed all that this page knows of. */
  get allCommitted () {
    return this.readyState === WebSocket.OPEN && this.answered && this.committed >= this.sent
  }
}
