// The server as these tests run it: on SQLite, on a store that commits late, without the gate.

import { join } from 'node:path'
import { buildDir, freshFolder, startServer as start } from '../support/server.mjs'

const started = []

/** As in support; `endServers` ends it if the test did not come so far. */
export async function startServer (options) {
  const server = await start(options)
  started.push(server)
  return server
}

/** For `after`: a server that a failed test has left running would keep the test process alive. */
export async function endServers () {
  await Promise.all(started.map(server => server.kill('SIGKILL')))
}

const pluginFolders = [join(buildDir, 'plugins'), join(buildDir, 'tests', 'fixtures', 'late_storage')]

/** Settings for a store that hands nothing to SQLite before `delay`. The database is `weft.db` in `cwd`. */
function lateStorage (cwd, delay) {
  return {
    plugins: `{path: [${pluginFolders.map(folder => JSON.stringify(folder)).join(', ')}]}`,
    storage: `{plugin: late, path: ${JSON.stringify(join(cwd, 'weft.db'))}, delay: ${delay}}`
  }
}

/** A program that is `weft` but for its gate, which is always open. */
export const withoutGate = join(buildDir, 'tests', 'weft-without-gate')

/** What `startServer` takes, on a folder of its own: the same each time, so that the second start finds what the first has stored. */
export function sqliteServer () {
  return { cwd: freshFolder() }
}

export function lateServer ({ delay = '150ms', set = {}, program } = {}) {
  const cwd = freshFolder()
  return { cwd, program, set: { ...lateStorage(cwd, delay), ...set } }
}
