// What every Node test of Weft needs: a fresh folder, a running `weft serve`, and waiting for a condition.
//
// The program under test comes from WEFT_BUILD_DIR (default: build/ in the source tree), its configuration from
// WEFT_SOURCE_DIR. Servers listen on a free port and keep their data in a fresh folder; whatever is still running or
// lying about when the test process ends is ended and removed.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const sourceDir = process.env.WEFT_SOURCE_DIR ?? fileURLToPath(new URL('../..', import.meta.url))
export const buildDir = process.env.WEFT_BUILD_DIR ?? join(sourceDir, 'build')

const folders = new Set()
const running = new Set()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

/** A new empty folder, removed when the test process ends. */
export function freshFolder () {
  const folder = mkdtempSync(join(tmpdir(), 'weft-test-'))
  folders.add(folder)
  return folder
}

/**
 * Waits until `cond` (which may be async) returns something truthy, and returns that. A condition that throws counts
 * as "not yet"; its error is told when time is up.
 */
export async function waitFor (cond, { timeout = 10_000, what = 'the condition', every = 20 } = {}) {
  const deadline = Date.now() + timeout
  let reason = ''
  for (;;) {
    try {
      const value = await cond()
      if (value) return value
      reason = ''
    } catch (error) {
      reason = `: ${error.message}`
    }
    if (Date.now() >= deadline) throw new Error(`waited ${timeout} ms for ${what}${reason}`)
    await new Promise(resolve => setTimeout(resolve, every))
  }
}

/**
 * Starts `weft serve` and waits until it listens.
 *
 * `config`  the YAML file; default: config/weft.yaml of the source tree
 * `set`     dotted keys to values, given as `--set`; by default a free port and a database in `cwd`.
 *           A test that sets `transports` or `storage` (or keys within them) replaces that default.
 * `cwd`     the working directory; default: a fresh folder. Give the same one again to restart on the same data.
 * `program` default: weft of the build folder
 *
 * Returns `url` (http://HOST:PORT), `host`, `port`, `pid`, `cwd`, `db` (path of the SQLite file), `logs()` (all that it printed) and
 * `kill(signal = 'SIGTERM')`, which resolves to `{code, signal}` once the process is gone.
 */
export async function startServer ({
  config = join(sourceDir, 'config', 'weft.yaml'), set = {}, cwd = freshFolder(), env = {}, timeout = 20_000,
  program = join(buildDir, 'weft')
} = {}) {
  const settings = withDefaults(set, cwd)
  const args = ['serve', '--config', config, ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])]
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const watched = watch(child)
  const [, host, port] = await listening(watched, `${program} ${args.join(' ')}`, timeout)
  return {
    url: `http://${host}:${port}`,
    host,
    port: Number(port),
    pid: child.pid,
    cwd,
    db: resolve(cwd, settings['storage.path'] ?? 'data/weft.db'),
    logs: watched.logs,
    kill: signal => end(watched, signal)
  }
}

function withDefaults (set, cwd) {
  const touches = top => Object.keys(set).some(key => key === top || key.startsWith(`${top}.`))
  return {
    ...(touches('transports') ? {} : { 'transports.0.listen': '127.0.0.1:0' }),
    ...(touches('storage') ? {} : { 'storage.path': join(cwd, 'weft.db') }),
    ...set
  }
}

function watch (child) {
  let output = ''
  let failure = null
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', text => { output += text })
  }
  running.add(child)
  child.once('error', error => { failure = error; running.delete(child) })
  child.once('exit', () => running.delete(child))
  return { child, logs: () => output, failure: () => failure }
}

async function listening ({ child, logs, failure }, command, timeout) {
  const line = () => logs().match(/listening on http:\/\/(\[[^\]]+\]|[^\s:]+):(\d+)/)
  const gone = () => failure() ?? (child.exitCode ?? child.signalCode)
  try {
    await waitFor(() => line() ?? gone() !== null, { timeout, what: 'the line "listening on"' })
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${command}: ${error.message}\n${logs()}`)
  }
  if (!line()) throw new Error(`${command} ended before it listened (${gone()})\n${logs()}`)
  return line()
}

async function end ({ child }, signal = 'SIGTERM') {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return { code: child.exitCode, signal: child.signalCode }
}
