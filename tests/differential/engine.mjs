// The engine under test, in a process of its own: see engine_commands.hpp.

import * as Y from 'yjs'
import { spawn } from 'node:child_process'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'

const asks = {
  create: 0, apply: 1, state: 2, stateVector: 3, shown: 4, follower: 5, reload: 6, edit: 7,
  snapshot: 8, checkOut: 9, anchor: 10, position: 11,
  merge: 20, diffUpdate: 21, stateVectorFrom: 22, convert: 23, recodeSnapshot: 24, contains: 25, check: 26
}

/** A request in the making: each command with what is to be done with its answer. */
export class Request {
  constructor () {
    this.encoder = encoding.createEncoder()
    this.checks = []
  }

  /**
   * Of the arguments, numbers are written as one byte, a Count as a varuint, bytes and texts with their length.
   * `check(code, answer)` gives undefined if the answer is right, else what is wrong with it.
   */
  ask (name, parts, check) {
    encoding.writeUint8(this.encoder, asks[name])
    for (const part of parts) {
      if (typeof part === 'number') encoding.writeUint8(this.encoder, part)
      else if (typeof part === 'string') encoding.writeVarString(this.encoder, part)
      else if (part instanceof Count) encoding.writeVarUint(this.encoder, part.value)
      else encoding.writeVarUint8Array(this.encoder, part)
    }
    this.checks.push(check)
  }
}

/** A number of any size in a request. */
export class Count {
  constructor (value) { this.value = value }
}

// ---- Checks of answers ----

export const accepted = (code, answer) => code === 0 ? undefined : `refused with ${code}: ${Buffer.from(answer)}`

/** The answer is exactly these bytes. `tell(bytes)` says what they hold, as lines. */
export function sameBytes (what, expected, tell = hex) {
  return (code, answer) => accepted(code, answer) ?? (Buffer.compare(answer, expected) === 0
    ? undefined
    : `${what}\n${apart(tell(new Uint8Array(answer)), tell(expected))}`)
}

/** The answer is exactly this update. */
export const sameUpdate = (what, format, expected) => sameBytes(what, expected, bytes => structsOf(bytes, format))

const hex = bytes => [Buffer.from(bytes).toString('hex')]

function structsOf (update, format) {
  const { structs, ds } = format === 1 ? Y.decodeUpdate(update) : Y.decodeUpdateV2(update)
  const id = id => id ? `${id.client}:${id.clock}` : '-'
  const lines = structs.map(struct => `${id(struct.id)} +${struct.length} ${struct instanceof Y.Item
    ? `${struct.content.constructor.name} ${id(struct.origin)} ${id(struct.rightOrigin)} ${struct.parent?.clock !== undefined ? id(struct.parent) : struct.parent} ${struct.parentSub} ${JSON.stringify(struct.content.str ?? struct.content.key ?? null)}`
    : struct.constructor.name}`)
  for (const [client, deletes] of ds.clients) lines.push(`deleted ${client} ${deletes.map(({ clock, len }) => `${clock}+${len}`).join(' ')}`)
  return [...lines, ...hex(update)]
}

/** Both lists of lines from a little before where they part. */
function apart (engine, yjs) {
  let at = 0
  while (at < engine.length && engine[at] === yjs[at]) ++at
  const from = Math.max(0, at - 3)
  const some = lines => lines.slice(from, at + 6).map(line => line.length > 400 ? `${line.slice(0, 400)}…` : line).join('\n          ')
  return `   engine ${some(engine)}\n   yjs    ${some(yjs)}`
}

export class Engine {
  constructor (program) {
    this.process = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.waiting = []
    this.chunks = []
    this.size = 0
    this.process.stdout.on('data', chunk => this.receive(chunk))
    this.process.stdin.on('error', () => {}) // told by 'close'
    this.process.on('close', (code, signal) => {
      this.ended = new Error(`the engine ended with ${signal ?? code}`)
      this.waiting.splice(0).forEach(({ reject }) => reject(this.ended))
    })
  }

  /** Runs a request; gives the first answer that is wrong as `{ index, difference }`, or undefined. */
  async run (request) {
    const answers = decoding.createDecoder(await this.exchange(encoding.toUint8Array(request.encoder)))
    for (const [index, check] of request.checks.entries()) {
      const code = decoding.readVarUint(answers)
      const difference = check(code, decoding.readVarUint8Array(answers))
      if (difference !== undefined) return { index, difference }
    }
  }

  exchange (bytes) {
    if (this.ended) return Promise.reject(this.ended)
    const size = Buffer.alloc(4)
    size.writeUInt32LE(bytes.length)
    this.process.stdin.write(size)
    this.process.stdin.write(bytes)
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }))
  }

  receive (chunk) {
    this.chunks.push(chunk)
    this.size += chunk.length
    while (this.size >= 4) {
      if (this.chunks[0].length < 4) this.chunks = [Buffer.concat(this.chunks)]
      const end = 4 + this.chunks[0].readUInt32LE(0)
      if (this.size < end) return
      const all = Buffer.concat(this.chunks)
      this.chunks = [all.subarray(end)]
      this.size = all.length - end
      this.waiting.shift().resolve(all.subarray(4, end))
    }
  }

  close () { this.process.stdin.end() }
}
