// Builds the page again and compares it, byte for byte, with what is checked in under web/dist.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage } from './build.mjs'

const checkedIn = fileURLToPath(new URL('dist', import.meta.url))

function files (folder, inside = '') {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap(entry => {
    const path = join(inside, entry.name)
    return entry.isDirectory() ? files(folder, path) : [path]
  }).sort()
}

function differences (built) {
  const names = new Set([...files(checkedIn), ...files(built)])
  const read = path => { try { return readFileSync(path) } catch { return null } }
  return [...names].filter(name => {
    const [ours, theirs] = [read(join(checkedIn, name)), read(join(built, name))]
    return ours === null || theirs === null || !ours.equals(theirs)
  })
}

const built = mkdtempSync(join(tmpdir(), 'weft-page-'))
try {
  await buildPage(built)
  const different = differences(built)
  if (different.length > 0) {
    console.error(`web/dist is not what web/src builds: ${different.join(', ')}. Run "node build.mjs" in web/ and check it in.`)
    process.exitCode = 1
  }
} finally {
  rmSync(built, { recursive: true, force: true })
}
