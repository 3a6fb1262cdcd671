// Bytes of y-protocols messages and of Yjs updates, written by hand: valid ones, and all that no Yjs would ever write.

import * as encoding from 'lib0/encoding'

/** Bytes from numbers (varUint), strings (varString), and arrays or Uint8Arrays (as they are). */
export function bytes (...parts) {
  const encoder = encoding.createEncoder()
  for (const part of parts) {
    if (typeof part === 'number') encoding.writeVarUint(encoder, part)
    else if (typeof part === 'string') encoding.writeVarString(encoder, part)
    else encoding.writeUint8Array(encoder, Uint8Array.from(part))
  }
  return encoding.toUint8Array(encoder)
}

const withLength = payload => bytes(payload.length, payload)

export const step1 = (stateVector = [0]) => bytes(0, 0, withLength(stateVector))
export const step2 = update => bytes(0, 1, withLength(update))
export const update = payload => bytes(0, 2, withLength(payload))
export const presence = payload => bytes(1, withLength(payload))
export const presenceQuery = () => bytes(3)

export const isStep1 = message => message[0] === 0 && message[1] === 0
export const isStep2 = message => message[0] === 0 && message[1] === 1
export const isUpdate = message => message[0] === 0 && message[1] === 2
export const isPresence = message => message[0] === 1

/** An awareness update. States are `[client, clock, text]`. */
export const states = (...list) => bytes(list.length, ...list.map(([client, clock, text]) => bytes(client, clock, text)))

/** An update of one client's structs from `clock` on, without deletions. */
export const updateOf = (client, clock, ...structs) => bytes(1, structs.length, client, clock, ...structs, 0)

const noDeletes = [0]
const refs = { gc: 0, deleted: 1, json: 2, binary: 3, string: 4, embed: 5, format: 6, type: 7, any: 8 }

/** A struct at the beginning of a root type: `content` is one of its kind. */
export const inRoot = (root, kind, ...content) => bytes([refs[kind]], 1, root, ...content)

/** A struct at the beginning of a type that an item made. */
const inItem = (client, clock, kind, ...content) => bytes([refs[kind]], 0, client, clock, ...content)

/** `depth` arrays, each within the one before. A valid update. */
export function nestedTypes (client, depth) {
  const structs = [inRoot('nest', 'type', 0)]
  for (let clock = 0; clock + 1 < depth; ++clock) structs.push(inItem(client, clock, 'type', 0))
  return updateOf(client, 0, ...structs)
}

const anyArray = 117
const anyNull = 126
/** An any-value: `depth` arrays of one element. */
export const nestedAny = depth => [...Array.from({ length: depth }, () => [anyArray, 1]).flat(), anyNull]
export const nestedJson = depth => '['.repeat(depth) + ']'.repeat(depth)
