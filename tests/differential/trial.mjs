// One trial: what Yjs becomes by a list of deliveries, step by step, and whether the engine becomes the same.

import * as Y from 'yjs'
import * as decoding from 'lib0/decoding'
import { isDeepStrictEqual } from 'node:util'
import { Random } from '../clients/random.mjs'
import { askForTools, unitsOfUpdate } from './byte_tools.mjs'
import { roots } from './edits.mjs'
import { Count, Request, accepted, sameBytes, sameAfterParking, sameUpdate, wholePairs } from './engine.mjs'
import { askForEdits } from './local_edits.mjs'
import { Remembered } from './remembered.mjs'
import { deltaOf, kindOf, rootsOf, shownAs } from './shown.mjs'

const nothing = new Uint8Array()

/**
 * Runs `history.deliveries` through Yjs and the engine. Gives `{ step, difference }`, the first delivery after which they differ,
 * or nothing of that when they never do.
 *
 * Yjs notes one clock per client for which its parked structs wait. When two wait for the same client and the later clock was noted,
 * it leaves the first parked although nothing is missing any more, until the later one comes or a reload. The engine integrates at
 * once. So a history that differs is tried once more with a Yjs that is told to look again after each delivery (`nudged`).
 *
 * And what becomes of parts that were parked depends on how Yjs has cut and merged them, and on the order in which it looks at them
 * again; the engine keeps them in another way. Where two updates say different things of the same units (a sender has collected them,
 * or cut a surrogate pair in half), either may be taken, and one may wait where the other does not; and the cuts decide which neighbouring
 * GC become one. So a history that has parked something and differs is compared once more without these things, and not as long as
 * something is parked (`loosely`), and that decides.
 */
export async function tryHistory (engine, history, options = {}) {
  const wrong = await tryOnce(engine, history, options)
  if (!wrong) return {}
  const nudged = await tryOnce(engine, history, { ...options, nudged: true })
  if (!nudged) return { nudged: true }
  return await tryOnce(engine, history, { ...options, nudged: true, loosely: true }) ?? { loosely: true }
}

async function tryOnce (engine, history, { every = 1, nudged = false, loosely = false }) {
  const random = new Random(history.seed)
  const request = new Request()
  const steps = [] // of each command: the delivery that it follows
  const at = step => { while (steps.length < request.checks.length) steps.push(step) }
  const observer = new Observer(history, nudged)
  const remembered = new Remembered()
  const sameState = () => loosely && observer.hasParked ? sameAfterParking : sameUpdate
  const actor = 1 + random.bits()
  request.ask('create', [history.gc ? 1 : 0, new Count(actor)], accepted)
  for (const [step, delivery] of history.deliveries.entries()) {
    askToApply(request, delivery)
    // Yjs cleans up formats after it has heard of others. That is an edit of its own, of which the engine hears as everybody does.
    for (const update of observer.receive(delivery)) askToApply(request, { format: 1, bytes: update })
    if ((step % every === 0 || step + 1 === history.deliveries.length) && !(loosely && isParked(observer.doc))) {
      askForState(request, observer, random, sameState())
      remembered.take(request, observer.doc, random)
    }
    at(step)
  }
  if (!(loosely && isParked(observer.doc))) askAtTheEnd(request, observer.doc, sameState())
  askForTools(request, history, observer.doc, random)
  // A root that Yjs opens as a text only now has forgotten that it has formats, and edits otherwise than one opened before.
  if (history.typed && !isParked(observer.doc)) {
    observer.doc.clientID = actor
    askForEdits(request, observer.doc, 1 + random.below(8), random)
    request.ask('state', [0, 0, nothing], sameState()('state v1 after edits', 1, Y.encodeStateAsUpdate(observer.doc)))
  }
  if (!(loosely && observer.hasParked)) remembered.ask(request, observer.doc, random)
  at(history.deliveries.length - 1)
  const wrong = await engine.run(request)
  return wrong && { step: steps[wrong.index], difference: wrong.difference }
}

class Observer {
  constructor ({ gc, typed }, nudged) {
    this.nudged = nudged
    this.hasParked = false
    this.doc = new Y.Doc({ gc, guid: 'history' })
    this.doc.clientID = 2 ** 53 - 1 // never writes; nobody else has it
    if (typed) for (const [name, Kind] of Object.entries(roots)) this.doc.get(name, Kind)
    this.said = []
    this.doc.on('update', (update, origin, doc, transaction) => {
      this.present = undefined
      if (transaction.local) this.said.push(update)
    })
  }

  /** What the engine must answer now; made once for each state, since many deliveries bring nothing new. */
  state () {
    return this.present ??= withoutParked(this.doc, () => ({
      v1: Y.encodeStateAsUpdate(this.doc), v2: Y.encodeStateAsUpdateV2(this.doc), stateVector: Y.encodeStateVector(this.doc), shown: shownRoots(this.doc)
    }))
  }

  /** Gives the updates that Yjs made by itself. */
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

function askToApply (request, { format, bytes }) {
  request.ask('apply', [format - 1, bytes], accepted)
}

function askForState (request, observer, random, sameState) {
  const { doc } = observer
  const view = sameState === sameAfterParking ? wholePairs : json => json
  const { v1, v2, stateVector, shown } = observer.state()
  request.ask('state', [0, 0, nothing], sameState('state v1', 1, v1))
  request.ask('state', [1, 0, nothing], sameState('state v2', 2, v2))
  if (random.chance(40)) {
    const some = someStateVector(doc, random)
    request.ask('state', [0, 0, some], sameState('diff v1', 1, withoutParked(doc, () => Y.encodeStateAsUpdate(doc, some))))
  }
  request.ask('stateVector', [], sameBytes('state vector', stateVector))
  if (isParked(doc) && random.chance(25)) askForParked(request, doc)
  request.ask('shown', [], (code, answer) => accepted(code, answer) ?? compareShown(answer, shown, view))
}

const isParked = doc => doc.store.pendingStructs !== null || doc.store.pendingDs !== null

/** Without what waits for something that is missing: of that the engine's answers to clients say nothing. */
function withoutParked (doc, encode) {
  const { pendingStructs, pendingDs } = doc.store
  Object.assign(doc.store, { pendingStructs: null, pendingDs: null })
  const encoded = encode()
  Object.assign(doc.store, { pendingStructs, pendingDs })
  return encoded
}

function someStateVector (doc, random) {
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc))
  for (const [client, clock] of clocks) {
    if (random.chance(50)) clocks.set(client, random.below(clock + 2))
    else if (random.chance(20)) clocks.delete(client)
  }
  return Y.encodeStateVector(clocks)
}

/** How parked parts are cut is nobody's promise; that all of them are there is. */
function askForParked (request, doc) {
  const expected = Y.encodeStateAsUpdate(doc)
  request.ask('state', [0, 1, nothing], (code, answer) => accepted(code, answer) ?? compareParked(new Uint8Array(answer), expected))
}

function compareParked (engine, yjs) {
  const [a, b] = [engine, yjs].map(unitsOfUpdate)
  return isDeepStrictEqual(a, b) ? undefined : `state with parked parts\n   engine ${JSON.stringify(a)}\n   yjs    ${JSON.stringify(b)}`
}

function askAtTheEnd (request, doc, sameState) {
  request.ask('follower', [], accepted)
  withoutParked(doc, () => {
    const state = Y.encodeStateAsUpdate(doc)
    const reloaded = new Y.Doc({ gc: doc.gc })
    Y.applyUpdate(reloaded, state)
    request.ask('reload', [], sameState('state of one who loaded it', 1, Y.encodeStateAsUpdate(reloaded)))
  })
}

/** Two texts from a little before where they part. */
function apart (engine, yjs) {
  let at = 0
  while (engine[at] === yjs[at]) ++at
  const from = Math.max(0, at - 60)
  return `   engine …${engine.slice(from, at + 100)}\n   yjs    …${yjs.slice(from, at + 100)}`
}

function shownRoots (doc) {
  return rootsOf(doc).map(([name, type]) => {
    const kind = kindOf(type)
    return { name, kind, json: JSON.stringify(shownAs(kind, type)), delta: kind === 'text' ? JSON.stringify(deltaOf(type)) : '' }
  })
}

function compareShown (answer, expected, view) {
  const decoder = decoding.createDecoder(answer)
  const text = () => decoding.readVarString(decoder)
  const engine = []
  while (decoding.hasContent(decoder)) engine.push({ name: text(), kind: text(), json: text(), delta: text() })
  const names = list => list.map(({ name }) => name).sort().join(' ')
  if (names(engine) !== names(expected)) return `roots: engine ${names(engine)}, yjs ${names(expected)}`
  for (const { name, kind, json, delta } of expected) {
    const root = engine.find(root => root.name === name)
    if (root.kind !== kind) return `kind of ${name}: engine ${root.kind}, yjs ${kind}`
    if (!isSameJson(view(root.json), view(json))) return `${name}\n${apart(root.json, json)}`
    if (!isSameJson(view(root.delta), view(delta))) return `delta of ${name}\n${apart(root.delta, delta)}`
  }
}

/**
 * Numbers may be written in several ways, and keys stand in any order. Half a surrogate pair, which XML makes of a format that is a
 * string, is U+FFFD in UTF-8.
 */
const isSameJson = (engine, yjs) => engine === yjs || isDeepStrictEqual(parsed(engine), parsed(yjs))
const parsed = json => JSON.parse(json, (key, value) => typeof value === 'string' ? Buffer.from(value).toString() : value)
