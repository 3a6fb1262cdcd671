// Message 120 on connections opened with `?saved=1`: of the step 2 and update messages that this connection has sent, the
// first n are committed. A page's "all changes saved" counts on it, so it must never run ahead of the store.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { waitFor } from '../support/server.mjs'
import { pause, Random, seeds, soak } from './random.mjs'
import { RawClient, whatIsMissing } from './raw_client.mjs'
import { endServers, lateServer, sqliteServer, startServer, withoutGate } from './servers.mjs'

after(endServers)

const delayMs = 150
const rounds = soak ? 100 : 6

const lastCount = client => client.saved.at(-1)?.count ?? 0

async function writeFor (client, ms, random) {
  for (const end = performance.now() + ms; performance.now() < end && client.connected;) {
    const length = client.text.length
    if (length > 10 && random.chance(20)) client.text.delete(random.below(length - 5), 1 + random.below(5))
    else client.text.insert(random.below(length + 1), `${random.below(1000)} `)
    await pause(random.below(10))
  }
}

test('Only connections that asked for it get the count', async () => {
  const server = await startServer(sqliteServer())
  const asking = await new RawClient(server, 'saved', '?saved=1').whenSynced
  const silent = await new RawClient(server, 'saved').whenSynced
  asking.text.insert(0, 'mine ')
  silent.text.insert(0, 'yours ')
  await waitFor(() => lastCount(asking) === asking.sent.length, { what: 'the count' })
  await waitFor(() => asking.text.length === silent.text.length, { what: 'both texts' })
  assert.deepEqual(silent.saved, [])
  await Promise.all([asking.leave(), silent.leave()])
  await server.kill()
})

/** Three clients write for a second, and wait until all they have sent is saved. Gives what came too early, and how much was sent. */
async function countsOf (options, seed) {
  const random = new Random(seed)
  const server = await startServer(options)
  const clients = await Promise.all([1, 2, 3].map(() => new RawClient(server, 'saved', '?saved=1').whenSynced))
  await Promise.all(clients.map(client => writeFor(client, 1000, random)))
  for (const client of clients) {
    await waitFor(() => lastCount(client) === client.sent.length, { what: `all of ${client.sent.length} messages to be saved, seed ${seed}` })
    assertCountsGrow(client, seed)
    await client.leave()
  }
  assert.deepEqual(await server.kill(), { code: 0, signal: null })
  return { early: clients.flatMap(tooEarly), sent: clients.flatMap(client => client.sent).length }
}

function assertCountsGrow (client, seed) {
  let previous = 0
  for (const { count } of client.saved) {
    assert.ok(count > previous && count <= client.sent.length, `${count} comes after ${previous}, seed ${seed}`)
    previous = count
  }
}

/** Messages that were called saved before the store can have committed them, with the time that it took. */
function tooEarly ({ saved, sent }) {
  // The first message is the empty step 2 that answered the server: it has nothing to commit.
  return saved.map(({ count, at }) => ({ count, waited: at - sent[count - 1].at })).filter(({ count, waited }) => count > 1 && waited < delayMs)
}

for (const seed of seeds(1, 1)) {
  test(`The count never comes before the commit, grows, and reaches all that was sent (seed ${seed})`, async () => {
    const { early, sent } = await countsOf(lateServer({ delay: `${delayMs}ms` }), seed)
    assert.deepEqual(early, [], `seed ${seed}`)
    assert.ok(sent > 60, `there was something to count: ${sent} messages`)
  })

  test(`The test sees a count that runs ahead of the store (seed ${seed})`, async () => {
    const { early } = await countsOf(lateServer({ delay: `${delayMs}ms`, program: withoutGate }), seed)
    assert.ok(early.length > 0, `seed ${seed}`)
  })

  for (const [store, options] of [['sqlite', sqliteServer()], ['a store that commits late', lateServer({ delay: `${delayMs}ms` })]]) {
    test(`On ${store}, what was counted is there after kill -9 (seed ${seed})`, async () => {
      const random = new Random(seed)
      let server = await startServer(options)
      let counted = 0
      let uncounted = 0
      for (let round = 1; round <= rounds; ++round) {
        const name = `saved/${round}`
        const clients = await Promise.all([1, 2, 3].map(() => new RawClient(server, name, '?saved=1').whenSynced))
        const writing = clients.map(client => writeFor(client, 10_000, random))
        await pause(random.between(200, 900))
        await server.kill('SIGKILL')
        await Promise.all([...writing, ...clients.map(client => client.whenClosed)])

        server = await startServer(options)
        const newcomer = await new RawClient(server, name).whenSynced
        for (const client of clients) {
          const bytes = client.sent.map(message => message.bytes)
          const count = lastCount(client)
          counted += count
          uncounted += bytes.length - count
          assert.equal(whatIsMissing(newcomer.doc, bytes.slice(0, count)), null, `of ${count} counted messages, round ${round}, seed ${seed}`)
        }
        await newcomer.leave()
      }
      assert.ok(counted > rounds && uncounted > 0, `there was something to lose: ${counted} counted, ${uncounted} not`)
      assert.deepEqual(await server.kill(), { code: 0, signal: null })
    })
  }
}
