// Starts one server at a time, each as its users would, all pinned to the same core, and stops it by its process id.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const peers = path.join(root, 'bench/peers')

const pinnable = availableParallelism() > 1
/** The command with its arguments, bound to one core where there are two. */
export const pinned = (core, command) => (pinnable ? ['taskset', '-c', String(core), ...command] : command)

const weft = (folder, options, settings) => [
  options.weft, 'serve', '--config', path.join(root, 'config/weft.yaml'),
  '--set', 'transports.0.listen=127.0.0.1:0', '--set', 'kernel.shards=1',
  ...settings.flatMap(setting => ['--set', setting]),
  ...options.set.flatMap(setting => ['--set', setting])
]

/** Name, what it is, and the command for a fresh folder of its own. The first is what the others are compared with. */
export const servers = [
  {
    name: 'y-websocket',
    title: 'y-websocket 0.1.1',
    peer: true,
    needs: () => [path.join(peers, 'node_modules/@y/websocket-server'), 'npm ci --prefix bench/peers'],
    command: () => [process.execPath, path.join(peers, 'y-websocket.mjs')]
  },
  {
    name: 'weft-relaxed',
    title: 'Weft, relaxed, memory',
    needs: options => [options.weft, './dev build'],
    command: (folder, options) => weft(folder, options, ['storage={plugin: memory}', 'durability=relaxed'])
  },
  {
    name: 'weft-strict',
    title: 'Weft, strict, sqlite',
    needs: options => [options.weft, './dev build'],
    command: (folder, options) =>
      weft(folder, options, [`storage={plugin: sqlite, path: ${path.join(folder, 'weft.db')}}`, 'durability=strict'])
  }
]

/** Says in one line what is missing, or nothing. */
export const missing = (server, options) => {
  const [file, remedy] = server.needs(options)
  return existsSync(file) ? '' : `${server.name} needs ${path.relative(process.cwd(), file)}: ${remedy}`
}

const residentBytes = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024

// The server says where it listens in one line; some print it before, some among their logs.
const listening = (child, seconds) => new Promise((resolve, reject) => {
  let said = ''
  const timer = setTimeout(() => reject(new Error(`not listening after ${seconds} s; it said:\n${said}`)), seconds * 1000)
  const look = line => {
    said += `${line}\n`
    const found = /listening on (http:\/\/[^\s"]+:\d+)/.exec(line)
    if (found) {
      clearTimeout(timer)
      resolve(found[1])
    }
  }
  createInterface({ input: child.stdout }).on('line', look)
  createInterface({ input: child.stderr }).on('line', look)
  child.once('error', reject)
  child.once('exit', code => {
    clearTimeout(timer)
    reject(new Error(`ended with ${code} before it listened; it said:\n${said}`))
  })
})

/** Runs `use({url, pid, residentAtStart})` against a fresh server with an empty folder, and ends the server. */
export const withServer = async (server, options, use) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-bench-'))
  const [program, ...rest] = pinned(0, server.command(folder, options))
  const child = spawn(program, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  try {
    const url = await listening(child, 20)
    await new Promise(resolve => setTimeout(resolve, 500))
    return await use({ url, pid: child.pid, residentAtStart: residentBytes(child.pid) })
  } finally {
    await stop(child, exited)
    rmSync(folder, { recursive: true, force: true })
  }
}

const stop = async (child, exited) => {
  if (child.exitCode !== null || child.signalCode !== null) {
    return
  }
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await exited
  clearTimeout(timer)
}
