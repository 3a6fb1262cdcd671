// One trial: what Yjs becomes by a list of deliveries, step by step, and whether the engine becomes the same.

import * as Y from 'yjs'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'
import { isDeepStrictEqual } from 'node:util'
import { Request } from './engine.mjs'
import { roots } from './edits.mjs'
import { kindOf, plain, rootsOf, shownAs } from './shown.mjs'

/**
 * Runs `history.deliveries` through Yjs and the engine. Gives undefined, or `{ step, difference }`: the first delivery after
 * which they differ.
 */
export async function tryHistory (engine, history, { every = 1 } = {}) {
  const request = new Request()
  const steps = [] // of each command: the delivery that it follows
  const at = step => { while (steps.length < request.checks.length) steps.push(step) }
  const observer = new Observer(history)
  request.ask('create', encoder => {
    encoding.writeUint8(encoder, history.gc ? 1 : 0)
    encoding.writeVarUint(encoder, 0)
  }, accepted)
  at(0)
  for (const [step, delivery] of history.deliveries.entries()) {
    askToApply(request, delivery)
    // Yjs cleans up formats after it has heard of others. That is an edit of its own, of which the engine hears as everybody does.
    for (const update of observer.receive(delivery)) askToApply(request, { format: 1, bytes: update })
    if (step % every === 0 || step + 1 === history.deliveries.length) askForState(request, observer.doc)
    at(step)
  }
  const wrong = await engine.run(request)
  return wrong && { step: steps[wrong.index], difference: wrong.difference }
}

class Observer {
  constructor ({ gc, typed }) {
    this.doc = new Y.Doc({ gc, guid: 'history' })
    this.doc.clientID = 2 ** 53 - 1 // never writes; nobody else has it
    if (typed) for (const [name, Kind] of Object.entries(roots)) this.doc.get(name, Kind)
    this.said = []
    this.doc.on('update', (update, origin, doc, transaction) => { if (transaction.local) this.said.push(update) })
  }

  /** Gives the updates that Yjs made by itself. */
  receive ({ format, bytes }) {
    this.said = []
    if (format === 1) Y.applyUpdate(this.doc, bytes)
    else Y.applyUpdateV2(this.doc, bytes)
    return this.said
  }
}

const accepted = (code, answer) => code === 0 ? undefined : `refused with ${code}: ${Buffer.from(answer)}`

function askToApply (request, { format, bytes }) {
  const v1 = format === 1 ? bytes : Y.convertUpdateFormatV2ToV1(bytes)
  request.ask('apply', encoder => encoding.writeVarUint8Array(encoder, v1), accepted)
}

function askForState (request, doc) {
  const { state, stateVector } = integratedState(doc)
  request.ask('state', encoder => {
    encoding.writeUint8(encoder, 0)
    encoding.writeVarUint8Array(encoder, new Uint8Array())
  }, sameBytes('state v1', state))
  request.ask('stateVector', () => {}, sameBytes('state vector', stateVector))
  const shown = shownRoots(doc)
  request.ask('shown', () => {}, (code, answer) => accepted(code, answer) ?? compareShown(answer, shown))
}

/** Without what waits for something that is missing: of that the engine's answers to clients say nothing. */
function integratedState (doc) {
  const { pendingStructs, pendingDs } = doc.store
  Object.assign(doc.store, { pendingStructs: null, pendingDs: null })
  const state = Y.encodeStateAsUpdate(doc)
  Object.assign(doc.store, { pendingStructs, pendingDs })
  return { state, stateVector: Y.encodeStateVector(doc) }
}

function sameBytes (what, expected) {
  return (code, answer) => accepted(code, answer) ?? (Buffer.compare(answer, expected) === 0
    ? undefined
    : `${what}\n   engine ${Buffer.from(answer).toString('hex')}\n   yjs    ${Buffer.from(expected).toString('hex')}`)
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
    return { name, kind, json: JSON.stringify(plain(shownAs(kind, type))) }
  })
}

function compareShown (answer, expected) {
  const decoder = decoding.createDecoder(answer)
  const engine = []
  while (decoding.hasContent(decoder)) {
    engine.push({ name: decoding.readVarString(decoder), kind: decoding.readVarString(decoder), json: decoding.readVarString(decoder) })
  }
  const names = list => list.map(({ name }) => name).sort().join(' ')
  if (names(engine) !== names(expected)) return `roots: engine ${names(engine)}, yjs ${names(expected)}`
  for (const { name, kind, json } of expected) {
    const root = engine.find(root => root.name === name)
    if (root.kind !== kind) return `kind of ${name}: engine ${root.kind}, yjs ${kind}`
    if (root.json !== json && !isDeepStrictEqual(JSON.parse(root.json), JSON.parse(json))) return `${name}\n${apart(root.json, json)}`
  }
}
