// Starts the programs and keeps what they print: one line of JSON for each measurement.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { median } from '../table.mjs'

/** Runs one program and answers its figures: { ms, first_ms, live_bytes, … }, { unsupported } or { failure }. */
export const measure = ([program, ...options], row, folder, budget, extra = []) => {
  const { status, signal, stdout, stderr, error } = spawnSync(program, [...options, row, folder, String(budget), ...extra], {
    encoding: 'utf8', timeout: 600_000, maxBuffer: 1 << 24, stdio: ['ignore', 'pipe', 'pipe']
  })
  if (status !== 0) {
    return { failure: error?.message ?? `${program} ended with ${signal ?? status}: ${stderr.trim().split('\n').pop()}` }
  }
  const figures = Object.assign({}, ...stdout.split('\n').filter(Boolean).map(line => JSON.parse(line)))
  return figures.ms ? { ...figures, ms: median(figures.ms) } : figures
}

/** A JSON object a line; what is there already is kept, so that one comparison can be measured in several sittings. */
export class Record {
  #file
  lines = []

  constructor (file) {
    this.#file = file
    if (file && existsSync(file)) {
      this.lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
    }
  }

  add (line) {
    this.lines.push(line)
    if (this.#file) {
      appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
    }
  }

  of (wanted) {
    return this.lines.filter(line => Object.entries(wanted).every(([key, value]) => line[key] === value))
  }
}
