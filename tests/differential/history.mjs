// A random history: real Yjs clients that edit at the same time over a bad network, and what an observer of them is sent.

import * as Y from 'yjs'
import { Random } from '../clients/random.mjs'
import { editSomething, roots } from './edits.mjs'

/**
 * The history of a seed: `deliveries` are what the observer receives, in order, each `{ format: 1 | 2, bytes }`.
 * One in ten has five clients or more, one in forty over 2,000 edits.
 */
export function makeHistory (seed) {
  const random = new Random(seed)
  const long = seed % 40 === 1
  const crowded = seed % 10 === 0
  const shape = {
    seed,
    clients: crowded ? random.between(5, 8) : random.between(1, 4),
    edits: long ? random.between(2001, 2400) : random.between(5, random.pick([30, 80, 160])),
    gc: random.chance(80),
    v1Only: random.chance(30),
    typed: random.chance(50)
  }
  random.halves = shape.v1Only
  const network = new Network(shape, random, long)
  while (network.edits < shape.edits) network.turn()
  network.settle()
  return { ...shape, edits: network.edits, deliveries: network.observer.received, docs: network.clients.map(client => client.doc) }
}

function makeStyle (random, long) {
  return {
    roots: random.pick([['text'], ['text', 'note', 'map'], ['map', 'array'], ['xml'], Object.keys(roots), Object.keys(roots)]),
    depth: random.below(5),
    plain: long ? random.chance(70) : random.chance(30),
    splitsPairs: random.chance(15),
    caret: 0
  }
}

class Client {
  constructor (random, style) {
    this.style = { ...style }
    this.doc = new Y.Doc({ gc: random.chance(85), guid: 'history' })
    this.doc.clientID = random.chance(10) ? 1 + random.below(127) : random.chance(5) ? 2 ** 32 + random.bits() : random.bits()
    const scope = Object.entries(roots).map(([name, Kind]) => this.doc.get(name, Kind))
    this.undo = random.chance(40) ? new Y.UndoManager(scope, { captureTimeout: 1e12 }) : undefined
    this.inbox = []
    this.away = 0 // turns until it hears of others again
  }

  /** What this client says now, clean-up of formats included, as pairs of both formats. */
  onUpdate (send) {
    let v1
    this.doc.on('update', (update, origin, doc, transaction) => { v1 = transaction.local ? update : undefined })
    this.doc.on('updateV2', v2 => { if (v1 !== undefined) send({ 1: v1, 2: v2 }) })
  }

  edit (random) {
    if (this.undo && random.chance(12)) {
      if (random.chance(65)) this.undo.undo()
      else this.undo.redo()
    } else {
      if (this.undo && random.chance(30)) this.undo.stopCapturing()
      this.doc.transact(() => {
        for (let more = true; more; more = random.chance(25)) editSomething(this.doc, random, this.style)
      })
    }
  }

  receive (format, bytes) {
    if (format === 1) Y.applyUpdate(this.doc, bytes, 'remote')
    else Y.applyUpdateV2(this.doc, bytes, 'remote')
  }
}

class Observer {
  constructor () {
    this.inbox = []
    this.received = []
    this.away = 0
  }

  receive (format, bytes) { this.received.push({ format, bytes }) }
}

class Network {
  constructor (shape, random, long) {
    this.random = random
    this.edits = 0
    this.v1Percent = shape.v1Only ? 100 : 70
    this.burst = long ? 6 : 1
    const style = makeStyle(random, long)
    this.clients = Array.from({ length: shape.clients }, () => new Client(random, style))
    while (new Set(this.clients.map(client => client.doc.clientID)).size < shape.clients) this.clients.forEach(client => { client.doc.clientID = random.bits() })
    this.observer = new Observer()
    this.replicas = [...this.clients, this.observer]
    for (const client of this.clients) client.onUpdate(update => this.broadcast(client, update))
  }

  broadcast (from, update) {
    for (const replica of this.replicas) if (replica !== from) replica.inbox.push(update)
  }

  turn () {
    const { random } = this
    if (random.chance(60)) {
      const client = random.pick(this.clients)
      for (let i = random.between(1, this.burst); i > 0; --i, ++this.edits) client.edit(random)
    } else {
      const replica = random.chance(40) ? this.observer : random.pick(this.replicas)
      if (replica.away > 0) --replica.away
      else if (random.chance(4)) replica.away = random.below(10)
      else this.deliver(replica)
    }
  }

  /** Lets a replica hear something, in the way of some bad network or other. */
  deliver (to) {
    const { random } = this
    const { inbox } = to
    if (inbox.length === 0) return
    const from = random.chance(70) ? 0 : random.below(inbox.length)
    const kind = random.below(20)
    if (kind < 9) { // a stretch, in order
      for (const update of inbox.splice(from, random.between(1, 4 * this.burst))) this.send(to, update)
    } else if (kind < 12) { // one overtakes others
      this.send(to, inbox.splice(random.below(inbox.length), 1)[0])
    } else if (kind < 14) { // one comes, and will come again
      this.send(to, inbox[from])
    } else if (kind < 17) { // some as one
      this.sendMerged(to, inbox.splice(from, random.between(2, 6 * this.burst)))
    } else if (kind < 18) { // scattered ones as one, leaving gaps
      const scattered = inbox.filter(() => random.chance(30))
      if (scattered.length > 0) this.sendMerged(to, scattered)
      if (random.chance(50)) to.inbox = inbox.filter(update => !scattered.includes(update))
    } else { // what one client has that another lacks
      this.sendDiff(to, random.pick(this.clients).doc, random.pick(this.clients).doc)
    }
  }

  send (to, update) {
    const format = this.random.chance(this.v1Percent) ? 1 : 2
    to.receive(format, update[format])
  }

  sendMerged (to, updates) {
    if (this.random.chance(this.v1Percent)) to.receive(1, Y.mergeUpdates(updates.map(update => update[1])))
    else to.receive(2, Y.mergeUpdatesV2(updates.map(update => update[2])))
  }

  sendDiff (to, has, lacks) {
    const { random } = this
    const stateVector = random.chance(20) ? undefined : Y.encodeStateVector(lacks)
    if (random.chance(this.v1Percent)) to.receive(1, Y.encodeStateAsUpdate(has, stateVector))
    else to.receive(2, Y.encodeStateAsUpdateV2(has, stateVector))
  }

  /** All that is on its way arrives, in any order, and what that makes clients say. */
  settle () {
    const { random } = this
    for (let round = 0; round < 50 && this.replicas.some(replica => replica.inbox.length > 0); ++round) {
      for (const replica of this.replicas) {
        // Disorder costs Yjs the square of what waits: of a long history it reaches the observer alone, and that in pieces.
        const inOrder = this.burst > 1 ? replica !== this.observer || replica.inbox.length > 100 : random.chance(50)
        while (replica.inbox.length > 0) {
          const at = inOrder ? 0 : random.below(replica.inbox.length)
          const some = replica.inbox.splice(at, random.between(1, 3 * this.burst))
          if (random.chance(20)) this.sendMerged(replica, some)
          else some.forEach(update => this.send(replica, update))
        }
      }
    }
  }
}
