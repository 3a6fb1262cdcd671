// Those Yjs documents that the engine is compared with: each hears of a history what its kind hears.

import * as Y from 'yjs'
import { roots } from './edits.mjs'
import { accepted, sameUpdate } from './engine.mjs'
import { apart, shownRoots } from './shown.mjs'

class Replica {
  constructor ({ gc, typed }) {
    this.doc = new Y.Doc({ gc, guid: 'history' })
    this.doc.clientID = 2 ** 53 - 1 // never writes; nobody else has it
    if (typed) for (const [name, Kind] of Object.entries(roots)) this.doc.get(name, Kind)
    this.doc.on('update', () => { this.present = undefined })
  }

  /** What the engine must answer now; made once for each state, since many deliveries bring nothing new. */
  state () {
    return this.present ??= withoutParked(this.doc, () => ({
      v1: Y.encodeStateAsUpdate(this.doc), v2: Y.encodeStateAsUpdateV2(this.doc), stateVector: Y.encodeStateVector(this.doc), shown: shownRoots(this.doc)
    }))
  }

  /** The check of an answer that has to be this state. */
  sameState (what, format, expected) { return sameUpdate(what, format, expected) }

  /** What is wrong with this Yjs itself after delivery `step`: undefined, or `{ step, difference }`. */
  astray () {}
}

/**
 * Hears what the engine hears.
 *
 * Yjs notes one clock per client for which its parked structs wait. When two wait for the same client and the later clock was noted,
 * it leaves the first parked although nothing is missing any more, until the later one comes or a reload. One that is `nudged` looks at
 * all that is parked after each delivery.
 */
export class Observer extends Replica {
  constructor (history, { nudged = false } = {}) {
    super(history)
    this.nudged = nudged
    this.hasParked = false
    this.said = []
    this.doc.on('update', (update, origin, doc, transaction) => { if (transaction.local) this.said.push({ format: 1, bytes: update }) })
  }

  /** Gives the updates that Yjs made by itself: it cleans up formats after it has heard of others. */
  receive ({ format, bytes }) {
    this.said = []
    Y.transact(this.doc, () => {
      if (format === 1) Y.applyUpdate(this.doc, bytes)
      else Y.applyUpdateV2(this.doc, bytes)
      if (this.nudged) this.tryParked()
    }, undefined, false)
    this.hasParked ||= isParked(this.doc)
    return this.said
  }

  tryParked () {
    const { store } = this.doc
    for (let before; store.pendingStructs !== null && before !== this.known(); ) {
      before = this.known()
      const { update } = store.pendingStructs
      store.pendingStructs = null
      Y.applyUpdateV2(this.doc, update)
    }
  }

  known () {
    let units = 0
    for (const client of this.doc.store.clients.keys()) units += Y.getState(this.doc.store, client)
    return units
  }
}

/**
 * Hears what the engine found to be new in each update, which never has to wait; and watches an observer beside it, to which it has to
 * be alike whenever nothing is parked there.
 */
export class Follower extends Replica {
  /** `news`: of each update that the engine was given, those of the observer included, what was new. */
  constructor (history, news) {
    super(history)
    this.observer = new Observer(history, { nudged: true })
    this.news = news[Symbol.iterator]()
    // The observer cleans up formats, and the engine has heard of it.
    this.doc.on('afterTransaction', transaction => { transaction._needFormattingCleanup = false })
  }

  receive (delivery) {
    const said = this.observer.receive(delivery)
    for (let updates = 1 + said.length; updates > 0; --updates) {
      const { value } = this.news.next()
      if (value.length > 0) Y.applyUpdate(this.doc, value)
    }
    return said
  }

  /** Which neighbouring structs without content are merged is up to the order in which one change has deleted them; a load merges all. */
  sameState (what, format, expected) {
    const exactly = sameUpdate(what, 1, this.loaded(format, expected))
    return (code, answer) => accepted(code, answer) ?? exactly(code, this.loaded(format, new Uint8Array(answer)))
  }

  loaded (format, state) {
    const doc = new Y.Doc({ gc: this.doc.gc })
    if (format === 1) Y.applyUpdate(doc, state)
    else Y.applyUpdateV2(doc, state)
    return Y.encodeStateAsUpdate(doc)
  }

  astray (step) {
    const difference = this.difference()
    return difference && { step, difference }
  }

  difference () {
    if (isParked(this.doc)) return 'what was new to the engine waits for something'
    if (isParked(this.observer.doc)) return
    const wrong = compareEffects(this.doc, this.observer.doc)
    return wrong && `by what was new to the engine, Yjs has ${wrong}`
  }
}

/**
 * Whether a Yjs that hears what another Yjs found to be new becomes something else. It does when the other has merged or cut the struct
 * that has both origins of an item: see ARightOriginInFrontOfTheOrigin… in tests/plugins/yjs/differential_findings_test.cpp.
 */
export function losesItsFollowers (history) {
  const observer = new Observer(history, { nudged: true })
  const follower = new Y.Doc({ gc: history.gc })
  observer.doc.on('update', update => Y.applyUpdate(follower, update))
  for (const delivery of history.deliveries) observer.receive(delivery)
  return compareEffects(observer.doc, follower) !== undefined
}

/** Whether two documents have the same units, the same of them deleted, and show the same: undefined, or what is not so. */
export function compareEffects (ours, theirs) {
  if (!Y.equalSnapshots(Y.snapshot(ours), Y.snapshot(theirs))) return 'other units, or others are deleted'
  const [a, b] = [ours, theirs].map(shownRoots)
  return isAlike(parsed(a), parsed(b)) ? undefined : `something else to show\n${apart(JSON.stringify(a), JSON.stringify(b))}`
}

const parsed = roots => roots.map(({ name, kind, json, delta }) => [name, kind, JSON.parse(json), delta && JSON.parse(delta)])

/** Who cuts a surrogate pair, or behind the first half of one, has U+FFFD on both sides of the cut, and who does not has not. */
function isAlike (a, b) {
  if (typeof a === 'string' && typeof b === 'string') return isAlikeText(a, b)
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && isAlike(a[key], b[key]))
}

const couldBeCut = unit => unit === '\ufffd' || (unit >= '\ud800' && unit <= '\udfff')
const isAlikeText = (a, b) => a.length === b.length && a.split('').every((unit, at) => unit === b[at] || couldBeCut(unit) || couldBeCut(b[at]))

export const isParked = doc => doc.store.pendingStructs !== null || doc.store.pendingDs !== null

/** Without what waits for something that is missing: of that the engine's answers to clients say nothing. */
export function withoutParked (doc, encode) {
  const { pendingStructs, pendingDs } = doc.store
  Object.assign(doc.store, { pendingStructs: null, pendingDs: null })
  const encoded = encode()
  Object.assign(doc.store, { pendingStructs, pendingDs })
  return encoded
}
