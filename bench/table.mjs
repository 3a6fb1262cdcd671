// Results as tables: rows of cells, the first row being the head; for people, and between two markers of a document.
import { readFileSync, writeFileSync } from 'node:fs'

/** Of the numbers among them; NaN of none. */
export const median = values => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length === 0 ? NaN : sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** So many digits behind the point; thousands are grouped where there are none. */
export const withDigits = (value, digits) => value.toFixed(digits).replace(/\B(?=(\d{3})+$)/g, digits === 0 ? ',' : '')

export const asText = rows => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => [...row[column]].length)))
  return rows.map(row => row.map((cell, column) => {
    const space = ' '.repeat(widths[column] - [...cell].length)
    return column === 0 ? cell + space : space + cell
  }).join('  ')).join('\n')
}

export const asMarkdown = rows => {
  const line = cells => `| ${cells.join(' | ')} |`
  return [line(rows[0]), line(rows[0].map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.slice(1).map(line)].join('\n')
}

/** Replaces what stands between the two markers. */
export const updateBetween = (file, begin, end, text) => {
  const before = readFileSync(file, 'utf8')
  const from = before.indexOf(begin)
  const to = before.indexOf(end)
  if (from < 0 || to < from) {
    throw new Error(`${file} has lost the markers between which the results stand`)
  }
  writeFileSync(file, `${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`)
}
