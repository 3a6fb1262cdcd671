// Equal seeds give equal numbers, on every machine: mulberry32.
export const randomFrom = seed => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    /** A whole number from 0 to `bound` - 1. */
    below: bound => Math.floor(next() / 2 ** 32 * bound),
    chance: probability => next() / 2 ** 32 < probability,
    pick: list => list[Math.floor(next() / 2 ** 32 * list.length)]
  }
}
