// Medians of all runs as tables.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { median, withDigits } from '../table.mjs'
import { engines, figure, longer, longRows, traces, unitOf } from './rows.mjs'

const written = value => withDigits(value, value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3)

const times = ratio => `${ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}x`

const valuesOf = (record, trace, row, engine) => record
  .of({ kind: 'row', trace: trace.name, row: row.row, engine: engine.name })
  .map(({ figures }) => figure(row, figures)).filter(Number.isFinite)

/** A figure and how many times as much it is as Weft's; fewer runs than others had are told. */
const cell = (record, trace, row, engine, own, runs) => {
  const values = valuesOf(record, trace, row, engine)
  if (values.length === 0) {
    return record.of({ kind: 'row', trace: trace.name, row: row.row, engine: engine.name }).some(({ figures }) => figures.failure)
      ? 'failed'
      : '–'
  }
  const found = median(values)
  const few = values.length < runs ? `, ${values.length} run${values.length > 1 ? 's' : ''}` : ''
  return engine.name === 'weft' ? written(found) : `${written(found)} (${times(found / own)}${few})`
}

const verdict = (record, trace, row, own) => {
  const targets = trace.targets[row.bytes ?? row.row]
  return !targets ? '' : Object.entries(targets).map(([name, target]) => {
    const reached = median(valuesOf(record, trace, row, engines.find(engine => engine.name === name))) / own
    return Number.isNaN(reached) ? `${name} ${target}x: not measured` : `${name} ${target}x: ${reached >= target ? 'yes' : `no, ${times(reached)}`}`
  }).join('; ')
}

const comparison = (record, trace) => {
  const shown = engines.filter(engine => engine.name !== 'weft-so')
  const weft = engines[0]
  const rows = trace.rows.filter(row => valuesOf(record, trace, row, weft).length > 0).map(row => {
    const runs = valuesOf(record, trace, row, weft).length
    const own = median(valuesOf(record, trace, row, weft))
    return [`${row.title}, ${unitOf(row)}`, ...shown.map(engine => cell(record, trace, row, engine, own, runs)),
      verdict(record, trace, row, own)]
  })
  return [['', ...shown.map(({ title }) => title), 'target'], ...rows]
}

const growth = record => {
  const rows = Object.entries(longRows).flatMap(([name, wanted]) => wanted.map(row => {
    const shown = { bytes: row === 'memory' && 'live_bytes' }
    const of = length => median(record.of({ kind: 'long', trace: name, row, length }).map(({ figures }) => figure(shown, figures)))
    const [one, many] = [of(1), of(longer)]
    return Number.isNaN(many) ? undefined : [`${name}: ${row}`, written(one), written(many), times(many / one / longer)]
  })).filter(Boolean)
  return [['', 'the trace once', `${longer} times over`, 'growth per edit'], ...rows]
}

const shared = record => {
  const rows = traces.flatMap(trace => trace.rows.map(row => {
    const [linked, opened] = ['weft', 'weft-so'].map(name => median(valuesOf(record, trace, row, { name })))
    return Number.isNaN(opened) || row.bytes ? undefined : [`${trace.name}: ${row.title}`, written(linked), written(opened), `${((opened / linked - 1) * 100).toFixed(1)} %`]
  })).filter(Boolean)
  return [['', 'linked, ms', 'through its .so, ms', 'difference'], ...rows]
}

const counted = record => [['', 'instructions', 'each'], ...record.of({ kind: 'callgrind' })
  .map(({ trace, row, figures }) => [`${trace}: ${row}`, written(figures.instructions), `${written(figures.instructions / figures.count)} ${figures.what}`])]

/** [{ title, rows }], the first row of each being its head. */
export const tables = record => [
  ...traces.map(trace => ({
    title: `${trace.name}${trace.generate ? ' (generated)' : ''}`, rows: comparison(record, trace)
  })),
  { title: `${longer} times the length`, rows: growth(record) },
  { title: 'through the plugin\'s shared object', rows: shared(record) },
  { title: 'instructions (callgrind)', rows: counted(record) }
].filter(({ rows }) => rows.length > 1)

/** Which versions were measured, as the manifests of the peers pin them. */
export const versions = peers => {
  const npm = Object.entries(JSON.parse(readFileSync(path.join(peers, 'package.json'), 'utf8')).dependencies)
  const crates = [...readFileSync(path.join(peers, 'native/Cargo.toml'), 'utf8').matchAll(/^(yrs|diamond-types|loro) = "=(.+)"$/gm)]
  return `npm: ${npm.map(([name, version]) => `${name} ${version}`).join(', ')}; crates: ${crates.map(([, name, version]) => `${name} ${version}`).join(', ')}.`
}
