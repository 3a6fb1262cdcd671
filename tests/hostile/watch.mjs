// What every hostile test holds a server to: it lives, its memory stays bounded, and the well-behaved are served all the while.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { buildDir, startServer, waitFor } from '../support/server.mjs'

const MiB = 1024 * 1024

// Instrumented code is slower and larger; there it only matters that it finds nothing.
const sanitized = /__[at]san_init/.test(readFileSync(join(buildDir, 'weft'), 'latin1'))
export const slack = sanitized ? 10 : 1

/** The document that is attacked, and one beside it. */
export const attacked = 'attacked'
const beside = 'beside'

function statusBytes (pid, key) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm'))
  return Number(line[1]) * 1024
}

export const resident = server => statusBytes(server.pid, 'VmRSS')

/** The most that was resident since `forgetPeak`. */
const peak = server => statusBytes(server.pid, 'VmHWM')
const forgetPeak = server => writeFileSync(`/proc/${server.pid}/clear_refs`, '5')

class WellBehaved {
  static async join (server) {
    const pair = new WellBehaved()
    pair.#worker = new Worker(new URL('well_behaved.mjs', import.meta.url), { workerData: { url: `ws://${server.host}:${server.port}`, names: [attacked, beside] } })
    pair.#worker.on('message', answer => pair.#answered(answer))
    pair.#worker.on('error', error => { pair.#error = error })
    pair.#whenGone = new Promise(resolve => pair.#worker.on('exit', () => { pair.#gone = true; pair.#answered(undefined); resolve() }))
    await pair.report()
    return pair
  }

  /** How many edits arrived since the last report, how long the slowest took, and how many connections were ever lost. */
  report () { return this.#ask('report') }
  newcomerAgrees () { return this.#ask('newcomer') }

  leave () {
    if (!this.#gone) this.#worker.postMessage('stop')
    return this.#whenGone
  }

  #worker
  #whenGone
  #answered = () => {}
  #error = null
  #gone = false

  async #ask (question) {
    const answer = await new Promise(resolve => {
      this.#answered = resolve
      if (this.#gone) resolve(undefined)
      else this.#worker.postMessage(question)
    })
    if (answer === undefined) throw new Error(`a well-behaved client broke down: ${this.#error?.stack}`)
    return answer
  }
}

/** A server with two well-behaved clients on `attacked` and two on another document. */
export class Watched {
  static async start (set = {}) {
    const watched = new Watched()
    watched.server = await startServer({ set: { 'transports.0.listen': '127.0.0.1:0', 'kernel.shards': 2, 'log.level': 'error', ...set } })
    watched.#pair = await WellBehaved.join(watched.server)
    return watched
  }

  /**
   * Runs `abuse` and then asserts that the server lived, at no time took more than `growth` MiB beyond what it had before, and brought
   * every edit of the well-behaved to the other within a second, over connections that were never lost.
   */
  async during (growth, abuse) {
    await this.#pair.report()
    forgetPeak(this.server)
    const before = resident(this.server)
    const result = await abuse()
    const { beats, worst, drops } = await this.#pair.report()
    const grown = (peak(this.server) - before) / MiB
    const broken = []
    if (beats === 0 || worst >= 1000 * slack) broken.push(`the slowest of ${beats} edits took ${worst.toFixed()} ms`)
    if (drops > 0) broken.push(`the well-behaved lost ${drops} connections`)
    if (grown >= growth * slack) broken.push(`memory grew by ${grown.toFixed(1)} MiB, the bound is ${growth} MiB`)
    assert.deepEqual(broken, [])
    assert.equal((await this.get('/healthz')).status, 200)
    return result
  }

  /** A newcomer sees what all others have, in real Yjs. */
  async agrees () { assert.ok(await this.#pair.newcomerAgrees(), 'a newcomer has what the others have') }

  get (path, options) { return fetch(`${this.server.url}${path}`, options) }

  async json (path, options) {
    const answer = await this.get(path, options)
    return answer.status === 200 ? answer.json() : { status: answer.status, body: await answer.text() }
  }

  /** Names of all documents that are stored. */
  async documents () {
    const { documents } = await this.json('/api/documents?limit=1000')
    return documents.map(document => document.id)
  }

  /** Waits until every connection but those of the well-behaved is gone. */
  quiet () {
    return waitFor(async () => /^weft_sessions 4$/m.test(await (await this.get('/metrics')).text()), { what: 'all others to have gone' })
  }

  async end () {
    await this.#pair.leave()
    return this.server.kill()
  }

  #pair
}
