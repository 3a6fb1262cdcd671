// Counts the instructions of the measured work alone: all of it runs inside one function of our program.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const measured = 'weft_bench_measured'

/** What one row costs, for how many of what: edits, updates or the whole document. */
export const countInstructions = (bench, row, folder, edits) => {
  const place = mkdtempSync(path.join(tmpdir(), 'weft-callgrind-'))
  const file = path.join(place, 'callgrind.out')
  try {
    const { status, stderr, error } = spawnSync('valgrind', ['--tool=callgrind', `--toggle-collect=${measured}`,
      `--callgrind-out-file=${file}`, bench, row, folder, '0'], { encoding: 'utf8', timeout: 900_000, maxBuffer: 1 << 24 })
    if (status !== 0) {
      return { failure: error?.message ?? stderr.trim().split('\n').pop() }
    }
    const instructions = Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1])
    const [kind, count] = row.split(':')
    if (kind === 'load' || kind === 'encode') {
      return { instructions, count: 1, what: 'a document' }
    }
    return { instructions, count: count ? Math.min(Number(count), edits) : edits, what: kind === 'apply' || kind === 'merge' ? 'an update' : 'a transaction' }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
