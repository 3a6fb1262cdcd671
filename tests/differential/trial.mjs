// One trial: what Yjs becomes by a list of deliveries, step by step, and whether the engine becomes the same.

import * as Y from 'yjs'
import * as decoding from 'lib0/decoding'
import { isDeepStrictEqual } from 'node:util'
import { Random } from '../clients/random.mjs'
import { askForTools, unitsOfUpdate } from './byte_tools.mjs'
import { Count, Request, accepted, sameBytes, sameUpdate } from './engine.mjs'
import { askForEdits } from './local_edits.mjs'
import { Follower, Observer, isParked, losesItsFollowers, withoutParked } from './observer.mjs'
import { Remembered } from './remembered.mjs'
import { apart } from './shown.mjs'

const nothing = new Uint8Array()

/**
 * Runs `history.deliveries` through Yjs and the engine. Gives `{ step, difference }`, the first delivery after which they differ, or
 * `{ compared }`: with whom they never do.
 *
 * `strictly`: with Yjs as it is. Only if that has parked something there are two more ways. `nudged`: with a Yjs that looks at what it has
 * parked more often than it does by itself. `followed`: with a Yjs that gets from each update what was new to the engine. For where a
 * sender has collected units whose content another sends, or has cut a surrogate pair, and both updates have to be parked, it is chance
 * which one is taken: Yjs joins what it parks anew with each message, and keeps what stands first; the engine takes what can be
 * integrated first. Then the engine has to be what Yjs becomes by what the engine took, and that Yjs must have the same units, deleted
 * units and content as the nudged one whenever nothing is parked there.
 */
export async function tryHistory (engine, history, options = {}) {
  const observer = new Observer(history)
  const wrong = await tryOnce(engine, history, observer, options)
  if (!wrong) return { compared: 'strictly' }
  if (!observer.hasParked) return wrong
  if (!await tryOnce(engine, history, new Observer(history, { nudged: true }), options)) return { compared: 'nudged' }
  const news = await whatWasNew(engine, history)
  return news.difference ? news : await tryOnce(engine, history, new Follower(history, news), options) ?? { compared: 'followed' }
}

async function tryOnce (engine, history, observer, { every = 1 }) {
  const random = new Random(history.seed)
  const request = new Request()
  const steps = [] // of each command: the delivery that it follows
  const at = step => { while (steps.length < request.checks.length) steps.push(step) }
  const { doc } = observer
  const remembered = new Remembered()
  const actor = 1 + random.bits()
  let astray
  request.ask('create', [history.gc ? 1 : 0, new Count(actor)], accepted)
  for (const [step, delivery] of history.deliveries.entries()) {
    for (const update of [delivery, ...observer.receive(delivery)]) askToApply(request, update)
    if (step % every === 0 || step + 1 === history.deliveries.length) {
      askForState(request, observer, random)
      remembered.take(request, doc, random)
      astray ??= observer.astray(step)
    }
    at(step)
  }
  askAtTheEnd(request, history, doc)
  askForTools(request, history, doc, random)
  // A root that Yjs opens as a text only now has forgotten that it has formats, and edits otherwise than one opened before.
  if (history.typed && !isParked(doc)) {
    doc.clientID = actor
    askForEdits(request, doc, 1 + random.below(8), random)
    request.ask('state', [0, 0, nothing], observer.sameState('state v1 after edits', 1, Y.encodeStateAsUpdate(doc)))
  }
  remembered.ask(request, doc, random)
  at(history.deliveries.length - 1)
  const wrong = await engine.run(request)
  return wrong ? { step: steps[wrong.index], difference: wrong.difference } : astray
}

function askToApply (request, { format, bytes }, check = accepted) {
  request.ask('apply', [format - 1, bytes], check)
}

/** Of each update that the engine is given, what was new; or how it was refused. */
async function whatWasNew (engine, history) {
  const request = new Request()
  const observer = new Observer(history, { nudged: true })
  const news = []
  const steps = [0]
  request.ask('create', [history.gc ? 1 : 0, new Count(1)], accepted)
  for (const [step, delivery] of history.deliveries.entries()) {
    for (const update of [delivery, ...observer.receive(delivery)]) {
      askToApply(request, update, (code, answer) => accepted(code, answer) ?? void news.push(new Uint8Array(answer)))
      steps.push(step)
    }
  }
  const wrong = await engine.run(request)
  return wrong ? { step: steps[wrong.index], difference: wrong.difference } : news
}

function askForState (request, observer, random) {
  const { doc } = observer
  const { v1, v2, stateVector, shown } = observer.state()
  request.ask('state', [0, 0, nothing], observer.sameState('state v1', 1, v1))
  request.ask('state', [1, 0, nothing], observer.sameState('state v2', 2, v2))
  if (random.chance(40) && !(observer instanceof Follower)) {
    const some = someStateVector(doc, random)
    request.ask('state', [0, 0, some], sameUpdate('diff v1', 1, withoutParked(doc, () => Y.encodeStateAsUpdate(doc, some))))
  }
  request.ask('stateVector', [], sameBytes('state vector', stateVector))
  if (isParked(doc) && random.chance(25)) askForParked(request, doc)
  request.ask('shown', [], (code, answer) => accepted(code, answer) ?? compareShown(answer, shown))
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

function askAtTheEnd (request, history, doc) {
  request.ask('follower', [], (code, answer) => code === 0 || losesItsFollowers(history) ? undefined : accepted(code, answer))
  withoutParked(doc, () => {
    const state = Y.encodeStateAsUpdate(doc)
    const reloaded = new Y.Doc({ gc: doc.gc })
    Y.applyUpdate(reloaded, state)
    request.ask('reload', [], sameUpdate('state of one who loaded it', 1, Y.encodeStateAsUpdate(reloaded)))
  })
}

function compareShown (answer, expected) {
  const decoder = decoding.createDecoder(answer)
  const text = () => decoding.readVarString(decoder)
  const engine = []
  while (decoding.hasContent(decoder)) engine.push({ name: text(), kind: text(), json: text(), delta: text() })
  const names = list => list.map(({ name }) => name).sort().join(' ')
  if (names(engine) !== names(expected)) return `roots: engine ${names(engine)}, yjs ${names(expected)}`
  for (const { name, kind, json, delta } of expected) {
    const root = engine.find(root => root.name === name)
    if (root.kind !== kind) return `kind of ${name}: engine ${root.kind}, yjs ${kind}`
    if (!isSameJson(root.json, json)) return `${name}\n${apart(root.json, json)}`
    if (!isSameJson(root.delta, delta)) return `delta of ${name}\n${apart(root.delta, delta)}`
  }
}

/**
 * Numbers may be written in several ways, and keys stand in any order. Half a surrogate pair, which XML makes of a format that is a
 * string, is U+FFFD in UTF-8.
 */
const isSameJson = (engine, yjs) => engine === yjs || isDeepStrictEqual(parsed(engine), parsed(yjs))
const parsed = json => JSON.parse(json, (key, value) => typeof value === 'string' ? Buffer.from(value).toString() : value)
