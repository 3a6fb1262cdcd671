// A version is brought back while four clients type into everything that Yjs has: text with formats, a map, nested arrays, XML.
// They end with the version and what they typed meanwhile, and going back to what was kept undoes it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import * as Y from 'yjs'
import { waitFor } from '../support/server.mjs'
import { pause, Random, seeds } from './random.mjs'
import { editSomething, shown } from './random_edits.mjs'
import { RawClient } from './raw_client.mjs'
import { endServers, startServer } from './servers.mjs'

const clientCount = 4
const editsBefore = 40
const tokensEach = 6
const seedsAtOnce = 4

let server
before(async () => { server = await startServer({ set: { 'compaction.updates': 25 } }) })    // the history is compacted all the time
after(endServers)

async function call (method, path, body) {
  const response = await fetch(`${server.url}/api/documents/${path}`, {
    method, headers: { 'content-type': 'application/json', accept: 'application/json' }, body: body && JSON.stringify(body)
  })
  assert.ok(response.ok, `${method} ${path} answers ${response.status}: ${response.ok ? '' : await response.text()}`)
  return response.json()
}

/** Puts what is like nothing else at random places of every type, so that it can be found again, and taken out. */
function typeToken (doc, random, token) {
  const kind = random.below(4)
  doc.transact(() => {
    if (kind === 0) {
      const text = doc.getText('text')
      // Without formats of its own: Yjs ends those by a mark with the format that was there, which holds for whatever comes to stand behind it.
      text.insert(random.pick(placesIn(text)), token)
    } else if (kind === 1) {
      doc.getMap('map').set(token, random.below(100))
    } else if (kind === 2) {
      const array = doc.getArray('array')
      array.insert(random.below(array.length + 1), [token])
    } else {
      const xml = doc.getXmlFragment('xml')
      const element = new Y.XmlElement('token')
      element.setAttribute('id', token)
      xml.insert(random.below(xml.length + 1), [element])
    }
  })
}

// Between the pieces of the text: never inside a surrogate pair, nor inside another token.
function placesIn (text) {
  const places = [0]
  for (const { insert } of text.toDelta()) places.push(places.at(-1) + (typeof insert === 'string' ? insert.length : 1))
  return places
}

const tokenPattern = /‹\d+›/g
const xmlTokenPattern = /<token id="(‹\d+›)"><\/token>/g

function tokensIn (view) {
  return new Set(JSON.stringify(view).match(tokenPattern) ?? [])
}

/** What `shown` gives, as it would be if no token had been typed. */
function withoutTokens (view) {
  const text = []
  for (const { insert, attributes } of view.text) {
    const rest = typeof insert === 'string' ? insert.replaceAll(tokenPattern, '') : insert
    const last = text.at(-1)
    if (rest === '') continue
    if (typeof rest === 'string' && typeof last?.insert === 'string' && isDeepStrictEqual(last.attributes, attributes)) last.insert += rest
    else text.push({ insert: rest, attributes })
  }
  return {
    text,
    map: Object.fromEntries(Object.entries(view.map).filter(([key]) => !key.match(tokenPattern))),
    array: view.array.filter(item => typeof item !== 'string' || !item.match(tokenPattern)),
    xml: view.xml.replaceAll(xmlTokenPattern, '')
  }
}

class Crowd {
  constructor (name, random) {
    this.name = name
    this.path = encodeURIComponent(name)
    this.random = random
    this.clients = Array.from({ length: clientCount }, () => new RawClient(server, name, '?saved=1'))
    this.typed = []
  }

  async edit (count) {
    for (let i = 0; i < count; ++i) {
      editSomething(this.random.pick(this.clients).doc, this.random)
      if (this.random.chance(30)) await pause(0)
    }
  }

  async typeTokens () {
    for (let i = 0; i < tokensEach * clientCount; ++i) {
      this.typed.push(`‹${this.typed.length}›`)
      typeToken(this.random.pick(this.clients).doc, this.random, this.typed.at(-1))
      if (this.random.chance(50)) await pause(this.random.below(3))
    }
  }

  /** All that was typed is stored, and everybody has it. Gives what they show. */
  async settled () {
    await waitFor(async () => {
      if (this.clients.some(client => client.saved.at(-1)?.count !== client.sent.length)) return false
      const stored = await this.storedState()
      return this.clients.every(client => Y.equalSnapshots(Y.snapshot(client.doc), stored))
    }, { what: `all of ${this.name} to have the same` })
    const views = this.clients.map(client => shown(client.doc))
    for (const view of views) assert.deepEqual(view, views[0])
    assert.ok(this.clients.every(client => client.connected), 'nobody had to reconnect')
    return views[0]
  }

  async storedState () {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, new Uint8Array(await (await fetch(`${server.url}/api/documents/${this.path}/update`)).arrayBuffer()))
    return Y.snapshot(doc)
  }

  async nameVersion (label) { return (await call('POST', `${this.path}/versions`, { label })).number }
  restore (version) { return call('POST', `${this.path}/versions/${version}/restore`, { author: `client ${version}` }) }
  contentOf (version) { return call('GET', `${this.path}/versions/${version}/content`) }
  content () { return call('GET', `${this.path}/content`) }
  leave () { return Promise.all(this.clients.map(client => client.leave())) }
}

/** The version came back; of the tokens, those that are in nothing that was kept must be there, as they were typed behind it. */
async function expectBack (crowd, recorded, keptVersions) {
  const view = await crowd.settled()
  assert.deepEqual(withoutTokens(view), recorded)
  const there = tokensIn(view)
  const kept = (await Promise.all(keptVersions.map(number => crowd.contentOf(number)))).map(tokensIn)
  for (const token of crowd.typed) {
    assert.ok(there.has(token) || kept.some(tokens => tokens.has(token)), `${token} was typed meanwhile, and is nowhere`)
  }
  return [...there].length
}

/** Gives how many tokens stayed. */
async function goBackUnderFire (seed, both) {
  const random = new Random(seed)
  const crowd = new Crowd(`restore/${both ? 'two' : 'one'}/${seed}`, random)
  await Promise.all(crowd.clients.map(client => client.whenSynced))
  const versions = []
  for (const label of both ? ['first', 'second'] : ['first']) {
    await crowd.edit(editsBefore)
    const view = await crowd.settled()
    versions.push({ number: await crowd.nameVersion(label), view: withoutTokens(view) })
  }
  await crowd.edit(editsBefore)
  const present = await crowd.settled()

  const restoring = Promise.all(versions.map(version => crowd.restore(version.number)))
  await crowd.typeTokens()
  const restored = await restoring
  // Nothing is kept when the content was the same already.
  const last = restored.reduce((latest, { kept }, i) => (kept ?? 0) >= (restored[latest].kept ?? 0) ? i : latest, 0)
  const kept = restored.map(answer => answer.kept).filter(number => number !== null)
  const stayed = await expectBack(crowd, versions[last].view, kept)

  if (!both && kept.length > 0) {
    await crowd.restore(kept[0])
    assert.deepEqual(withoutTokens(await crowd.settled()), withoutTokens(present))
    assert.deepEqual(await crowd.content(), await crowd.contentOf(kept[0]))
  }
  await crowd.leave()
  return stayed
}

async function forSeeds (list, run) {
  let stayed = 0
  const waiting = [...list]
  await Promise.all(Array.from({ length: seedsAtOnce }, async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      try {
        stayed += await run(seed)
      } catch (error) {
        waiting.length = 0
        throw new Error(`WEFT_SEED=${seed}: ${error.message}`, { cause: error })
      }
    }
  }))
  assert.ok(stayed > 0, 'some of it was typed while a version came back')
}

test('A version that is brought back under fire is there with what was typed meanwhile, and going back again undoes it', () =>
  forSeeds(seeds(12, 500), seed => goBackUnderFire(seed, false)))

test('Of two versions that are brought back at once, one after the other is there', () =>
  forSeeds(seeds(8, 500), seed => goBackUnderFire(seed, true)))
