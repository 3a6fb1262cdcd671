// Times and sizes in words.

const units = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** "3 minutes ago" for a time in milliseconds or an ISO date; empty when it is neither. */
export function ago (when, now = Date.now()) {
  const passed = now - new Date(when).getTime()
  if (Number.isNaN(passed)) return ''
  const [unit, length] = units.find(([, length]) => passed >= length) ?? []
  return unit ? relative.format(-Math.floor(passed / length), unit) : 'just now'
}

export function size (bytes) {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
