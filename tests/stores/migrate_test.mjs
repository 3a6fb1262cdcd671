// weft migrate between stores of real servers: SQLite and PostgreSQL, and killed in between.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { freshFolder } from '../support/server.mjs'
import { startPostgres } from '../support/postgres.mjs'
import { endServers, startServer } from '../clients/servers.mjs'
import { soak } from '../clients/random.mjs'
import { sql, urlOf, weft, weftKilled, writtenStore } from './stored.mjs'

const names = ['lab/rga/list', ...Array.from({ length: 20 }, (_, n) => `notes ${n}`)]
const told = new RegExp(`^${names.length} documents, [\\d.]+ KiB: all are copied, with equal digests\n$`)
let db
before(async () => { db = await writtenStore(names) })
after(endServers)

/** All that a store holds: what is exported of each document, and its versions with all their columns. */
function contentOf (store, versions) {
  const folder = join(freshFolder(), 'out')
  const { code, out } = weft('doctor', store, '--export', folder)
  assert.equal(code, 0, out)
  const files = readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'base64')])
  return { files, versions: versions(`SELECT document_id, version_number, label, author, seq, kind, content FROM document_versions ORDER BY 1, 2`) }
}
const timesOf = file => sql(file, 'SELECT document_id, version_number, created_at FROM document_versions ORDER BY 1, 2')

test('To PostgreSQL and back all documents have their content, seqs and versions', async () => {
  const postgres = await startPostgres()
  try {
    const there = weft('migrate', db, postgres.url)
    assert.equal(there.code, 0, there.out + there.err)
    assert.ok(there.out.startsWith(`${2 * names.length} versions have the time of this copy: TO keeps its own clock\n`), there.out)
    const back = join(freshFolder(), 'back.db')
    assert.match(weft('migrate', postgres.url, back).out, told)
    const original = contentOf(db, text => sql(db, text))
    assert.deepEqual(contentOf(postgres.url, text => postgres.psql(text)), original)
    assert.deepEqual(contentOf(back, text => sql(back, text)), original)
    const heads = 'SELECT id, version, seq, content FROM documents ORDER BY id'
    assert.equal(sql(back, heads), sql(db, heads))

    const server = await startServer({ cwd: freshFolder(), set: { 'storage.path': back } })
    const { versions } = await (await fetch(urlOf(server, 'notes 3', '/versions'))).json()
    assert.deepEqual(versions.map(({ number, label, author }) => ({ number, label, author })),
      [{ number: 2, label: 'after 20', author: 'Anna' }, { number: 1, label: 'after 10', author: 'Anna' }])
    assert.equal(await (await fetch(urlOf(server, 'notes 3', '/versions/1/content'))).text(),
      Array.from({ length: 10 }, (_, n) => `edit ${10 - n} of notes 3\n`).join('') + 'notes 3\n')
  } finally {
    await postgres.stop('SIGQUIT')
  }
})

test('To a file the versions keep their times too', () => {
  const copy = join(freshFolder(), 'copy.db')
  assert.match(weft('migrate', db, copy).out, told)
  assert.equal(timesOf(copy), timesOf(db))
})

test('Killed with -9 at any moment, it goes on and ends with equal digests', async () => {
  const whole = join(freshFolder(), 'whole.db')
  assert.equal(weft('migrate', db, whole).code, 0)
  const bytes = statSync(whole).size
  const rounds = soak ? 50 : 4
  for (let round = 0; round < rounds; ++round) {
    const to = join(freshFolder(), 'to.db')
    const written = () => [to, `${to}-wal`].filter(file => existsSync(file)).reduce((sum, file) => sum + statSync(file).size, 0)
    const enough = bytes * (round + 1) / (rounds + 1)
    assert.ok(await weftKilled(['migrate', db, to], () => written() > enough), `round ${round}: it was killed before its end`)
    assert.equal(weft('doctor', to).code, 0, 'what stands there is sound at every moment')
    assert.match(weft('migrate', db, to).out, told)
    assert.deepEqual(contentOf(to, text => sql(to, text)), contentOf(db, text => sql(db, text)))
  }
})

test('A store in use, and a document that differs, are refused', async () => {
  const server = await startServer({ cwd: freshFolder() })
  const busy = weft('migrate', db, server.db)
  assert.equal(busy.code, 1)
  assert.match(busy.err, /^TO: path: ".*": in use by another weft/)
  await fetch(urlOf(server, 'notes 1', '/content'), { method: 'PUT', body: 'my own' })
  await server.kill()
  const other = weft('migrate', db, server.db)
  assert.equal(other.code, 1)
  assert.match(other.out, /^notes 1: not copied: notes 1 stands in the new store already, and is another/m)
  assert.equal(sql(server.db, "SELECT content FROM documents WHERE id = 'notes 1'"), 'my own\n')
})
