// Eight real Yjs clients with the provider that everybody uses, on one document: they edit at random, lose connections in
// every way, edit on offline, and all end with the same.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { waitFor } from '../support/server.mjs'
import { pause, Random, seeds } from './random.mjs'
import { editSomething, shown } from './random_edits.mjs'
import { endServers, startServer } from './servers.mjs'

const clientCount = 8
const turns = 240
const seedsAtOnce = 4

let server
const clientsLeft = new Set()    // those of a test that failed would try to come back for ever

process.setMaxListeners(0)    // each provider wants to hear of the end of the process

before(async () => { server = await startServer() })
after(async () => {
  for (const client of clientsLeft) client.end()
  await endServers()
})

class Client {
  constructor (name, clientId) {
    this.doc = new Y.Doc()
    if (clientId) this.doc.clientID = clientId
    this.provider = new WebsocketProvider(`ws://${server.host}:${server.port}`, name, this.doc,
      { WebSocketPolyfill: WebSocket, disableBc: true, maxBackoffTime: 100 })
    this.provider.awareness.setLocalStateField('user', { name: `client ${this.doc.clientID}` })
    clientsLeft.add(this)
  }

  get id () { return this.doc.clientID }
  /** Where it hangs, for who reads a failure. */
  get state () {
    const { ws, wsLastMessageReceived } = this.provider
    const socket = ws ? ['connecting', 'open', 'closing', 'closed'][ws.readyState] : 'none'
    return `client ${this.id} has socket ${socket} and heard something ${Date.now() - wsLastMessageReceived} ms ago`
  }

  get online () { return this.provider.shouldConnect }
  /** Ids of all whom this client believes to be here, itself included. */
  get present () { return [...this.provider.awareness.getStates().keys()].sort((a, b) => a - b) }

  lookAlive (random) { this.provider.awareness.setLocalStateField('cursor', random.below(1e9)) }
  /** The network goes, without a word; the provider comes back by itself. */
  loseConnection () { this.provider.ws?.terminate() }

  end () {
    clientsLeft.delete(this)
    this.provider.destroy()
    this.provider.awareness.destroy()
    this.doc.destroy()
  }
}

const sameState = (a, b) => Y.equalSnapshots(Y.snapshot(a.doc), Y.snapshot(b.doc))
const idsOf = clients => clients.map(client => client.id).sort((a, b) => a - b)

async function allSynced (clients, what) {
  await waitFor(() => {
    const waiting = clients.filter(client => !client.provider.synced)
    if (waiting.length > 0) throw new Error(waiting.map(client => client.state).join(', '))
    return true
  }, { what: `${what}: everyone to be synced` })
}

/**
 * Waits until all of `clients` see each other and nobody else: for as long as a client that has come back may have to wait for
 * the others' next renewal, 15 s and the 3 s in which they look at the clock.
 */
async function presenceIsExactly (clients, what) {
  const expected = idsOf(clients)
  await waitFor(() => { for (const client of clients) assert.deepEqual(client.present, expected); return true }, { timeout: 20_000, what: `${what}: presence` })
}

async function live (clients, random) {
  for (let turn = 0; turn < turns; ++turn) {
    const client = random.pick(clients)
    const chance = random.below(100)
    if (chance < 3) client.loseConnection()
    else if (chance < 8) client.online ? client.provider.disconnect() : client.provider.connect()
    else if (chance < 18) client.lookAlive(random)
    else for (let edits = random.between(1, 3); edits > 0; --edits) editSomething(client.doc, random)
    if (random.chance(30)) await pause(random.below(12))
  }
}

function assertEqualClients (clients, what) {
  const [first, ...others] = clients
  for (const other of others) {
    assert.deepEqual(shown(other.doc), shown(first.doc), what)
    assert.equal(other.doc.store.pendingStructs, null, what)
    assert.ok(sameState(first, other), `${what}: state vectors and delete sets are equal`)
  }
}

async function converge (seed) {
  const what = `seed ${seed}`
  const random = new Random(seed)
  const name = `converge/${seed}`
  const clients = Array.from({ length: clientCount }, (_, index) => new Client(name, random.bits() + index + 1))
  if (random.chance(50)) await allSynced(clients, what)    // else the first edits are made while connecting
  await live(clients, random)

  for (const client of clients) client.provider.connect()
  await allSynced(clients, what)
  await waitFor(() => clients.every(client => sameState(clients[0], client)), { what: `${what}: all to be equal` }).catch(() => {})
  assertEqualClients(clients, what)

  const newcomer = new Client(name)
  await allSynced([newcomer], what)
  assertEqualClients([clients[0], newcomer], `${what}: the newcomer`)

  // Whoever has come back sees again those who say something (until then it has only kept their clocks).
  const everyone = [...clients, newcomer]
  for (const client of everyone) client.lookAlive(random)
  await presenceIsExactly(everyone, what)
  const left = clients.splice(0, 4)
  left[0].end()
  left[1].provider.disconnect()
  left[2].provider.shouldConnect = false    // a lost connection that does not come back
  left[2].loseConnection()
  left[3].provider.ws.close()
  left[3].provider.shouldConnect = false
  await presenceIsExactly([...clients, newcomer], `${what}: after four have left`)

  for (const client of [...left, ...clients]) client.end()
  await presenceIsExactly([newcomer], `${what}: after all have left`)
  const answer = await fetch(`${server.url}/api/documents/${encodeURIComponent(name)}/content?root=text`)
  assert.equal(await answer.text(), newcomer.doc.getText('text').toString(), `${what}: over HTTP`)
  newcomer.end()

  // With nobody there the document leaves memory: it comes back from the store.
  const later = new Client(name)
  await allSynced([later], what)
  assertEqualClients([newcomer, later], `${what}: whoever comes later`)
  await presenceIsExactly([later], `${what}: whoever comes later`)
  later.end()
}

test('`synced` fires for a document that nobody has written, and on each of two clients', async () => {
  const clients = [new Client('empty'), new Client('empty')]
  await allSynced(clients, 'an empty document')
  assert.deepEqual(shown(clients[0].doc), { text: [], map: {}, array: [], xml: '' })
  await presenceIsExactly(clients, 'an empty document')
  for (const client of clients) client.end()
})

test('Who has lost the connection is seen again as soon as it is back', async () => {
  const [ada, ben] = [new Client('back'), new Client('back')]
  await presenceIsExactly([ada, ben], 'at first')
  ada.loseConnection()
  await waitFor(() => !ben.present.includes(ada.id), { what: 'ada to be gone' })
  // A renewal would bring her back too, but only after 15 s.
  await waitFor(() => ben.present.includes(ada.id), { what: 'ada to be back', timeout: 5000 })
  for (const client of [ada, ben]) client.end()
})

const waiting = seeds(20, 500)
test(`Eight clients end equal for each of ${waiting.length} seeds, and no ghosts stay`, async () => {
  const worker = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) await converge(seed)
  }
  await Promise.all(Array.from({ length: seedsAtOnce }, worker))
})

test('The server that all of them have left ends cleanly', async () => {
  assert.deepEqual(await server.kill(), { code: 0, signal: null })
})
