// The algorithm `rga` once more, in JavaScript: what a client needs to speak the format "rga-update-v1" of
// plugins/crdt/rga/update.hpp. One object per character, and a list per text: short rather than fast.

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const insertFirst = 0
const insertBehind = 1
const erase = 2
const version = 1

export class RgaReplica {
  #texts = new Map()    // root name to characters in their order
  #characters = new Map()    // "actor:clock" to character
  #logs = new Map()    // actor to its operations, ascending by clock
  #parked = []

  constructor (actor) { this.actor = actor }

  get parkedCount () { return this.#parked.length }

  text (root = 'text') { return this.#visible(root).map(character => character.text).join('') }

  /** Equal exactly when two replicas have the same operations: the state vector, in a form to compare. */
  get known () {
    return Object.fromEntries([...this.#logs.keys()].sort((a, b) => a - b).map(actor => [actor, this.#clockOf(actor)]))
  }

  // ---- local edits; positions count characters ----

  /** Gives the update. */
  insert (position, text, root = 'text') {
    const left = position > 0 ? this.#visible(root)[position - 1] : null
    const operation = { actor: this.actor, clock: this.#clockOf(this.actor), sum: this.#operations() + 1, text: [...text] }
    if (left) Object.assign(operation, { kind: insertBehind, target: [left.actor, left.clock] })
    else Object.assign(operation, { kind: insertFirst, root })
    this.#integrate(operation)
    return encodeUpdate([operation])
  }

  /** Gives the update: one erase for each character. */
  erase (position, count, root = 'text') {
    return encodeUpdate(this.#visible(root).slice(position, position + count).map(character => {
      const operation = { kind: erase, actor: this.actor, clock: this.#clockOf(this.actor), target: [character.actor, character.clock], length: 1 }
      this.#integrate(operation)
      return operation
    }))
  }

  // ---- updates ----

  apply (update) {
    this.#parked.push(...decodeUpdate(update))
    for (let before = -1; before !== this.#parked.length;) {
      before = this.#parked.length
      this.#parked = this.#parked.filter(operation => !this.#take(operation))
    }
  }

  stateVector () {
    const encoder = encoding.createEncoder()
    const actors = [...this.#logs.keys()].sort((a, b) => a - b)
    encoding.writeVarUint(encoder, actors.length)
    for (const actor of actors) {
      encoding.writeVarUint(encoder, actor)
      encoding.writeVarUint(encoder, this.#clockOf(actor))
    }
    return encoding.toUint8Array(encoder)
  }

  /** All that a state vector lacks. */
  diff (stateVector) {
    const clocks = decodeStateVector(stateVector)
    const missing = []
    for (const [actor, log] of this.#logs) {
      for (const operation of log) {
        const known = clocks.get(actor) ?? 0
        if (endOf(operation) > known) missing.push(operation.clock < known ? without(operation, known - operation.clock) : operation)
      }
    }
    return encodeUpdate(missing)
  }

  // ---- inside ----

  #clockOf (actor) {
    const log = this.#logs.get(actor)
    return log ? endOf(log[log.length - 1]) : 0
  }

  #operations () { return [...this.#logs.keys()].reduce((sum, actor) => sum + this.#clockOf(actor), 0) }
  #visible (root) { return (this.#texts.get(root) ?? []).filter(character => !character.erased) }

  /** False if it must wait. What is known is taken without effect. */
  #take (operation) {
    const clock = this.#clockOf(operation.actor)
    if (endOf(operation) <= clock) return true
    if (operation.clock > clock || !this.#hasTargets(operation)) return false
    this.#integrate(operation.clock < clock ? without(operation, clock - operation.clock) : operation)
    return true
  }

  #hasTargets ({ kind, target, length }) {
    return kind === insertFirst || target[1] + (kind === erase ? length : 1) <= this.#clockOf(target[0])
  }

  #integrate (operation) {
    if (operation.kind === erase) this.#erase(operation)
    else this.#insert(operation)
    if (!this.#logs.has(operation.actor)) this.#logs.set(operation.actor, [])
    this.#logs.get(operation.actor).push(operation)
  }

  #insert ({ kind, actor, clock, target, root, sum, text }) {
    let left = kind === insertBehind ? this.#characters.get(idOf(...target)) : null
    const name = left ? left.root : root
    if (!this.#texts.has(name)) this.#texts.set(name, [])
    const characters = this.#texts.get(name)
    let index = left ? characters.indexOf(left) + 1 : 0
    text.forEach((one, offset) => {
      const character = { actor, clock: clock + offset, order: Math.max(sum + offset, left ? left.order + 1 : 0), root: name, text: one, erased: false }
      while (index < characters.length && goesBefore(characters[index], character)) ++index
      characters.splice(index++, 0, character)
      this.#characters.set(idOf(actor, character.clock), character)
      left = character
    })
  }

  #erase ({ target: [actor, clock], length }) {
    for (let i = 0; i < length; ++i) this.#characters.get(idOf(actor, clock + i)).erased = true
  }
}

const idOf = (actor, clock) => `${actor}:${clock}`
const endOf = operation => operation.clock + (operation.kind === erase ? 1 : operation.text.length)
const goesBefore = (a, b) => (a.order - b.order || a.actor - b.actor || a.clock - b.clock) > 0

function without ({ actor, clock, sum, text }, count) {
  return { kind: insertBehind, actor, clock: clock + count, target: [actor, clock + count - 1], sum: sum + count, text: text.slice(count) }
}

// ---- bytes ----

function encodeUpdate (operations) {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, version)
  const sorted = [...operations].sort((a, b) => a.actor - b.actor || a.clock - b.clock)
  for (let i = 0; i < sorted.length;) {
    const section = encoding.createEncoder()
    const { actor, clock } = sorted[i]
    let next = clock
    for (; i < sorted.length && sorted[i].actor === actor && sorted[i].clock === next; ++i) {
      writeOperation(section, sorted[i])
      next = endOf(sorted[i])
    }
    encoding.writeVarUint(encoder, actor)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarUint8Array(encoder, encoding.toUint8Array(section))
  }
  return encoding.toUint8Array(encoder)
}

function writeOperation (encoder, { kind, root, target, sum, text, length }) {
  encoding.writeUint8(encoder, kind)
  if (kind === insertFirst) encoding.writeVarString(encoder, root)
  else target.forEach(number => encoding.writeVarUint(encoder, number))
  if (kind === erase) return encoding.writeVarUint(encoder, length)
  encoding.writeVarUint(encoder, sum)
  encoding.writeVarString(encoder, text.join(''))
}

function decodeUpdate (update) {
  const decoder = decoding.createDecoder(update)
  if (decoding.readUint8(decoder) !== version) throw new Error('this is no update of rga-update-v1')
  const operations = []
  while (decoding.hasContent(decoder)) {
    const actor = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    const section = decoding.createDecoder(decoding.readVarUint8Array(decoder))
    while (decoding.hasContent(section)) {
      const operation = { actor, clock, ...readOperation(section) }
      operations.push(operation)
      clock = endOf(operation)
    }
  }
  return operations
}

function readOperation (decoder) {
  const kind = decoding.readUint8(decoder)
  const place = kind === insertFirst
    ? { root: decoding.readVarString(decoder) }
    : { target: [decoding.readVarUint(decoder), decoding.readVarUint(decoder)] }
  if (kind === erase) return { kind, ...place, length: decoding.readVarUint(decoder) }
  return { kind, ...place, sum: decoding.readVarUint(decoder), text: [...decoding.readVarString(decoder)] }
}

function decodeStateVector (bytes) {
  const clocks = new Map()
  if (bytes.length === 0) return clocks
  const decoder = decoding.createDecoder(bytes)
  for (let left = decoding.readVarUint(decoder); left > 0; --left) {
    clocks.set(decoding.readVarUint(decoder), decoding.readVarUint(decoder))
  }
  return clocks
}
