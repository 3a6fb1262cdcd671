// The promise of `durability: strict` on PostgreSQL: the server killed under its clients, and the database killed under the server.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertSound } from '../stores/stored.mjs'
import { freshFolder, sourceDir, waitFor } from '../support/server.mjs'
import { startPostgres } from '../support/postgres.mjs'
import { contentOf, killRounds } from './kill_rounds.mjs'
import { pause, seeds, soak } from './random.mjs'
import { RawClient } from './raw_client.mjs'
import { endServers, startServer } from './servers.mjs'

const rounds = soak ? 200 : 6
let postgres

before(async () => { postgres = await startPostgres() })
after(async () => {
  await endServers()
  await postgres.stop('SIGQUIT')
})

/** What `startServer` takes: config/postgres.yaml as it stands. */
function postgresServer () {
  return {
    cwd: freshFolder(),
    config: join(sourceDir, 'config', 'postgres.yaml'),
    env: { DATABASE_URL: postgres.url },
    set: { transports: '[{plugin: websocketpp, listen: "127.0.0.1:0"}]', 'storage.plugin': 'postgres', 'compaction.updates': 40 }
  }
}

/** What `psql` shows of a document: its text and its version. */
const shown = name => postgres.psql(`SELECT content, version FROM documents WHERE id = '${name}'`)

for (const seed of seeds(1, 1)) {
  test(`After kill -9 in ${rounds} rounds under 8 writers a newcomer has all that anyone had received (seed ${seed})`, async () => {
    const { losses, tally, texts, server } = await killRounds({ options: postgresServer(), seed, rounds, killAfter: [100, 800], writers: 8 })
    assert.deepEqual(losses, [], `seed ${seed}`)
    assert.ok(tally.read > rounds && tally.joined > rounds && tally.overHttp > rounds, `there was something to lose: ${JSON.stringify(tally)}`)
    for (const [name, text] of texts) {
      const newcomer = await new RawClient(server, name).whenSynced
      assert.equal(newcomer.text.toString(), text, `${name}, seed ${seed}`)
      await newcomer.leave()
      await waitFor(() => shown(name) === `${text}|0\n`, { what: `the readable text of ${name} in the database` })
    }
    assert.equal(postgres.psql(`SELECT count(*) FROM weft_documents AS d JOIN weft_heads AS h USING (key) WHERE h.head - h.covered <>
                                (SELECT count(*) FROM weft_updates AS u WHERE u.bucket = d.bucket AND u.doc_key = d.key)`), '0\n', 'seqs are dense')
    assert.deepEqual(await server.kill(), { code: 0, signal: null })
    assertSound(postgres.url)
  })
}

test('While the database is dead, writers keep what they wrote, and it is stored when the database is back', async () => {
  const server = await startServer(postgresServer())
  const writer = await new RawClient(server, 'outage', '?saved=1').whenSynced
  const write = word => writer.text.insert(writer.text.length, `${word} `)
  const allSaved = () => waitFor(() => writer.saved.at(-1)?.count === writer.sent.length, { what: 'message saved' })
  write('before')
  await allSaved()
  const savedBefore = writer.saved.at(-1).count

  await postgres.stop('SIGQUIT')
  for (let n = 0; n < 20; ++n) {
    write(`down${n}`)
    await pause(5)
  }
  assert.equal(writer.saved.at(-1).count, savedBefore, 'nothing is acknowledged that is not stored')
  await postgres.start()
  const back = Date.now()
  await allSaved()
  // The kernel's own back-off is 5 s at the most.
  assert.ok(Date.now() - back < 6000, `stored ${Date.now() - back} ms after the database was back`)

  const text = writer.text.toString()
  assert.match(text, /^before down0 .*down19 $/)
  const newcomer = await new RawClient(server, 'outage').whenSynced
  assert.equal(newcomer.text.toString(), text)
  assert.equal(await contentOf(server, 'outage'), text)
  await waitFor(() => shown('outage') === `${text}|0\n`, { what: 'the readable text in the database' })
  assert.deepEqual(await server.kill(), { code: 0, signal: null })
})

test('What the README says to verify persistence with prints text and numbers, no bytes', async () => {
  const server = await startServer(postgresServer())
  const writer = await new RawClient(server, 'readme', '?saved=1').whenSynced
  writer.text.insert(0, 'Caf\u00e9 \u{1f469}\u200d\u{1f4bb}')
  await waitFor(() => writer.saved.length > 0, { what: 'message saved' })
  await server.kill()
  const printed = postgres.psql("SELECT * FROM documents WHERE id = 'readme'; SELECT * FROM document_versions; SELECT * FROM document_updates WHERE document_id = 'readme'")
  assert.match(printed, /^readme\|Caf\u00e9 \u{1f469}\u200d\u{1f4bb}\|0\|yjs\|1\|20\d\d-[^|]+\nreadme\|1\|\d+\|20\d\d-[^|]+\n$/u)
  assert.ok(!printed.includes('\\x'))
})
