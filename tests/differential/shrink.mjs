// Makes a history that shows a difference as short as can be: deliveries go as long as some difference stays.

import { tryHistory } from './trial.mjs'

/**
 * Gives a history of which no delivery can be left out without the difference going too, or the shortest that was found in time.
 */
export async function shrink (engine, history, wrong, { seconds = 60 } = {}) {
  const end = Date.now() + seconds * 1000
  let deliveries = history.deliveries.slice(0, wrong.step + 1)
  for (let size = deliveries.length >> 1; size > 0; size >>= 1) {
    for (let from = deliveries.length - size; from >= 0; from -= size) {
      if (Date.now() > end) return { ...history, deliveries }
      const fewer = [...deliveries.slice(0, from), ...deliveries.slice(from + size)]
      // Only the last state is looked at: that is what makes this quick.
      const still = await tryHistory(engine, { ...history, deliveries: fewer }, { every: fewer.length })
      if (still.difference) deliveries = fewer.slice(0, still.step + 1)
      from = Math.min(from, deliveries.length)
    }
  }
  return { ...history, deliveries }
}

/** A history as text that can be kept and read back. */
export function toText ({ seed, gc, typed, deliveries }) {
  const lines = deliveries.map(({ format, bytes }) => ({ format, hex: Buffer.from(bytes).toString('hex') }))
  return JSON.stringify({ seed, gc, typed, deliveries: lines }, null, 1) + '\n'
}

export function fromText (text) {
  const history = JSON.parse(text)
  history.deliveries = history.deliveries.map(({ format, hex }) => ({ format, bytes: new Uint8Array(Buffer.from(hex, 'hex')) }))
  return history
}
