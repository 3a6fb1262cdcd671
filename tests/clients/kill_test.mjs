// The promise of `durability: strict`, as it ships: what anyone else has received is never lost.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, test } from 'node:test'
import { assertSound } from '../stores/stored.mjs'
import { waitFor } from '../support/server.mjs'
import { contentOf, killRounds } from './kill_rounds.mjs'
import { seeds, soak } from './random.mjs'
import { RawClient } from './raw_client.mjs'
import { endServers, sqliteServer } from './servers.mjs'

after(endServers)

const rounds = soak ? 250 : 20

function documentsIn (db) {
  const rows = execFileSync('sqlite3', ['-readonly', '-json', db, 'SELECT id, content, version FROM documents ORDER BY id'], { encoding: 'utf8' })
  return JSON.parse(rows || '[]')
}

for (const seed of seeds(1, 1)) {
  test(`After kill -9 in ${rounds} rounds a newcomer has all that anyone had received (seed ${seed})`, async () => {
    const { losses, tally, texts, server } = await killRounds({ options: { ...sqliteServer(), set: { 'compaction.updates': 40 } }, seed, rounds, killAfter: [100, 800], writers: 8 })
    assert.deepEqual(losses, [], `seed ${seed}`)
    assert.ok(tally.read > rounds && tally.joined > rounds && tally.overHttp > rounds, `there was something to lose: ${JSON.stringify(tally)}`)

    // All of it once more, after all the kills; a load also brings the readable copy up to date.
    for (const [name, text] of texts) {
      const newcomer = await new RawClient(server, name).whenSynced
      assert.equal(newcomer.text.toString(), text, `${name}, seed ${seed}`)
      await newcomer.leave()
    }
    const expected = [...texts].map(([id, content]) => ({ id, content, version: 0 })).sort((a, b) => a.id < b.id ? -1 : 1)
    await waitFor(() => { assert.deepEqual(documentsIn(server.db), expected); return true }, { what: `the readable text in the database, seed ${seed}` })
    assert.equal(await contentOf(server, 'kill/1'), texts.get('kill/1'))
    assert.deepEqual(await server.kill(), { code: 0, signal: null })
    assertSound(server.db)
  })
}
