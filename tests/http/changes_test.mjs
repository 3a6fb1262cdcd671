// Changes that are made once: by one of many who try, on the state that was read, also when an answer is lost.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RawClient } from '../clients/raw_client.mjs'
import { endServers, startServer } from '../clients/servers.mjs'
import { freshFolder, waitFor } from '../support/server.mjs'

const options = { cwd: freshFolder() }
let server
before(async () => { server = await startServer(options) })
after(endServers)

const urlOf = (name, rest) => `${server.url}/api/documents/${encodeURIComponent(name)}${rest}`
const textOf = async name => (await fetch(urlOf(name, '/content'))).text()
const insert = (text, at = 0) => JSON.stringify({ edits: [{ insert: text, at }] })

async function ask (method, name, rest, body, headers = {}) {
  const answer = await fetch(urlOf(name, rest), { method, body, headers })
  return { status: answer.status, etag: answer.headers.get('etag'), body: await answer.text() }
}
const create = (name, text) => ask('PUT', name, '/content', text)
const edit = (name, body, headers) => ask('POST', name, '/edits', body, headers)

for (const algorithm of ['yjs', 'rga']) {
  const named = name => (algorithm === 'rga' ? `lab/rga/${name}` : name)

  test(`Of many who create a document of ${algorithm} at once exactly one wins`, async () => {
    for (let round = 0; round < 10; ++round) {
      const document = named(`create/${round}`)
      const texts = Array.from({ length: 8 }, (_, n) => `seed ${n} of ${round}`)
      const answers = await Promise.all(texts.map(text => create(document, text)))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)])
      assert.equal(await textOf(document), texts[answers.findIndex(({ status }) => status === 201)])
      assert.equal(JSON.parse((await ask('GET', document, '')).body).updates, 1, 'one update')
    }
  })

  test(`Of many edits of one state of a document of ${algorithm} exactly one is made`, async () => {
    const document = named('match')
    let { etag } = await create(document, '.')
    for (let round = 0; round < 10; ++round) {
      const before = await textOf(document)
      const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => edit(document, insert(`${n} `), { 'if-match': etag })))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)])
      const winner = answers.findIndex(({ status }) => status === 200)
      assert.equal(await textOf(document), `${winner} ${before}`)
      for (const answer of answers) assert.equal(answer.etag, answers[winner].etag, 'all are told the state that there is now')
      etag = answers[winner].etag
    }
  })
}

test('A counter that everybody raises by If-Match loses nothing', async () => {
  await create('counter', '0')
  const raise = async () => {
    for (;;) {
      const content = await ask('GET', 'counter', '/content')
      const edits = [{ delete: content.body.length, at: 0 }, { insert: String(Number(content.body) + 1), at: 0 }]
      const { status } = await edit('counter', JSON.stringify({ edits }), { 'if-match': content.etag })
      if (status === 200) return
      assert.equal(status, 412)
    }
  }
  await Promise.all(Array.from({ length: 6 }, async () => { for (let n = 0; n < 5; ++n) await raise() }))
  assert.equal(await textOf('counter'), '30')
})

test('What is created is seen live, and what a client types changes the state', async () => {
  const watcher = await new RawClient(server, 'live').whenSynced
  const { etag } = await create('live', 'seed')
  await waitFor(() => watcher.text.toString() === 'seed', { what: 'the watcher to see it' })
  watcher.text.insert(4, 'ling')
  await waitFor(async () => await textOf('live') === 'seedling', { what: 'the text to arrive' })
  assert.equal((await edit('live', insert('late '), { 'if-match': etag })).status, 412)
  assert.equal((await ask('GET', 'live', '/content', undefined, { 'if-none-match': etag })).status, 200)
  assert.equal((await edit('live', insert('any '), { 'if-match': '*' })).status, 200)
  await waitFor(() => watcher.text.toString() === 'any seedling', { what: 'the watcher to see the edit' })
  assert.equal((await edit('not there', insert('x'), { 'if-match': '*' })).status, 412)
  await watcher.leave()
})

test('A key is worked on once, however often and however close together it is sent', async () => {
  const headers = { 'idempotency-key': 'once' }
  const answers = await Promise.all(Array.from({ length: 10 }, () => edit('keys', insert('once '), headers)))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(answers[0].status, 200)
  assert.equal(await textOf('keys'), 'once ')
  await edit('keys', insert('between '))
  assert.deepEqual(await edit('keys', insert('once '), headers), answers[0], 'the answer that was given')
  assert.equal((await edit('keys', insert('other '), headers)).status, 422)
  assert.equal((await edit('other keys', insert('once '), headers)).status, 200, 'a key is of one document')
  assert.equal(await textOf('keys'), 'between once ')
})

test('A key is known again when kill -9 took the answer away', async () => {
  for (let round = 0; round < 12; ++round) {
    const document = `lost/${round}`
    await create(document, '.')
    const headers = { 'idempotency-key': `key ${round}` }
    const lost = edit(document, insert('once'), headers).catch(() => null)
    await new Promise(resolve => setTimeout(resolve, round))    // so that rounds differ, nothing waits for it
    await server.kill('SIGKILL')
    const answer = await lost
    server = await startServer(options)
    if (answer) assert.equal(answer.status, 200)
    assert.equal((await edit(document, insert('once'), headers)).status, 200)
    assert.equal(await textOf(document), 'once.')
  }
})

test('States have the same names after a restart', async () => {
  const { etag } = await create('restarted', 'x')
  await server.kill('SIGKILL')
  server = await startServer(options)
  assert.equal((await ask('GET', 'restarted', '/content', undefined, { 'if-none-match': etag })).status, 304)
  assert.equal((await edit('restarted', insert('y'), { 'if-match': etag })).status, 200)
})
