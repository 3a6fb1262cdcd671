// weft doctor on a store that a real server wrote.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { freshFolder } from '../support/server.mjs'
import { endServers, startServer } from '../clients/servers.mjs'
import { sql, urlOf, weft, write, writtenStore } from './stored.mjs'

const names = ['notes', 'lab/rga/list', 'Caf\u00e9 \u{1f469}\u200d\u{1f4bb}']
let db
before(async () => { db = await writtenStore(names) })
after(endServers)

test('A store that a server wrote is sound', () => {
  const { code, out, err } = weft('doctor', db)
  assert.deepEqual({ code, err }, { code: 0, err: '' })
  assert.match(out, /^3 documents, [\d.]+ KiB: all is sound\n$/)
})

test('While a server uses a store, the doctor says so and does not touch it', async () => {
  const server = await startServer()
  await write(server, 'busy', 1)
  const { code, err } = weft('doctor', server.db)
  assert.equal(code, 1)
  assert.match(err, new RegExp(`^STORE: path: ".*weft.db": in use by another weft \\(pid ${server.pid}, since .*\\), which holds .*\\n.*stop the server, or take a copy`))
  assert.equal((await fetch(urlOf(server, 'busy'))).status, 200)
})

test('A file that is not there is not made', () => {
  const missing = join(freshFolder(), 'no.db')
  const { code, err } = weft('doctor', missing)
  assert.deepEqual({ code, err }, { code: 1, err: `STORE: path: there is no "${missing}"\n` })
  assert.ok(!existsSync(missing))
})

test('--document explains one, --config takes the configured store', () => {
  const { code, out } = weft('doctor', '--set', `storage.path=${db}`, '--document', 'notes')
  assert.equal(code, 0)
  assert.match(out, /^notes: yjs, seq 26, compacted up to \d+, epoch 2\n/)
  assert.match(out, /versions {4}2, the newest is 2 of 20.* "after 20" by Anna\n/)
  assert.match(out, /items {7}\d+ \(0 % of them tombstones\) by \d+ actors, \d+ visible units\n/)
  assert.equal(weft('doctor', db, '--document', 'nowhere').code, 1)
})

test('--export writes every document as text, JSON and update', () => {
  const folder = join(freshFolder(), 'out')
  assert.equal(weft('doctor', db, '--export', folder).code, 0)
  assert.equal(readdirSync(folder).length, 9)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, readFileSync(join(folder, 'notes.update')))
  const text = readFileSync(join(folder, 'notes.txt'), 'utf8')
  assert.equal(text, doc.getText('text').toString())
  assert.match(text, /^edit 25 of notes\n.*edit 1 of notes\nnotes\n$/s)
  assert.ok(existsSync(join(folder, 'lab%2Frga%2Flist.txt')))
  const again = weft('doctor', db, '--export', folder)
  assert.equal(again.code, 1)
  assert.match(again.err, /is not empty: name a new folder/)
})

test('A damaged document is told in one line, and --repair makes a sound store of the rest', async () => {
  const damaged = join(freshFolder(), 'damaged.db')
  sql(db, `VACUUM INTO '${damaged}'`)
  sql(damaged, `DELETE FROM weft_segments WHERE first_seq = 12 AND doc_key = (SELECT key FROM weft_documents WHERE name = 'notes')`)
  const { code, out } = weft('doctor', damaged)
  assert.equal(code, 1)
  assert.match(out, /^notes: nothing is stored of seqs? 12.*What to do: .*--repair NEW.*\n3 documents, [\d.]+ KiB: 1 not sound\n$/)

  const repaired = join(freshFolder(), 'repaired.db')
  const repair = weft('doctor', damaged, '--repair', repaired)
  assert.equal(repair.code, 1)
  assert.match(repair.out, /\nnotes: copied; left behind: the history behind seq 11 as single updates; 15 updates that cannot be read, or build on one that cannot; version 2\n/)
  assert.match(weft('doctor', repaired).out, /all is sound\n$/)
  assert.equal(sql(repaired, "SELECT max(version), count(*) FROM documents WHERE id LIKE 'Caf%'"), '2|1\n')

  const server = await startServer({ cwd: freshFolder(), set: { 'storage.path': repaired } })
  assert.match(await (await fetch(urlOf(server, 'notes', '/content'))).text(), /^edit 10 of notes\n.*\nnotes\n$/s)
  assert.match(await (await fetch(urlOf(server, names[2], '/content'))).text(), /^edit 25 of Caf\u00e9/)
})
