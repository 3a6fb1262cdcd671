// What can be done with updates without a document: the functions of Yjs beside those of the engine, on the updates of a history.

import * as Y from 'yjs'
import { isDeepStrictEqual } from 'node:util'
import { Count, accepted, sameBytes, sameUpdate } from './engine.mjs'
import { Observer, compareEffects, isParked } from './observer.mjs'

const tools = [
  {
    merge: Y.mergeUpdates, diff: Y.diffUpdate, stateVectorFrom: Y.encodeStateVectorFromUpdate, convert: Y.convertUpdateFormatV1ToV2,
    decode: Y.decodeUpdate, encodeSnapshot: Y.encodeSnapshot
  },
  {
    merge: Y.mergeUpdatesV2, diff: Y.diffUpdateV2, stateVectorFrom: Y.encodeStateVectorFromUpdateV2, convert: Y.convertUpdateFormatV2ToV1,
    decode: Y.decodeUpdateV2, encodeSnapshot: Y.encodeSnapshotV2
  }
]

/** Asks for all of it, on some updates of the history. */
export function askForTools (request, history, doc, random) {
  for (const format of [1, 2]) {
    const updates = history.deliveries.filter(delivery => delivery.format === format).map(delivery => delivery.bytes)
    if (updates.length === 0) continue
    const some = updates.filter(() => random.chance(40))
    const merged = askToMerge(request, format, random.chance(20) ? updates : some, doc)
    askAbout(request, format, random.pick(updates), doc, random)
    if (merged) askAbout(request, format, merged, doc, random)
  }
  askForSnapshot(request, doc)
}

function askAbout (request, format, update, doc, random) {
  const tool = tools[format - 1]
  const v = format - 1
  request.ask('check', [v, update], accepted)
  request.ask('stateVectorFrom', [v, update], sameBytes(`state vector of an update v${format}`, tool.stateVectorFrom(update)))
  request.ask('convert', [v, update], sameUpdate(`v${format} converted`, 3 - format, tool.convert(update)))
  const some = Y.decodeStateVector(Y.encodeStateVector(doc))
  some.forEach((clock, client) => { some.set(client, random.chance(30) ? clock : random.below(clock + 2)) })
  const stateVector = Y.encodeStateVector(some)
  request.ask('diffUpdate', [v, update, stateVector], sameUpdate(`diff of an update v${format}`, format, tool.diff(update, stateVector)))
  const snapshot = Y.snapshot(doc)
  const contained = Y.snapshotContainsUpdate(snapshot, format === 1 ? update : tool.convert(update)) // which knows v1 only
  request.ask('contains', [v, tool.encodeSnapshot(snapshot), update], sameBytes(`snapshot contains an update v${format}`, new Uint8Array([contained ? 1 : 0])))
}

/** Gives what Yjs made of the updates. */
function askToMerge (request, format, updates, doc) {
  if (updates.length === 0) return
  const tool = tools[format - 1]
  const merged = tool.merge(updates)
  const arguments_ = [format - 1, new Count(updates.length), ...updates]
  // Where one update has the content of units and another only that they were deleted, Yjs keeps what stands first, and the engine the
  // content. Then it is what the result does that has to be the same.
  if (knowAlike(format, updates)) {
    request.ask('merge', arguments_, sameUpdate(`merge of ${updates.length} updates v${format}`, format, merged))
  } else {
    const all = Y.encodeStateAsUpdate(doc)
    request.ask('merge', arguments_, (code, answer) => accepted(code, answer) ?? sameEffect(format, new Uint8Array(answer), merged, all))
  }
  return merged
}

/** Whether no update knows less than another of the same units: nothing, that they were there, or what they are. */
function knowAlike (format, updates) {
  const decode = format === 1 ? Y.decodeUpdate : Y.decodeUpdateV2
  const known = new Map() // by client and clock
  for (const update of updates) {
    for (const struct of decode(update).structs) {
      if (struct instanceof Y.Skip) continue
      const what = struct instanceof Y.GC ? 'nothing' : struct.content instanceof Y.ContentDeleted ? 'place' : 'content'
      for (let clock = struct.id.clock; clock < struct.id.clock + struct.length; ++clock) {
        const unit = `${struct.id.client} ${clock}`
        if ((known.get(unit) ?? what) !== what) return false
        known.set(unit, what)
      }
    }
  }
  return true
}

/** Content may have to wait for something where the GC of the same unit need not: then `all` that there is comes, too. */
function sameEffect (format, engine, yjs, all) {
  const docs = [engine, yjs].map(bytes => {
    const observer = new Observer({ gc: true, typed: false }, { nudged: true })
    observer.receive({ format, bytes })
    return observer
  })
  if (docs.some(({ doc }) => isParked(doc))) docs.forEach(observer => observer.receive({ format: 1, bytes: all }))
  const [a, b] = docs.map(({ doc }) => doc)
  const wrong = compareEffects(a, b)
  if (!wrong && ((!isParked(a) && !isParked(b)) || hasSameUnits(format, engine, yjs))) return
  return `merge: ${wrong ?? 'other units'}\n   engine ${Buffer.from(engine).toString('hex')}\n   yjs    ${Buffer.from(yjs).toString('hex')}`
}

function hasSameUnits (format, ...updates) {
  const [a, b] = updates.map(update => unitsIn(tools[format - 1].decode(update)))
  return isDeepStrictEqual(a, b)
}

/** Which units an update v1 has, and which it deletes. */
export const unitsOfUpdate = update => unitsIn(Y.decodeUpdate(update))

function unitsIn ({ structs, ds }) {
  const known = structs.filter(struct => !(struct instanceof Y.Skip)).map(({ id, length }) => [id.client, id.clock, id.clock + length])
  const deleted = [...ds.clients].flatMap(([client, deletes]) => deletes.map(({ clock, len }) => [client, clock, clock + len]))
  return { structs: ranges(known), ds: ranges(deleted) }
}

/** `[client, from, to]` in order, joined where they touch. */
function ranges (list) {
  const joined = []
  for (const [client, from, to] of list.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = joined.at(-1)
    if (last?.[0] === client && last[2] >= from) last[2] = Math.max(last[2], to)
    else joined.push([client, from, to])
  }
  return joined
}

function askForSnapshot (request, doc) {
  const snapshot = Y.snapshot(doc)
  const v1 = Y.encodeSnapshot(snapshot)
  const v2 = Y.encodeSnapshotV2(snapshot)
  request.ask('recodeSnapshot', [0, v1], sameBytes('snapshot v1 as v2', v2))
  request.ask('recodeSnapshot', [1, v2], sameBytes('snapshot v2 as v1', v1))
}
