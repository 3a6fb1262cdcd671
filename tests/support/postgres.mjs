// A PostgreSQL of a test's own: made in a fresh folder, on a free port of this machine, gone with the test process.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { freshFolder, waitFor } from './server.mjs'

const programs = ['15', '16', '17', '18', '14'].map(version => `/usr/lib/postgresql/${version}/bin`).find(existsSync)

// It does not run as root; and however this process ends, it ends too (SIGQUIT: at once, with all of its children).
const user = ['postgres', 'nobody'].find(name => { try { execFileSync('id', [name], { stdio: 'pipe' }); return true } catch { return false } })
const asItself = ['--pdeathsig', 'QUIT']
const asNobody = process.getuid() === 0 ? ['--reuid', user, '--regid', execFileSync('id', ['-gn', user], { encoding: 'utf8' }).trim(), '--clear-groups'] : []

async function freePort () {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  await once(listener, 'close')
  return port
}

/**
 * Makes a cluster with the database `weft` and starts it. Returns `url`; `psql(sql)`, which gives what psql prints, a line a row and
 * columns parted by `|`; `stop(signal = 'SIGINT')`, which ends it and waits (SIGQUIT: without an orderly end); and `start()`.
 */
export async function startPostgres () {
  const folder = freshFolder()
  const data = join(folder, 'data')
  if (asNobody.length > 0) execFileSync('chown', [user, folder])
  execFileSync('setpriv', [...asNobody, join(programs, 'initdb'), '--pgdata', data, '--username=weft', '--auth=trust', '--encoding=UTF8', '--locale=C',
    '--no-sync', '--no-instructions'], { cwd: '/', stdio: 'pipe' })
  const port = await freePort()
  const url = database => `postgresql://weft@127.0.0.1:${port}/${database}`
  const psql = (sql, database = 'weft') => execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url(database), '-c', sql], { encoding: 'utf8', stdio: 'pipe' })

  let child = null
  let output = ''
  const start = async () => {
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=32MB'].flatMap(setting => ['-c', setting])
    child = spawn('setpriv', [...asNobody, ...asItself, join(programs, 'postgres'), '-D', data, ...settings], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', text => { output += text })
    await waitFor(() => psql('SELECT 1', 'postgres'), { timeout: 30_000, what: 'PostgreSQL' }).catch(error => { throw new Error(`${error.message}\n${output}`) })
  }
  const stop = async (signal = 'SIGINT') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  await start()
  psql('CREATE DATABASE weft', 'postgres')
  return { url: url('weft'), psql, start, stop }
}
