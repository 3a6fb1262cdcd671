// The connection of one document to the server: how it is, and whether all is saved.

import * as decoding from 'lib0/decoding'
import { WebsocketProvider } from 'y-websocket'
import { CountedSocket } from './counted_socket.js'

const messageSaved = 120

const finalCloses = {
  4400: 'The server refused what this page sent. Copy what you still need, then open it again.',
  4401: 'You need to sign in to open this document.',
  4403: 'You may not open this document.',
  4404: 'This server has no plugin for the algorithm that this document was made with.',
  4410: 'This document was deleted.',
  4413: 'This document is too large for this server, or a change to it was. Copy what you still need, then open it again.'
}

/**
 * Connects `doc` to the server under `name`, and tells `onChange` whenever one of these is new:
 *
 * `state`    'connecting' (never synced yet), 'live', 'offline' (trying again) or 'closed' (the server refused for good)
 * `saved`    true only while the server has said that everything typed here is committed
 * `unsaved`  something was typed here that no server has confirmed yet
 * `refusal`  what to tell the reader when `closed`
 */
export class Connection {
  state = 'connecting'
  saved = false
  unsaved = false
  refusal = null
  #waiting = []

  constructor (name, doc, onChange) {
    this.onChange = onChange
    // Tabs of one browser must not exchange updates behind the server's back: what others see has to be saved first.
    this.provider = new WebsocketProvider(location.origin.replace(/^http/, 'ws'), encodeURIComponent(name), doc, {
      params: { saved: '1' }, WebSocketPolyfill: CountedSocket, disableBc: true
    })
    this.provider.messageHandlers[messageSaved] = (_, decoder) => this.#onSaved(decoding.readVarUint(decoder))
    this.provider.on('status', () => this.#refresh())
    this.provider.on('sync', () => this.#refresh())
    this.provider.on('connection-close', () => queueMicrotask(() => this.#refresh()))
    this.provider.on('closed', ({ code, reason }) => this.#onClosed(code, reason))
    doc.on('update', (_, origin) => this.#onUpdate(origin))
    addEventListener('online', () => this.#reconnectNow())
  }

  get awareness () {
    return this.provider.awareness
  }

  /** Resolves once the server has committed all that was typed here until now; rejects while it cannot be reached. */
  settled () {
    if (this.saved) return Promise.resolve()
    if (this.state !== 'live') return Promise.reject(new Error('You are offline.'))
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  #onSaved (committed) {
    this.provider.ws.committed = committed
    this.#refresh()
  }

  // The provider listens to the same event, and earlier: by now it has sent the update, if it could.
  #onUpdate (origin) {
    if (origin !== this.provider) this.unsaved = true
    this.#refresh()
  }

  #onClosed (code, reason) {
    this.refusal = finalCloses[code] ?? `The server closed this document (${code}${reason ? `: ${reason}` : ''}).`
    this.#refresh()
  }

  #reconnectNow () {
    if (this.state === 'offline') this.provider.connect()
  }

  #refresh () {
    this.saved = this.provider.synced && this.provider.ws?.allCommitted === true
    if (this.saved) this.unsaved = false
    this.state = this.#currentState()
    this.#answerWaiting()
    this.onChange(this)
  }

  #answerWaiting () {
    if (!this.saved && this.state === 'live') return
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (this.saved) resolve()
      else reject(new Error('The connection was lost.'))
    }
  }

  #currentState () {
    if (this.refusal !== null) return 'closed'
    if (this.provider.synced) return 'live'
    return this.state === 'connecting' ? 'connecting' : 'offline'
  }
}
