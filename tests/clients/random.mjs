// Randomness that can be had again: everything random in a test comes from one seed, and a failure tells it.
//
// WEFT_SEED=n runs that seed alone. (Which message overtakes which is up to the machine: a seed gives the same edits, not
// the same race.) WEFT_SOAK=1 asks for the long form.

export const soak = process.env.WEFT_SOAK === '1'

/** The seeds to run: `count` of them, or `soakCount` in the long form. */
export function seeds (count, soakCount) {
  if (process.env.WEFT_SEED) return [Number(process.env.WEFT_SEED)]
  return Array.from({ length: soak ? soakCount : count }, (_, index) => index + 1)
}

/** A stream of random numbers: mulberry32. */
export class Random {
  constructor (seed) { this.state = Math.imul(seed, 0x9e3779b1) | 0 }

  bits () {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }

  /** A whole number, 0 to n - 1. */
  below (n) { return this.bits() % n }
  /** A whole number, both included. */
  between (least, most) { return least + this.below(most - least + 1) }
  /** True in `percent` of all cases. */
  chance (percent) { return this.below(100) < percent }
  pick (list) { return list[this.below(list.length)] }
}

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
