// Stores that a real server wrote, and the commands of `weft` that work on them.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildDir, freshFolder, waitFor } from '../support/server.mjs'
import { startServer } from '../clients/servers.mjs'

const program = join(buildDir, 'weft')

/** Runs `weft …` to its end. */
export function weft (...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: freshFolder(), encoding: 'utf8', timeout: 60_000 })
  return { code: status, out: stdout, err: stderr }
}

/** Starts `weft …` and kills it with -9 once `when()` holds. Gives false when it had ended by itself before. */
export async function weftKilled (args, when) {
  const child = spawn(program, args, { cwd: freshFolder(), stdio: 'ignore' })
  const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve(signal)))
  await waitFor(() => when() || child.exitCode !== null, { what: 'the moment to kill', every: 1 })
  child.kill('SIGKILL')
  return await ended === 'SIGKILL'
}

/** That the doctor finds nothing wrong with a store. */
export function assertSound (store) {
  const { code, out, err } = weft('doctor', store)
  assert.deepEqual({ code, err }, { code: 0, err: '' }, out)
}

/** SQL on a file that nobody has open. */
export function sql (file, text) {
  const { status, stdout, stderr } = spawnSync('sqlite3', [file, text], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout
}

export const urlOf = (server, name, rest = '') => `${server.url}/api/documents/${encodeURIComponent(name)}${rest}`

async function post (url, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  assert.ok(answer.ok, `${url}: ${answer.status} ${await answer.text()}`)
}

/** `edits` edits at the front of the text, and a version with label and author behind each tenth. */
export async function write (server, name, edits) {
  await fetch(urlOf(server, name, '/content'), { method: 'PUT', body: `${name}\n` })
  for (let n = 1; n <= edits; ++n) {
    await post(urlOf(server, name, '/edits'), { root: 'text', edits: [{ insert: `edit ${n} of ${name}\n`, at: 0 }] })
    if (n % 10 === 0) await post(urlOf(server, name, '/versions'), { label: `after ${n}`, author: 'Anna' })
  }
}

/** A file with `names` in it: a history of segments and versions, one document that was deleted and made anew, and tails. */
export async function writtenStore (names, edits = 25) {
  const server = await startServer({ cwd: freshFolder(), set: { 'compaction.updates': 12 } })
  await fetch(urlOf(server, names[0], '/content'), { method: 'PUT', body: 'an earlier life' })
  await fetch(urlOf(server, names[0]), { method: 'DELETE' })
  await Promise.all(names.map(name => write(server, name, edits)))
  const metric = name => fetch(`${server.url}/metrics`).then(answer => answer.text()).then(text => Number(text.match(new RegExp(`^${name}(?:{[^}]*})? (\\d+)`, 'm'))[1]))
  await waitFor(async () => await metric('weft_compactions_total') >= names.length, { what: 'a compaction of each document' })
  await server.kill()
  return server.db
}
