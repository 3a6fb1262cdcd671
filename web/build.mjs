// Builds the page from web/src into a folder (default: web/dist). The same sources and packages give the same bytes.

import { build } from 'esbuild'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

export async function buildPage (target) {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(join(target, 'assets'), { recursive: true })
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { app: 'src/main.js' },
    outdir: join(target, 'assets'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none', // The licences stand in full in licenses.txt.
    metafile: true,
    logLevel: 'warning'
  })
  cpSync(join(here, 'src/index.html'), join(target, 'index.html'))
  cpSync(join(here, 'src/icon.svg'), join(target, 'assets/icon.svg'))
  writeFileSync(join(target, 'assets/licenses.txt'), licenses(Object.keys(metafile.inputs)))
}

function licenses (inputs) {
  const packages = new Set(inputs.map(path => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean))
  return [...packages].sort().map(license).join('\n')
}

function license (name) {
  const folder = join(here, 'node_modules', name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).sort().find(entry => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`
  return `${'-'.repeat(80)}\n${name} ${version}\n\n${text}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage(process.argv[2] ?? join(here, 'dist'))
}
