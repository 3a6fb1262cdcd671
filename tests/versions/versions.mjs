// Versions of random histories of real Yjs clients: the engine restores them, checks them out and shows what changed, and Yjs
// says what should come of it.
//
//   node versions.mjs                the bounded run
//   node versions.mjs FIRST COUNT    these seeds alone

import assert from 'node:assert/strict'
import * as Y from 'yjs'
import { Random } from '../clients/random.mjs'
import { editSomething, roots } from '../differential/edits.mjs'
import { makeHistory } from '../differential/history.mjs'
import { ask } from './engine.mjs'
import { contentOf } from './content.mjs'
import { replay } from './replay.mjs'

const total = { histories: 0, versions: 0, restored: 0, bytes: 0, snapshots: 0, positions: 0 }

function run (first, count) {
  const started = Date.now()
  for (let seed = first; seed < first + (count ?? 48); ++seed) {
    if (count === undefined && Date.now() - started > 60_000) break
    try {
      tryVersions(seed)
    } catch (error) {
      console.error(`seed ${seed}: ${error.stack}`)
      process.exit(1)
    }
  }
  console.log(`${JSON.stringify(total)} in ${Date.now() - started} ms`)
  if (count === undefined) assert(total.histories >= 20, 'too few histories for the time they took')
}

function tryVersions (seed) {
  if (seed % 40 === 1) return // over 2,000 edits: nothing new for versions
  const random = new Random(seed ^ 0x5eed)
  const { deliveries, docs } = makeHistory(seed)
  const collecting = new Document(true)
  const keeping = new Document(false)
  const versions = []
  deliveries.forEach((delivery, index) => {
    collecting.receive(delivery)
    keeping.receive(delivery)
    if (random.chance(20) || index === deliveries.length - 1) versions.push(versionOf(collecting, keeping, random))
  })
  tryRestoring(collecting.doc, versions, docs, random)
  trySnapshots(keeping.doc, versions, random)
  tryDifferences(versions, random)
  ++total.histories
  total.versions += versions.length
}

class Document {
  constructor (gc) {
    this.doc = new Y.Doc({ gc, guid: 'history' })
    for (const [name, Kind] of Object.entries(roots)) this.doc.get(name, Kind)
  }

  receive ({ format, bytes }) {
    if (format === 1) Y.applyUpdate(this.doc, bytes)
    else Y.applyUpdateV2(this.doc, bytes)
  }
}

/** What was integrated, without what Yjs has parked. */
function integrated (doc) {
  const { pendingStructs, pendingDs } = doc.store
  doc.store.pendingStructs = doc.store.pendingDs = null
  const state = Y.encodeStateAsUpdate(doc)
  Object.assign(doc.store, { pendingStructs, pendingDs })
  return state
}

function versionOf (collecting, keeping, random) {
  const positions = Object.keys(roots).map(root => {
    const type = collecting.doc.get(root)
    return { root, index: random.below(type._length + 2), assoc: random.pick([-1, 0]) }
  })
  for (const position of positions) {
    const { root, index, assoc } = position
    position.relative = Y.createRelativePositionFromTypeIndex(collecting.doc.get(root), index, assoc)
  }
  const state = integrated(collecting.doc)
  return { state, content: contentOf(loaded(state)), snapshot: Y.snapshot(keeping.doc), positions }
}

function loaded (state) {
  const { doc } = new Document(true)
  Y.applyUpdate(doc, state)
  return doc
}

// ---- restoring ----

function tryRestoring (doc, versions, docs, random) {
  let present = { state: integrated(doc), content: contentOf(loaded(integrated(doc))) }
  for (let round = 0; round < 4; ++round) {
    const version = random.pick(versions)
    present = restore(present, version, random)
    if (random.chance(50)) present = restore(present, { state: integrated(doc), content: contentOf(loaded(integrated(doc))) }, random)
    if (random.chance(50)) present = edited(present.state, random, random.bits())
  }
}

function edited (state, random, client) {
  const doc = loaded(state)
  doc.clientID = client
  const style = { roots: Object.keys(roots), depth: 3, plain: false, splitsPairs: false, caret: 0 }
  for (let i = random.between(1, 5); i > 0; --i) doc.transact(() => editSomething(doc, random, style))
  const after = Y.encodeStateAsUpdate(doc)
  return { state: after, content: contentOf(loaded(after)) }
}

/** Restores `version`, and has somebody else edit meanwhile. */
function restore (present, version, random) {
  const actor = 2 ** 33 + random.bits()
  const [update, state] = ask('restore', actor, present.state, version.state)
  ++total.restored
  total.bytes += update.length
  const doc = loaded(present.state)
  if (update.length > 0) Y.applyUpdate(doc, update)
  assert.deepEqual(contentOf(doc), version.content, 'a client that applies the update')
  assert.deepEqual(contentOf(loaded(state)), version.content, 'the state of the replica itself')
  const [again] = ask('restore', actor + 1, state, version.state)
  assert.equal(again.length, 0, 'restoring what is there already')
  if (update.length > 0) meetsConcurrentEdits(present, update, random)
  return { state, content: version.content }
}

function meetsConcurrentEdits (present, update, random) {
  const concurrent = edited(present.state, random, random.bits())
  const restoredFirst = loaded(present.state)
  Y.applyUpdate(restoredFirst, update)
  Y.applyUpdate(restoredFirst, concurrent.state)
  const editedFirst = loaded(concurrent.state)
  Y.applyUpdate(editedFirst, update)
  assert.equal(restoredFirst.store.pendingStructs, null)
  assert.deepEqual(Y.encodeStateVector(restoredFirst), Y.encodeStateVector(editedFirst))
  assert.deepEqual(contentOf(restoredFirst), contentOf(editedFirst), 'restored beside a concurrent edit')
}

// ---- snapshots and positions ----

function trySnapshots (doc, versions, random) {
  const now = integrated(doc)
  for (const version of [random.pick(versions), versions.at(-1)]) {
    for (const format of [1, 2]) {
      const bytes = format === 1 ? Y.encodeSnapshot(version.snapshot) : Y.encodeSnapshotV2(version.snapshot)
      const [state] = ask('checkOut', now, [format], bytes)
      const expected = Y.createDocFromSnapshot(doc, version.snapshot)
      assert.deepEqual(contentOf(loaded(state)), contentOf(loaded(Y.encodeStateAsUpdate(expected))), 'a snapshot, checked out')
      ++total.snapshots
    }
    for (const { root, index, assoc, relative } of version.positions) {
      const bytes = Y.encodeRelativePosition(relative)
      if (loaded(version.state).share.get(root)._start !== null) {
        const [made] = ask('positionAt', version.state, root, index, [assoc < 0 ? 0 : 1])
        assert.deepEqual([...made], [...bytes], `a position at ${index} of ${root}`)
      }
      const there = Y.createAbsolutePositionFromRelativePosition(relative, doc)
      if (there === null || there.type._start === null) continue
      const [found] = ask('indexOf', now, bytes)
      assert.equal(Number(Buffer.from(found).toString()), there.index, `where ${index} of ${root} is now`)
      ++total.positions
    }
  }
}

// ---- differences ----

function tryDifferences (versions, random) {
  const before = random.pick(versions)
  const after = random.pick(versions)
  const [json] = ask('diffView', before.state, after.state)
  replay(JSON.parse(Buffer.from(json).toString()), loaded(before.state), loaded(after.state))
}

const [first, count] = process.argv.slice(2)
run(Number(first ?? 1), count === undefined ? undefined : Number(count))
