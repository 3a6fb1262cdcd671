// Rounds of writing under a server that is killed: what had anyone else received, and is it there afterwards?
//
// In a round several clients write without pause while others look on: clients that only read, clients that have just
// joined, and a reader over HTTP. Then the server gets SIGKILL. What had left it by then is taken in, all clients end for
// good, the server starts again on the same data, and a newcomer is asked for all that any of them had received. (To a
// writer, what it received counts as well: others' edits, and its own when the server repeats them.)

import assert from 'node:assert/strict'
import * as Y from 'yjs'
import { pause, Random } from './random.mjs'
import { RawClient, whatIsMissing } from './raw_client.mjs'
import { startServer } from './servers.mjs'

const readerCount = 2
const joinerCount = 2    // this many come and go at any time
const roundsPerDocument = 3

/**
 * Runs `rounds` rounds, or fewer once `enough(losses)`. Gives the running server and its last state, `losses` (one
 * `{round, who, what}` each) and `tally`, which tells that there was something to lose.
 */
export async function killRounds ({ options, seed, rounds, killAfter, writers = 4, enough = () => false }) {
  const random = new Random(seed)
  const run = { losses: [], tally: { read: 0, joined: 0, overHttp: 0, neverStored: 0 }, texts: new Map() }
  let server = await startServer(options)
  let before = []    // what the last newcomer to this document has received
  for (let round = 1; round <= rounds && !enough(run.losses); ++round) {
    if (round % roundsPerDocument === 1) before = []
    const name = `kill/${Math.ceil(round / roundsPerDocument)}`
    const seen = await writeUntilKilled(server, name, writers, random, round, killAfter)
    seen.observers.push({ who: 'the newcomer of the round before', received: before })
    server = await startServer(options)
    const newcomer = await new RawClient(server, name).whenSynced
    before = newcomer.received
    run.losses.push(...lossesOf(seen, newcomer.doc).map(loss => ({ round, ...loss })))
    count(run.tally, seen, newcomer.doc)
    run.texts.set(name, newcomer.text.toString())
    assert.equal(await contentOf(server, name), newcomer.text.toString(), 'a reader over HTTP and a newcomer see the same')
    await newcomer.leave()
  }
  return { ...run, server }
}

async function writeUntilKilled (server, name, writers, random, round, killAfter) {
  const clients = { writers: open(writers), readers: open(readerCount), joiners: [] }
  const seen = { words: new Map(), http: { words: new Set(), vanished: new Set() } }
  function open (count) { return Array.from({ length: count }, () => new RawClient(server, name)) }
  await Promise.all([...clients.writers, ...clients.readers].map(client => client.whenSynced))

  const life = { over: false }
  const busy = [
    ...clients.writers.map((client, index) => write(client, `${round}${'abcdefgh'[index]}`, seen.words, random, life)),
    ...Array.from({ length: joinerCount }, () => joinAndLeave(server, name, clients.joiners, random, life)),
    readOverHttp(server, name, seen.http, life)
  ]
  await pause(random.between(...killAfter))
  assert.ok([...clients.writers, ...clients.readers].every(client => client.connected), `everyone is connected\n${server.logs()}`)
  const { signal } = await server.kill('SIGKILL')
  assert.equal(signal, 'SIGKILL', `the server ended by itself\n${server.logs()}`)
  life.over = true
  await Promise.all(busy)
  await Promise.all(Object.values(clients).flat().map(client => client.whenClosed))
  return { ...seen, writers: clients.writers, observers: observersOf(clients) }
}

function observersOf ({ writers, readers, joiners }) {
  const as = who => client => ({ who, received: client.received })
  return [...readers.map(as('a reader')), ...joiners.map(as('a client that had joined')), ...writers.map(as('a writer'))]
}

// ---- what they do until the server is gone ----

/** Words are unique, never split, and parted by one space: whoever finds one later knows which edit made it. */
async function write (client, prefix, words, random, life) {
  for (let n = 0; !life.over && client.connected; ++n) {
    const present = client.text.toString()
    if (present && random.chance(15)) {
      deleteWord(client.text, present, random)
    } else {
      const word = `${prefix}${n}`
      client.text.insert(boundary(present, random), `${word} `)
      words.set(word, { client: client.doc.clientID, clock: Y.getState(client.doc.store, client.doc.clientID) })
    }
    await pause(random.below(8))
  }
}

function boundary (present, random) {
  if (random.chance(50)) return present.length
  return present.indexOf(' ', random.below(present.length + 1)) + 1    // 0 when there is none: the beginning
}

function deleteWord (text, present, random) {
  const end = present.indexOf(' ', random.below(present.length)) + 1
  const start = present.lastIndexOf(' ', end - 2) + 1
  text.delete(start, end - start)
}

async function joinAndLeave (server, name, joiners, random, life) {
  while (!life.over) {
    const client = new RawClient(server, name)
    joiners.push(client)
    await Promise.race([client.whenSynced.catch(() => {}), client.whenClosed])
    await pause(random.between(5, 60))
    if (!life.over) await client.leave()
  }
}

async function readOverHttp (server, name, http, life) {
  while (!life.over) {
    const content = await contentOf(server, name).catch(() => null)    // the server is gone
    if (content === null) return
    const present = new Set(content.split(' '))
    for (const word of http.words) if (!present.has(word)) http.vanished.add(word)
    for (const word of present) if (word) http.words.add(word)
    await pause(5)
  }
}

/** The text as GET gives it; empty for a document that does not exist yet. */
export async function contentOf (server, name) {
  const answer = await fetch(`${server.url}/api/documents/${encodeURIComponent(name)}/content`)
  const body = await answer.text()
  assert.ok(answer.ok || answer.status === 404, `GET content answers ${answer.status}: ${body}`)
  return answer.ok ? body : ''
}

// ---- what became of it ----

function lossesOf ({ observers, words, http }, doc) {
  const losses = []
  for (const { who, received } of observers) {
    const what = whatIsMissing(doc, received)
    if (what) losses.push({ who, what })
  }
  const lost = [...http.words].filter(word => words.has(word) && !isStored(doc, words.get(word)))
  const text = new Set(doc.getText('text').toString().split(' '))
  const undeleted = [...http.vanished].filter(word => text.has(word))
  if (lost.length > 0) losses.push({ who: 'a reader over HTTP', what: `the words ${lost.join(' ')}` })
  if (undeleted.length > 0) losses.push({ who: 'a reader over HTTP', what: `the deletion of ${undeleted.join(' ')}` })
  return losses
}

function isStored (doc, { client, clock }) { return Y.getState(doc.store, client) >= clock }

function count (tally, { observers, writers, http }, doc) {
  const hadReceived = who => observers.filter(observer => observer.who === who && observer.received.length > 0).length
  tally.read += hadReceived('a reader')
  tally.joined += hadReceived('a client that had joined')
  tally.overHttp += http.words.size
  tally.neverStored += writers.filter(writer => whatIsMissing(doc, writer.sent.map(message => message.bytes))).length
}
