// The engine under test: one process a question. See versions_engine.cpp.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'

const program = join(process.env.WEFT_BUILD_DIR ?? fileURLToPath(new URL('../../build', import.meta.url)), 'tests/yjs_versions_engine')
const asks = { restore: 0, checkOut: 1, positionAt: 2, indexOf: 3, diffView: 4 }

/** The parts of the answer; throws what the engine refuses. Numbers are counts, except where one byte is meant: `[byte]`. */
export function ask (name, ...parts) {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, asks[name])
  for (const part of parts) {
    if (typeof part === 'number') encoding.writeVarUint(encoder, part)
    else if (typeof part === 'string') encoding.writeVarString(encoder, part)
    else if (Array.isArray(part)) encoding.writeUint8(encoder, part[0])
    else encoding.writeVarUint8Array(encoder, part)
  }
  const { stdout, status, signal, error } = spawnSync(program, { input: encoding.toUint8Array(encoder), stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: 1 << 28 })
  if (error || status !== 0) throw error ?? new Error(`the engine ended with ${signal ?? status}`)
  const answer = decoding.createDecoder(stdout)
  const code = decoding.readVarUint(answer)
  if (code !== 0) throw new Error(`refused with ${code}: ${decoding.readVarString(answer)}`)
  const answered = []
  while (decoding.hasContent(answer)) answered.push(decoding.readVarUint8Array(answer))
  return answered
}
