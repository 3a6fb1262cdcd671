// The same promise where keeping it takes longest: on a store that commits late. There the moment between an edit and its
// commit is long enough for every kill to fall into it, which is shown by servers that break the promise: they fail.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { killRounds } from './kill_rounds.mjs'
import { seeds, soak } from './random.mjs'
import { endServers, lateServer, withoutGate } from './servers.mjs'

after(endServers)

const rounds = soak ? 120 : 10
const killAfter = [300, 1200]

/** Rounds of a server that breaks the promise, until each of `whos` has lost something, ten at the most. */
async function lossesOf (options, seed, whos) {
  const unhurt = losses => whos.filter(who => !losses.some(loss => loss.who === who))
  const { losses, tally, server } = await killRounds({ options, seed, rounds: 10, killAfter, enough: losses => unhurt(losses).length === 0 })
  await server.kill()
  assert.deepEqual(unhurt(losses), [], `each of them has lost something, seed ${seed}: ${JSON.stringify({ losses, tally })}`)
}

for (const seed of seeds(1, 1)) {
  test(`A store that commits late loses nothing that anyone had received, in ${rounds} kills (seed ${seed})`, async () => {
    const { losses, tally, server } = await killRounds({ options: lateServer(), seed, rounds, killAfter })
    assert.deepEqual(losses, [], `seed ${seed}`)
    assert.ok(tally.read > rounds && tally.joined > 0 && tally.overHttp > rounds, `there was something to lose: ${JSON.stringify(tally)}`)
    assert.ok(tally.neverStored > rounds, `the kills fell before commits: ${JSON.stringify(tally)}`)
    assert.deepEqual(await server.kill(), { code: 0, signal: null })
  })

  test(`The test sees what a server without the gate loses (seed ${seed})`, async () => {
    await lossesOf(lateServer({ program: withoutGate }), seed, ['a client that had joined', 'a reader over HTTP'])
  })

  test(`The test sees what durability: relaxed loses (seed ${seed})`, async () => {
    const relaxed = { durability: 'relaxed', 'commit.flush_interval': '1s' }
    await lossesOf(lateServer({ set: relaxed }), seed, ['a reader', 'a client that had joined', 'a reader over HTTP', 'a writer'])
  })
}
