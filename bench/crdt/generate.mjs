// Traces that ship as a program: people who type in bursts, correct themselves, jump about, cut and paste. Equal seeds give
// equal traces.
import { randomFrom } from './random.mjs'

const words = ('the of and a to in is that it was for on are with as his they be at one have this from or had by hot but some what ' +
  'there we can out other were all your when up use word how said an each she which do their time if will way about many then ' +
  'them would write like so these her long make thing see him two has look more day could go come did sound no most number ' +
  'who over know water than call first people may down side been now find café naïve übermäßig – “quoted” Größe señor').split(' ')

/** Text under a caret: cheap where edits stay close to each other. */
class GapBuffer {
  #units = new Uint16Array(1024)
  #gap = 0
  #after = 1024

  get length () { return this.#units.length - (this.#after - this.#gap) }

  #move (position) {
    if (position < this.#gap) {
      this.#units.copyWithin(this.#after - (this.#gap - position), position, this.#gap)
    } else {
      this.#units.copyWithin(this.#gap, this.#after, this.#after + position - this.#gap)
    }
    this.#after += position - this.#gap
    this.#gap = position
  }

  #grow (room) {
    const larger = new Uint16Array(this.#units.length * 2 + room)
    larger.set(this.#units.subarray(0, this.#gap))
    const tail = this.#units.subarray(this.#after)
    larger.set(tail, larger.length - tail.length)
    this.#after = larger.length - tail.length
    this.#units = larger
  }

  edit ([position, deleted, inserted]) {
    this.#move(position)
    this.#after += deleted
    if (this.#after - this.#gap < inserted.length) {
      this.#grow(inserted.length)
    }
    for (let i = 0; i < inserted.length; ++i) {
      this.#units[this.#gap++] = inserted.charCodeAt(i)
    }
  }

  slice (from, to) {
    let text = ''
    for (let at = from; at < to; ++at) {
      text += String.fromCharCode(this.#units[at < this.#gap ? at : at + this.#after - this.#gap])
    }
    return text
  }

  toString () { return this.slice(0, this.length) }
}

/** One person at a keyboard, who edits `buffer` from `first` to `last()`. */
class Writer {
  #random
  #buffer
  #caret = 0
  #pending = []  // what the hands will do next

  constructor (random, buffer) {
    this.#random = random
    this.#buffer = buffer
  }

  #sentence (count) {
    return Array.from({ length: count }, () => this.#random.pick(words)).join(' ') + this.#random.pick(['. ', ', ', '.\n\n', ' '])
  }

  #plan (first, last) {
    const { below, chance } = this.#random
    const reach = last - first
    if (this.#caret < first || this.#caret > last || chance(0.08)) {
      this.#caret = first + below(reach + 1)
    } else if (chance(0.25)) {
      this.#caret = Math.min(last, Math.max(first, this.#caret + below(400) - 200))
    }
    if (chance(0.03) && reach > 0) {
      const from = first + below(reach)
      const length = Math.min(reach - (from - first), 10 + below(600))
      this.#pending = [() => [this.#caret, 0, this.#buffer.slice(from, from + length)]]
    } else if (chance(0.06)) {
      this.#pending = [(low, high) => [this.#caret, Math.min(high - this.#caret, 1 + below(120)), '']]
    } else if (chance(0.05)) {
      this.#pending = [(low, high) => [this.#caret, Math.min(high - this.#caret, 1 + below(12)), this.#random.pick(words)]]
    } else {
      const text = this.#sentence(1 + below(9))
      this.#pending = [...text].map(character => () => [this.#caret, 0, character])
      for (let slips = below(5); slips > 0; --slips) {
        this.#pending.push(low => [Math.max(low, this.#caret - 1), this.#caret > low ? 1 : 0, ''])
      }
    }
  }

  /** The next patch, applied to the buffer, that touches nothing outside [first, last]. */
  next (first, last) {
    if (this.#caret < first || this.#caret > last) {
      this.#pending = []
    }
    for (;;) {
      if (this.#pending.length === 0) {
        this.#plan(first, last)
      }
      const patch = this.#pending.shift()(first, last)
      if (patch[1] > 0 || patch[2] !== '') {
        this.#buffer.edit(patch)
        this.#caret = patch[0] + patch[2].length
        return patch
      }
    }
  }
}

/** `edits` transactions by one author. */
export const generateTyped = ({ seed, edits }) => {
  const buffer = new GapBuffer()
  const writer = new Writer(randomFrom(seed), buffer)
  const txns = Array.from({ length: edits }, () => ({ patches: [writer.next(0, buffer.length)] }))
  return { concurrent: false, authors: 1, endContent: buffer.toString(), txns }
}

/** Several authors who hear of each other now and then. In between each writes in a part of the text of its own, and the
 *  parts keep a character apart: so every algorithm must end in the same text. */
export const generateTogether = ({ seed, edits, authors }) => {
  const random = randomFrom(seed)
  const txns = []
  let text = ''
  let heads = []

  const alone = (agent, count) => {
    const buffer = new GapBuffer()
    buffer.edit([0, 0, text])
    const writer = new Writer(random, buffer)
    for (; count > 0; --count) {
      const patches = [writer.next(0, buffer.length)]
      txns.push({ agent, parents: heads, patches })
      heads = [txns.length - 1]
    }
    text = buffer.toString()
  }

  /** Everyone goes on from `heads`, in parts that begin behind a character that stays. */
  const together = count => {
    const begins = Array.from({ length: authors }, (_, agent) => Math.floor(text.length * agent / authors))
    const parts = begins.map((begin, agent) => {
      const buffer = new GapBuffer()
      buffer.edit([0, 0, text])
      const behind = text.length - (begins[agent + 1] ?? text.length)
      return { begin, behind, buffer, writer: new Writer(random, buffer), head: heads, first: begin === 0 ? 0 : begin + 1 }
    })
    for (; count > 0; --count) {
      const agent = random.below(authors)
      const part = parts[agent]
      const patches = [part.writer.next(part.first, part.buffer.length - part.behind)]
      txns.push({ agent, parents: part.head, patches })
      part.head = [txns.length - 1]
    }
    text = parts.map(part => part.buffer.slice(part.begin, part.buffer.length - part.behind)).join('')
    heads = [...new Set(parts.flatMap(part => part.head))].sort((a, b) => a - b)
  }

  alone(0, 200)
  while (txns.length < edits - 1) {
    together(Math.min(2 + random.below(60), edits - 1 - txns.length))
  }
  alone(0, 1)
  return { concurrent: true, authors, endContent: text, txns }
}
