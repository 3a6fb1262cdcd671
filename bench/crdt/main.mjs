// Measures Weft's engine and its peers row by row, every engine once in each round, so that what else the machine does meets
// all of them alike.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { machine } from '../side_by_side/report.mjs'
import { asMarkdown, asText, updateBetween } from '../table.mjs'
import { countInstructions } from './callgrind.mjs'
import { generateTogether, generateTyped } from './generate.mjs'
import { measure, Record } from './measurements.mjs'
import { prepare, readRecorded } from './prepare.mjs'
import { tables, versions } from './report.mjs'
import { engines, longer, longRows, traces } from './rows.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

const help = `bench/run crdt: Weft's Yjs engine and its peers side by side

Every figure is the median over all rounds; each program repeats its work within the budget and drops its first, cold run.
A program checks the text it ends with, and fails when it is another than the trace's.

  --traces DIR       recorded traces (sequential/…, concurrent/…); also WEFT_TRACES. Without it only generated traces run
  --rounds N         so many rounds (5)
  --only A,B         these traces: ${traces.map(trace => trace.name).join(', ')}
  --rows A,B         these rows: ${[...new Set(traces.flatMap(trace => trace.rows.map(row => row.row)))].join(', ')}
  --engines A,B      these engines: ${engines.map(engine => engine.name).join(', ')}
  --budget MS        how long a program repeats its work (1000)
  --patience S       an engine that has spent S seconds on a row sits out the later rounds of it (100)
  --long             only Weft: the trace ${longer} times over, beside the trace once
  --callgrind        only Weft: instructions by valgrind, which do not depend on the day
  --record FILE      adds every measurement to FILE, and makes the tables of all that it holds: one comparison may be
                     measured in several sittings
  --report           measures nothing: the tables of --record
  --bench FILE       our program (build/bench/weft-crdt-bench)
  --plugin FILE      our plugin (build/plugins/crdt/yjs.so)
  --native DIR       where cargo has put the peers in Rust (build/bench/cargo/release)
  --prepared DIR     keeps the prepared traces there and takes them from there
  --update-docs      writes the tables into docs/benchmarks.md
`

const fail = message => {
  process.stderr.write(`bench/run crdt: ${message}\n`)
  process.exit(1)
}

const say = line => process.stderr.write(`${line}\n`)

const parse = () => {
  const file = name => ({ type: 'string', default: path.join(root, name) })
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' }, traces: { type: 'string', default: process.env.WEFT_TRACES }, rounds: { type: 'string', default: '5' },
      only: { type: 'string' }, rows: { type: 'string' }, engines: { type: 'string' }, budget: { type: 'string', default: '1000' },
      patience: { type: 'string', default: '100' }, long: { type: 'boolean' }, callgrind: { type: 'boolean' },
      record: { type: 'string' }, report: { type: 'boolean' }, bench: file('build/bench/weft-crdt-bench'),
      plugin: file('build/plugins/crdt/yjs.so'), native: file('build/bench/cargo/release'), prepared: { type: 'string' },
      'update-docs': { type: 'boolean' }
    }
  })
  return { ...values, peers: path.join(root, 'bench/peers/crdt'), rounds: Number(values.rounds) }
}

const chosen = (all, names, key) => {
  const unknown = names?.split(',').find(name => !all.some(one => one[key] === name))
  return unknown === undefined ? all.filter(one => !names || names.split(',').includes(one[key])) : fail(`there is no '${unknown}'`)
}

/** Makes the folder that the programs read; says why when it cannot. */
const prepared = (trace, options, folder) => {
  const place = path.join(folder, trace.name)
  if (existsSync(path.join(place, 'state.bin'))) {
    return place
  }
  if (trace.recorded && !(options.traces && existsSync(path.join(options.traces, trace.recorded)))) {
    say(`== ${trace.name}: skipped, ${options.traces ? `not in ${options.traces}` : 'recorded traces need --traces DIR'}`)
    return undefined
  }
  const made = trace.recorded
    ? readRecorded(path.join(options.traces, trace.recorded))
    : (trace.generate.authors > 1 ? generateTogether : generateTyped)(trace.generate)
  const { txns, edits, characters, messageBytes, stateBytes } = prepare(made, place)
  say(`== ${trace.name}: ${txns} transactions, ${edits} edits, ${characters} characters, ${messageBytes} bytes of updates, ${stateBytes} of state`)
  return place
}

/** The engines that can run here; a line for each that cannot. */
const available = options => chosen(engines, options.engines, 'name').filter(engine => {
  const program = engine.command(options).find(part => path.isAbsolute(part))
  if (!existsSync(program)) {
    say(`== ${engine.title}: not measured, ${path.relative(root, program)} is not there${engine.native ? ' (./dev bench builds it where cargo is)' : ''}`)
  }
  return existsSync(program)
})

/** Names of rows: what is measured at once may be two rows of the table. */
const wantedRows = (trace, options) => [...new Set(trace.rows.map(({ row }) => row))]
  .filter(row => !options.rows || options.rows.split(',').includes(row))

const compare = (trace, folder, options, record) => {
  const running = available(options)
  for (const row of wantedRows(trace, options)) {
    const spent = {}
    for (let round = 1; round <= options.rounds; ++round) {
      for (const engine of running.filter(({ name }) => (spent[name] ?? 0) < Number(options.patience) * 1000)) {
        const begin = performance.now()
        const figures = measure(engine.command(options), row, folder, options.budget)
        spent[engine.name] = (spent[engine.name] ?? 0) + (figures.unsupported ? Infinity : performance.now() - begin)
        if (!figures.unsupported) {
          record.add({ kind: 'row', trace: trace.name, row, engine: engine.name, figures })
          say(`   ${trace.name} ${row} ${engine.name}: ${JSON.stringify(figures)}`)
        }
      }
    }
  }
}

const lengthen = (trace, folder, options, record) => {
  for (const row of longRows[trace.name].filter(row => !options.rows || options.rows.split(',').includes(row))) {
    for (const length of [1, longer]) {
      const rounds = length === 1 ? options.rounds : 1
      for (let round = 1; round <= rounds; ++round) {
        const figures = measure([options.bench], row, folder, length === 1 ? options.budget : 0, ['--times', String(length)])
        record.add({ kind: 'long', trace: trace.name, row, length, figures })
        say(`   ${trace.name} ${row} x${length}: ${JSON.stringify(figures)}`)
      }
    }
  }
}

const count = (trace, folder, options, record) => {
  const edits = JSON.parse(readFileSync(path.join(folder, 'edits.json'), 'utf8')).txns.length
  for (const row of wantedRows(trace, options).filter(row => row !== 'memory')) {
    const figures = countInstructions(options.bench, row, folder, edits)
    record.add({ kind: 'callgrind', trace: trace.name, row, figures })
    say(`   ${trace.name} ${row}: ${JSON.stringify(figures)}`)
  }
}

const measureAll = (options, record) => {
  const folder = options.prepared ?? mkdtempSync(path.join(tmpdir(), 'weft-crdt-bench-'))
  const work = options.callgrind ? count : options.long ? lengthen : compare
  try {
    for (const trace of chosen(traces, options.only, 'name')) {
      const place = prepared(trace, options, folder)
      if (place) {
        work(trace, place, options, record)
      }
    }
  } finally {
    if (!options.prepared) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const main = () => {
  const options = parse()
  if (options.help) {
    process.stdout.write(help)
    return
  }
  if (!existsSync(options.bench)) {
    fail(`${path.relative(process.cwd(), options.bench)} is not there: ./dev build`)
  }
  const record = new Record(options.record)
  if (!options.report) {
    measureAll(options, record)
  }
  const heading = `Medians, ${new Date().toISOString().slice(0, 10)}, on ${machine()}. ${versions(options.peers)}`
  const found = tables(record)
  process.stdout.write(`\n${heading}\n${found.map(({ title, rows }) => `\n${title}\n\n${asText(rows)}\n`).join('')}`)
  const failures = record.lines.filter(({ figures }) => figures.failure)
  failures.forEach(({ trace, row, engine, figures }) => process.stdout.write(`FAILED ${trace}, ${row}, ${engine ?? 'weft'}: ${figures.failure}\n`))
  if (options['update-docs']) {
    updateBetween(path.join(root, 'docs/benchmarks.md'), '<!-- generated by bench/run crdt --update-docs: begin -->',
      '<!-- generated by bench/run crdt --update-docs: end -->',
      `${heading}\n\n${found.map(({ title, rows }) => `### ${title}\n\n${asMarkdown(rows)}`).join('\n\n')}`)
  }
  process.exitCode = failures.length > 0 ? 1 : 0
}

main()
