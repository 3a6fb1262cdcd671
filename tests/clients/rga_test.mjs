// A second algorithm through the same server: clients that speak its bytes converge whatever connections they lose, and what
// anyone has received survives kill -9.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freshFolder, waitFor } from '../support/server.mjs'
import { pause, Random, seeds, soak } from './random.mjs'
import { RgaClient } from './rga_client.mjs'
import { RgaReplica } from './rga_replica.mjs'
import { endServers, startServer } from './servers.mjs'

after(endServers)

const clientCount = 6
const turns = 200
const words = ['a', 'bc', 'ä', '😀', 'x👩‍👩‍👧y', '\n']

function editSomething (client, random) {
  const length = [...client.text].length
  if (length > 0 && random.chance(35)) {
    const position = random.below(length)
    client.erase(position, random.between(1, Math.min(4, length - position)))
  } else {
    client.insert(random.below(length + 1), random.pick(words))
  }
}

async function allSynced (clients, what) {
  await waitFor(() => clients.every(client => client.synced), { what: `${what}: everyone to be synced` })
}

async function contentOf (server, name) {
  const answer = await fetch(`${server.url}/api/documents/${encodeURIComponent(name)}/content`)
  return answer.ok ? answer.text() : ''
}

async function converge (server, seed) {
  const what = `seed ${seed}`
  const random = new Random(seed)
  const name = `lab/rga/converge/${seed}`
  const clients = Array.from({ length: clientCount }, () => new RgaClient(name, random).connect(server))
  for (let turn = 0; turn < turns; ++turn) {
    const client = random.pick(clients)
    if (random.chance(6)) {
      if (client.connected) client.disconnect()
      else client.connect(server)
    } else {
      editSomething(client, random)
    }
    if (random.chance(30)) await pause(random.below(8))
  }
  for (const client of clients) {
    await client.disconnect()
    client.connect(server)
  }
  await allSynced(clients, what)
  await waitFor(() => { for (const client of clients) assert.deepEqual(client.replica.known, clients[0].replica.known); return true }, { what: `${what}: all to know the same` })
  for (const client of clients) {
    assert.equal(client.replica.parkedCount, 0, what)
    assert.equal(client.text, clients[0].text, what)
  }
  assert.equal(await contentOf(server, name), clients[0].text, `${what}: over HTTP`)
  const newcomer = new RgaClient(name, random).connect(server)
  await allSynced([newcomer], what)
  assert.equal(newcomer.text, clients[0].text, `${what}: the newcomer`)
  await Promise.all([...clients, newcomer].map(client => client.disconnect()))
}

test('Clients of rga end equal, whatever connections they lose', async () => {
  const server = await startServer()
  for (const seed of seeds(8, 300)) await converge(server, seed)
  const { documents } = await (await fetch(`${server.url}/api/documents?prefix=lab`)).json()
  assert.ok(documents.length > 0 && documents.every(document => document.algorithm === 'rga'))
  assert.deepEqual(await server.kill(), { code: 0, signal: null })
})

// ---- kill -9 ----

/** Clients write and read until the server is killed under them; gives all that they received from it. */
async function writeUntilKilled (server, name, random) {
  const clients = Array.from({ length: 5 }, () => new RgaClient(name, random).connect(server))
  await allSynced(clients, 'before the writing')
  let over = false
  const write = async client => {
    while (!over && client.connected) {
      editSomething(client, random)
      await pause(random.below(6))
    }
  }
  const writing = clients.slice(0, 3).map(write)    // the others only read
  await pause(random.between(100, 600))
  const { signal } = await server.kill('SIGKILL')
  over = true
  assert.equal(signal, 'SIGKILL', `the server ended by itself\n${server.logs()}`)
  await Promise.all(writing)
  await Promise.all(clients.map(client => client.whenClosed))
  return clients.map(client => client.received)
}

/** What one client received, as operations that a newcomer must know as well. */
function assertHasAll (newcomer, received, what) {
  const observer = new RgaReplica(1)
  for (const update of received) observer.apply(update)
  const had = newcomer.replica.known
  for (const [actor, clock] of Object.entries(observer.known)) {
    assert.ok((had[actor] ?? 0) >= clock, `${what}: of actor ${actor} ${clock} operations were seen, and ${had[actor] ?? 0} are there`)
  }
}

const rounds = soak ? 200 : 8
for (const seed of seeds(1, 1)) {
  test(`After kill -9 in ${rounds} rounds a newcomer to a document of rga has all that anyone had received (seed ${seed})`, async () => {
    const random = new Random(seed)
    const options = { cwd: freshFolder() }
    let server = await startServer(options)
    let seen = 0
    for (let round = 1; round <= rounds; ++round) {
      const name = `lab/rga/kill/${Math.ceil(round / 3)}`
      const received = await writeUntilKilled(server, name, random)
      seen += received.flat().length
      server = await startServer(options)
      const newcomer = new RgaClient(name, random).connect(server)
      await allSynced([newcomer], `round ${round}`)
      for (const updates of received) assertHasAll(newcomer, updates, `seed ${seed}, round ${round}`)
      assert.equal(await contentOf(server, name), newcomer.text, `seed ${seed}, round ${round}: over HTTP`)
      await newcomer.disconnect()
    }
    assert.ok(seen > rounds * 20, `there was something to lose: ${seen} messages`)
    assert.deepEqual(await server.kill(), { code: 0, signal: null })
  })
}

// ---- which algorithm a document has ----

const statusOf = async (server, name) => (await fetch(`${server.url}/api/documents/${encodeURIComponent(name)}/content`)).status

test('A stored document keeps its algorithm, and answers 4404 and 409 where that is not loaded', async () => {
  const random = new Random(1)
  const cwd = freshFolder()
  const write = async (server, name, text) => {
    const client = new RgaClient(name, random).connect(server)
    await allSynced([client], name)
    client.insert(0, text)
    await waitFor(async () => await contentOf(server, name) === text, { what: `${name} to be stored` })
    await client.disconnect()
  }
  const first = await startServer({ cwd })
  await write(first, 'lab/rga/kept', 'made by rga')
  await first.kill()

  const renamed = await startServer({ cwd, set: { 'crdt.by_name': '[]', 'crdt.plugins': '{yjs: {}, rga: {}}' } })
  const reader = new RgaClient('lab/rga/kept', random).connect(renamed)
  await allSynced([reader], 'a document that no glob names any more')
  assert.equal(reader.text, 'made by rga')
  await reader.disconnect()
  await renamed.kill()

  const without = await startServer({ cwd, set: { 'crdt.by_name': '[]', 'crdt.plugins': '{yjs: {}}' } })
  const refused = new RgaClient('lab/rga/kept', random).connect(without)
  await refused.whenClosed
  assert.equal(refused.closeCode, 4404)
  assert.equal(await statusOf(without, 'lab/rga/kept'), 409)
  assert.equal(await statusOf(without, 'lab/rga/other'), 404, 'all others go on')
  await without.kill()
})
