// An engine as WebAssembly in Node and the same engine in its plugin's shared object give the same bytes in every history.
//
//   node same_bytes_test.mjs NAME MODULE.wasm NATIVE [FIRST COUNT]
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const [name, file, native, first = '1', count = '200'] = process.argv.slice(2)

const module = await WebAssembly.compile(readFileSync(file))
const imports = WebAssembly.Module.imports(module)
// What libc's last words before an abort need, and nothing that a core could work with.
const harmless = ['fd_close', 'fd_fdstat_get', 'fd_seek', 'fd_write', 'proc_exit']
const foreign = imports.filter(found => found.module !== 'wasi_snapshot_preview1' || !harmless.includes(found.name))
if (foreign.length > 0) {
  throw new Error(`${name} is not pure: it imports ${foreign.map(found => `${found.module}.${found.name}`).join(', ')}`)
}
const refuse = Object.fromEntries(imports.map(({ name }) => [name, () => { throw new Error(`the module calls ${name}`) }]))
const { exports } = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: refuse })
exports._initialize?.()

const logs = execFileSync(native, [name, first, count], { maxBuffer: 1 << 30 })
let bytes = 0
let at = 0
for (let seed = Number(first); seed < Number(first) + Number(count); ++seed) {
  const length = logs.readUInt32LE(at)
  const expected = logs.subarray(at + 4, at + 4 + length)
  at += 4 + length
  const place = exports.history(seed)
  const given = Buffer.from(exports.memory.buffer, place, exports.history_length())
  if (Buffer.compare(expected, given) !== 0) {
    const from = expected.findIndex((byte, index) => byte !== given[index])
    throw new Error(`seed ${seed}: byte ${from} of ${length} differs (WebAssembly gave ${given.length})`)
  }
  bytes += length
}
if (at !== logs.length || bytes / Number(count) < 1000) {
  throw new Error(`${logs.length} bytes of logs in ${count} histories: that is not what was asked for`)
}
console.log(`${name}: ${count} histories, ${bytes} bytes, the same; ${imports.length} imports`)
