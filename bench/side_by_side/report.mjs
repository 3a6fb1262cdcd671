// Medians of all runs as a table.
import { cpus, release, totalmem } from 'node:os'
import { median, withDigits } from '../table.mjs'

const written = value => {
  if (!Number.isFinite(value)) {
    return '–'
  }
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return withDigits(value, digits)
}

/** How many times better than the peer, whichever direction is good for this row. */
const times = (row, value, peer) => {
  const ratio = row.better === 'more' ? value / peer : peer / value
  return Number.isFinite(ratio) && ratio > 0 ? ` (${ratio.toFixed(ratio < 10 ? 1 : 0)}x)` : ''
}

/** The peer stands first, if it took part; without it there are no ratios. `results`: [{scenario, server, figures, good}]. Answers the table as rows of cells, the first row being its head. */
export const table = (scenarios, servers, results) => {
  const rows = [['', ...servers.map(server => server.title)]]
  for (const scenario of scenarios) {
    for (const row of scenario.rows) {
      const values = servers.map(server => median(results
        .filter(result => result.scenario === scenario.name && result.server === server.name && result.figures)
        .map(result => row.read(result.figures))))
      rows.push([`${row.title}, ${row.unit}`,
        ...values.map((value, index) => written(value) + (index > 0 && servers[0].peer ? times(row, value, values[0]) : ''))])
    }
  }
  return rows
}

/** What the figures were measured on. */
export const machine = () => {
  const processors = cpus()
  return `${processors.length} cores (${processors[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `Linux ${release().split('-')[0]}, Node ${process.versions.node}`
}

/** Every run that lost, changed or never got something, one line each. */
export const failures = results => results.filter(result => !result.good)
  .map(result => `${result.server}, ${result.scenario}: ${result.failure}`)
