// The sync messages of y-protocols as bytes, for clients that know of each message which they send and receive. The framing is
// the same for every algorithm.

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

export const messageSync = 0
export const step1 = 0
export const step2 = 1
export const update = 2

export function encodeSync (step, payload) {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageSync)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}

/** `{ step, payload }` of what follows the type of a sync message. */
export const decodeSync = decoder => ({ step: decoding.readVarUint(decoder), payload: decoding.readVarUint8Array(decoder) })
