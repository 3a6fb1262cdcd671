// Runs every scenario against every server in turn, several times over, so that what else the machine does meets all of
// them alike, and prints the medians side by side.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { asMarkdown, asText, updateBetween } from '../table.mjs'
import { failures, machine, table } from './report.mjs'
import { scenarios } from './scenarios.mjs'
import { missing, pinned, root, servers, withServer } from './servers.mjs'

const help = `bench/run: Weft and npm's y-websocket server side by side

Each scenario runs against each server, a fresh one every time: the server on core 0, the load generator on core 1. The
table shows medians; the factor behind a figure says how many times better than y-websocket it is.

  --quick            one run with shorter steps (a few minutes) instead of five
  --runs N           so many runs
  --only A,B         these scenarios: ${scenarios.map(scenario => scenario.name).join(', ')}
  --servers A,B      these servers: ${servers.map(server => server.name).join(', ')}
  --set KEY=VALUE    passed on to weft; may be repeated (--set transports.0.plugin=beast)
  --weft FILE        the server (default: build/weft)
  --load FILE        the generator (default: build/bench/weft-load)
  --json FILE        every figure of every run
  --update-docs      write the table into docs/benchmarks.md
`

const fail = message => {
  process.stderr.write(`bench/run: ${message}\n`)
  process.exit(1)
}

const parse = () => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' }, quick: { type: 'boolean', default: false }, runs: { type: 'string' },
      only: { type: 'string' }, servers: { type: 'string' }, set: { type: 'string', multiple: true, default: [] },
      weft: { type: 'string', default: path.join(root, 'build/weft') },
      load: { type: 'string', default: path.join(root, 'build/bench/weft-load') },
      json: { type: 'string' }, 'update-docs': { type: 'boolean', default: false }
    }
  })
  return { ...values, weft: path.resolve(values.weft), load: path.resolve(values.load), runs: Number(values.runs ?? (values.quick ? 1 : 5)) }
}

/** The named ones among `all`, in the order of `all`. */
const chosen = (all, names, what) => {
  const wanted = names?.split(',') ?? all.map(one => one.name)
  const unknown = wanted.find(name => !all.some(one => one.name === name))
  return unknown === undefined ? all.filter(one => wanted.includes(one.name)) : fail(`no ${what} is called '${unknown}'`)
}

/** Runs the generator and answers its report; its progress goes to our own standard error. */
const generate = async (options, server, loadArguments) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-load-'))
  const file = path.join(folder, 'report.json')
  const [program, ...rest] = pinned(1, [
    options.load, '--url', server.url, '--server-pid', String(server.pid), '--json', file, ...loadArguments])
  try {
    const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), 900_000)
    const [code] = await once(child, 'exit')
    clearTimeout(timer)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { good: false, failure: `the generator ended with ${code}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const measure = async (options, scenario, server, before) => {
  try {
    return await withServer(server, options, async running => {
      const report = await generate(options, running, scenario.load(options.quick, before))
      return { ...report, figures: report.figures && { ...report.figures, resident_at_start: running.residentAtStart } }
    })
  } catch (error) {
    return { good: false, failure: error.message }
  }
}

const run = async (options, chosenScenarios, chosenServers) => {
  const results = []
  for (let number = 1; number <= options.runs; ++number) {
    const before = Object.fromEntries(chosenServers.map(server => [server.name, {}]))
    for (const scenario of chosenScenarios) {
      for (const server of chosenServers) {
        process.stderr.write(`\n== run ${number} of ${options.runs}: ${scenario.name}, ${server.title}\n`)
        const { good, failure, figures } = await measure(options, scenario, server, before[server.name])
        before[server.name][scenario.name] = figures
        results.push({ run: number, scenario: scenario.name, server: server.name, good, failure, figures })
      }
    }
  }
  return results
}

const main = async () => {
  const options = parse()
  if (options.help) {
    process.stdout.write(help)
    return
  }
  const chosenScenarios = chosen(scenarios, options.only, 'scenario')
  const chosenServers = chosen(servers, options.servers, 'server')
  const lacking = chosenServers.map(server => missing(server, options)).filter(Boolean)
  if (!existsSync(options.load)) {
    lacking.push(`the load generator is not built (${path.relative(process.cwd(), options.load)}): ./dev build`)
  }
  if (lacking.length > 0) {
    fail(lacking.join('\nbench/run: '))
  }
  const results = await run(options, chosenScenarios, chosenServers)
  const rows = table(chosenScenarios, chosenServers, results)
  const day = new Date().toISOString().slice(0, 10)
  const heading = `Medians of ${options.runs} ${options.runs === 1 ? 'run' : 'runs'}, ${day}, on ${machine()}.`
  process.stdout.write(`\n${heading}\n\n${asText(rows)}\n`)
  const failed = failures(results)
  failed.forEach(line => process.stdout.write(`FAILED ${line}\n`))
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ day, machine: machine(), results }, null, 2)}\n`)
  }
  if (options['update-docs']) {
    const lines = failed.map(line => `- failed: ${line}`).join('\n')
    updateBetween(path.join(root, 'docs/benchmarks.md'), '<!-- generated by bench/run --update-docs: begin -->',
      '<!-- generated by bench/run --update-docs: end -->', `${heading}\n\n${asMarkdown(rows)}${lines && `\n\n${lines}`}`)
  }
  process.exitCode = failed.length > 0 ? 1 : 0
}

try {
  await main()
} catch (error) {
  fail(error.message)
}
