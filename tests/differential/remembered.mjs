// What is taken down along a history and used later: snapshots, and positions in texts and lists that move with them.

import * as Y from 'yjs'
import * as decoding from 'lib0/decoding'
import { Count, accepted, sameBytes, sameUpdate } from './engine.mjs'
import { rootsOf } from './shown.mjs'

/** Takes down some of both, and asks the engine for the same. */
export class Remembered {
  constructor () {
    this.snapshots = []
    this.positions = []
  }

  take (request, doc, random) {
    if (random.chance(10)) {
      const snapshot = Y.snapshot(doc)
      this.snapshots.push(snapshot)
      request.ask('snapshot', [], sameBytes('snapshot', Y.encodeSnapshot(snapshot)))
    }
    const roots = rootsOf(doc)
    if (roots.length > 0 && random.chance(20)) this.takePosition(request, ...random.pick(roots), random)
  }

  takePosition (request, name, type, random) {
    const index = random.below(type._length + 1)
    const before = random.chance(50)
    const position = Y.createRelativePositionFromTypeIndex(type, index, before ? -1 : 0)
    const bytes = Y.encodeRelativePosition(position)
    this.positions.push({ position, bytes })
    request.ask('anchor', [name, new Count(index), before ? 1 : 0], sameBytes(`position ${index} of ${name}`, bytes))
  }

  /** Looks where all positions are by now, and at some snapshot. */
  ask (request, doc, random) {
    for (const { position, bytes } of this.positions) {
      const found = Y.createAbsolutePositionFromRelativePosition(position, doc)
      request.ask('position', [bytes], (code, answer) => accepted(code, answer) ?? comparePosition(answer, found))
    }
    // Yjs has what was deleted since only if it collects no garbage.
    if (!doc.gc && this.snapshots.length > 0) askToCheckOut(request, doc, random.pick(this.snapshots))
  }
}

function comparePosition (answer, expected) {
  const decoder = decoding.createDecoder(answer)
  const index = decoding.readVarUint(decoder) === 0 ? null : decoding.readVarUint(decoder)
  const wanted = expected && expected.index
  return index === wanted ? undefined : `position: engine ${index}, yjs ${wanted}`
}

/** The bytes may have other cuts: what a document becomes by them has to be the same. */
function askToCheckOut (request, doc, snapshot) {
  const expected = Y.encodeStateAsUpdate(Y.createDocFromSnapshot(doc, snapshot, new Y.Doc({ gc: false })))
  request.ask('checkOut', [Y.encodeSnapshot(snapshot)], (code, answer) => accepted(code, answer) ?? compareCheckout(new Uint8Array(answer), expected))
}

function compareCheckout (answer, expected) {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, answer)
  return sameUpdate('state at a snapshot', 1, expected)(0, Y.encodeStateAsUpdate(doc))
}
