// A WebSocket client without manners: it sends exactly the bytes that a test gives it, over node:net.

import net from 'node:net'

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

/** A frame's header. The masking key is zero, so that a payload may follow as it is. `lengthBytes` writes a length longer than it needs. */
export function header (op, length, { fin = true, rsv = 0, masked = true, lengthBytes } = {}) {
  const bytes = lengthBytes ?? (length < 126 ? 0 : length < 65536 ? 2 : 8)
  const head = Buffer.alloc(2 + bytes + (masked ? 4 : 0))
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | op
  head[1] = (masked ? 0x80 : 0) | (bytes === 0 ? length : bytes === 2 ? 126 : 127)
  if (bytes === 2) head.writeUInt16BE(length, 2)
  if (bytes === 8) head.writeBigUInt64BE(BigInt(length), 2)
  return head
}

export function frame (op, payload = [], options = {}) {
  const bytes = Buffer.from(payload)
  return Buffer.concat([header(op, bytes.length, options), bytes])
}

export const binary = payload => frame(opcode.binary, payload)

export function upgradeRequest (server, path, headers = {}) {
  const lines = { Host: `${server.host}:${server.port}`, Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', ...headers }
  const head = Object.entries(lines).map(([key, value]) => `${key}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from('GET '), Buffer.from(path), Buffer.from(` HTTP/1.1\r\n${head}\r\n`)])
}

/** One connection. Ends by itself when the server has said goodbye. */
export class Peer {
  /** Payloads of binary frames, in the order of arrival. `keep(payload)` says which. */
  messages = []
  /** Of the HTTP answer; null before it. */
  status = null
  /** Of the server's close frame; null if none came. */
  closeCode = null
  closeReason = ''
  ended = false
  /** How many frames came. */
  heard = 0

  constructor (server, { keep = () => true, timeout = 20_000 } = {}) {
    this.server = server
    this.#keep = keep
    this.#timeout = timeout
    this.socket = net.connect({ host: server.host, port: server.port, noDelay: true })
    this.socket.on('data', bytes => this.#onData(bytes))
    this.socket.on('drain', () => this.#changed())
    this.socket.on('error', () => {})    // 'close' follows
    this.socket.on('close', () => { this.ended = true; this.#changed() })
  }

  /** Opens a WebSocket; the answer is the status: 101 if the server agreed. */
  async upgrade (path, headers) {
    this.send(upgradeRequest(this.server, path, headers))
    await this.until(() => this.status !== null || this.ended, `an answer to the upgrade of ${path}`)
    return this.status
  }

  /** False when the bytes have to wait: `drained` tells when they have gone. */
  send (bytes) { return !this.ended && this.socket.write(bytes) }

  drained () { return this.until(() => this.ended || !this.socket.writableNeedDrain, 'room to send') }

  /** Waits until the connection is gone and tells the server's close code, null if it had none. */
  async closed () {
    await this.until(() => this.ended, 'the end of the connection')
    return this.closeCode
  }

  leave () {
    this.socket.destroy()
    return this.closed()
  }

  /** Waits for what `cond` sees in this object. */
  async until (cond, what) {
    const deadline = Date.now() + this.#timeout
    while (!cond()) {
      const rest = deadline - Date.now()
      if (rest <= 0) throw new Error(`waited ${this.#timeout} ms for ${what}`)
      await new Promise(resolve => {
        const timer = setTimeout(wake, rest)
        const wakers = this.#wakers
        function wake () { clearTimeout(timer); wakers.delete(wake); resolve() }
        wakers.add(wake)
      })
    }
  }

  #keep
  #timeout
  #input = Buffer.alloc(0)
  #wakers = new Set()

  #changed () { for (const wake of [...this.#wakers]) wake() }

  #onData (bytes) {
    this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes])
    if (this.status === null || this.status !== 101) this.#readHead()
    while (this.status === 101 && this.#readFrame()) { /* the next one */ }
    this.#changed()
  }

  #readHead () {
    const end = this.#input.indexOf('\r\n\r\n')
    if (end < 0) return
    this.status = Number(this.#input.toString('latin1', 0, end).match(/^HTTP\/1\.[01] (\d+)/)?.[1])
    this.#input = this.#input.subarray(end + 4)
  }

  #readFrame () {
    const input = this.#input
    if (input.length < 2) return false
    const short = input[1] & 127
    const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8
    const start = 2 + lengthBytes
    if (input.length < start) return false
    const length = lengthBytes === 0 ? short : lengthBytes === 2 ? input.readUInt16BE(2) : Number(input.readBigUInt64BE(2))
    if (input.length < start + length) return false
    this.#input = input.subarray(start + length)
    this.#onFrame(input[0] & 15, input.subarray(start, start + length))
    return true
  }

  #onFrame (op, payload) {
    this.heard += 1
    if (op === opcode.binary && this.#keep(payload)) this.messages.push(payload)
    if (op !== opcode.close) return
    this.closeCode = payload.length < 2 ? 1005 : payload.readUInt16BE(0)
    this.closeReason = payload.toString('utf8', 2)
    this.socket.end(frame(opcode.close, payload.subarray(0, 2)))
  }
}

/** A peer whose WebSocket is open. */
export async function opened (server, path, options) {
  const peer = new Peer(server, options)
  const status = await peer.upgrade(path)
  if (status !== 101) throw new Error(`the upgrade of ${path} was answered with ${status}`)
  return peer
}

/** A peer on a document that is loaded: it has been sent step 1. What comes sooner may be dropped and asked for again. */
export async function joined (server, path, options) {
  const peer = await opened(server, path, options)
  await peer.until(() => peer.heard > 0 || peer.ended, 'step 1')
  return peer
}
