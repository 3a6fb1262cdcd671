// Who is behind the actors of a document: Yjs records which client wrote what, presence says who sits at a client now. This
// browser remembers whom it has met.

import { recall, remember } from './memory.js'
import { cleanName } from './person.js'

const rememberedMax = 300

export class Acquaintances {
  #names = new Map(remembered())

  constructor (awareness) {
    const meet = () => {
      let isNew = false
      for (const [client, { user }] of awareness.getStates()) isNew = this.#meet(String(client), cleanName(user?.name)) || isNew
      if (isNew) remember('actors', JSON.stringify([...this.#names].slice(-rememberedMax)))
    }
    awareness.on('change', meet)
    meet()
  }

  /** Undefined for somebody whom this browser has not met. */
  nameOf (actor) {
    return this.#names.get(actor)
  }

  #meet (actor, name) {
    if (name === '' || this.#names.get(actor) === name) return false
    this.#names.set(actor, name)
    return true
  }
}

function remembered () {
  try {
    return JSON.parse(recall('actors')).filter(([actor, name]) => typeof actor === 'string' && typeof name === 'string')
  } catch {
    return [] // Nobody yet, or not what this page has written.
  }
}
