// What is run against each server, and which of its figures stand in the table.

const at = (figures, dotted) => dotted.split('.').reduce((part, key) => part?.[key], figures)

/** A row of the table: where its figure is, how it is written, and which direction is good. */
const row = (title, figure, unit, better, factor = 1) => ({
  title, unit, better, read: figures => (at(figures, figure) ?? NaN) * factor
})

const thousand = 1 / 1000
const stepTime = quick => (quick ? ['--seconds', '1.5', '--warm-up', '0.3'] : ['--seconds', '3', '--warm-up', '0.5'])

/** `load(quick, figures so far of this server in this run)` answers the generator's arguments. */
export const scenarios = [
  {
    name: 'fanout-10k',
    load: quick => ['fanout', '--rate', '10000', ...stepTime(quick)],
    rows: [
      row('fan-out 1 to 100 at 10,000 deliveries/s: p50', 'step.p50_ms', 'ms', 'less'),
      row('… p99', 'step.p99_ms', 'ms', 'less'),
      row('… server CPU a delivery', 'step.server_cpu_us_per_delivery', 'µs', 'less')
    ]
  },
  {
    name: 'fanout',
    load: quick => ['fanout', '--knee-start', '400', ...stepTime(quick)],
    rows: [
      row('fan-out 1 to 100: highest deliveries/s with p99 ≤ 100 ms', 'knee.deliveries_per_second', 'k/s', 'more', thousand),
      row('… server CPU a delivery there', 'knee.server_cpu_us_per_delivery', 'µs', 'less')
    ]
  },
  {
    name: 'fanout-overload',
    load: (quick, before) => [
      'fanout', '--rate', String(Math.max(1000, 1.5 * (before.fanout?.knee?.deliveries_per_second ?? 0))), ...stepTime(quick)
    ],
    rows: [row('… deliveries/s at 1.5 times that rate', 'step.delivered_per_second', 'k/s', 'more', thousand)]
  },
  {
    name: 'documents',
    load: quick => ['documents', '--knee-start', '4000', ...stepTime(quick)],
    rows: [
      row('500 documents of 2 writers: highest updates/s with p99 ≤ 100 ms', 'knee.updates_per_second', 'k/s', 'more', thousand),
      row('… server CPU an update there', 'knee.server_cpu_us_per_update', 'µs', 'less')
    ]
  },
  {
    name: 'ingest',
    load: quick => ['--timeout', '60', 'ingest', '--updates', quick ? '50000' : '260000'],
    rows: [row('one client sends one-character updates', 'updates_per_second', 'k/s', 'more', thousand)]
  },
  {
    name: 'join',
    load: () => ['join'],
    rows: [
      row('join of a 200 KB document: p50', 'one_by_one.p50_ms', 'ms', 'less'),
      row('… server CPU a join, 50 at once', 'storm.server_cpu_ms_per_join', 'ms', 'less')
    ]
  },
  {
    name: 'connect',
    load: quick => ['connect', '--connections', quick ? '2000' : '5000'],
    rows: [row('connects/s with sync, one document', 'connects_per_second', 'k/s', 'more', thousand)]
  },
  {
    name: 'connect-documents',
    load: quick => ['connect', '--connections', quick ? '2000' : '5000', '--documents', '5000'],
    rows: [row('connects/s with sync, 5,000 documents', 'connects_per_second', 'k/s', 'more', thousand)]
  },
  {
    name: 'idle',
    load: () => ['idle'],
    rows: [
      row('memory of an idle connection', 'kib_per_connection', 'KiB', 'less'),
      row('… and more for an empty document', 'kib_per_document', 'KiB', 'less'),
      row('resident memory at start', 'resident_at_start', 'MB', 'less', 1e-6)
    ]
  }
]
