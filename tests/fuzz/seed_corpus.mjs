// Writes the entries of yjs-vectors.json as inputs of the fuzzers:  node seed_corpus.mjs FOLDER
// Then minimise with what is there:  <fuzzer> -merge=1 corpus/<fuzzer> FOLDER/<fuzzer>
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const vectors = JSON.parse(readFileSync(new URL('../plugins/yjs/yjs-vectors.json', import.meta.url)))
const folder = process.argv[2]
const bytes = hex => Buffer.from(hex, 'hex')
const piece = buffer => Buffer.concat([Buffer.from([buffer.length & 255, buffer.length >> 8]), buffer])
const pieces = hexes => Buffer.concat(hexes.map((hex, i) => (i + 1 < hexes.length ? piece(bytes(hex)) : bytes(hex))))

function seed(fuzzer, ...buffers) {
    const input = Buffer.concat(buffers)
    const name = createHash('sha1').update(input).digest('hex')
    mkdirSync(`${folder}/${fuzzer}`, { recursive: true })
    writeFileSync(`${folder}/${fuzzer}/${name}`, input)
}

const [v1, v2] = [Buffer.from([0]), Buffer.from([1])]
for (const { updates, expect } of vectors.documents) {
    // A last piece that is refused: so the pieces before it are whole updates.
    for (let i = 0; i < updates.length; i += 3) {
        const some = updates.slice(i, i + 3)
        seed('yjs_update_fuzz', pieces([...some.map(update => update.v1), '']))
        seed('yjs_merge_fuzz', v1, pieces([...some.map(update => update.v1), '']))
        seed('yjs_merge_fuzz', v2, pieces([...some.map(update => update.v2), '']))
    }
    for (const update of updates) seed('yjs_update_v2_fuzz', bytes(update.v2))
    seed('yjs_update_v2_fuzz', bytes(expect.state_v2))
    seed('yjs_state_vector_fuzz', pieces([expect.state_vector, expect.state_v1]))
    seed('yjs_snapshot_fuzz', v1, pieces([expect.snapshot_v1, expect.state_v1]))
    seed('yjs_snapshot_fuzz', v2, pieces([expect.snapshot_v2, expect.state_v1]))
}
for (const { updates } of vectors.orders) seed('yjs_update_fuzz', pieces([...updates.slice(-3), '']))
for (const { inputs, merged_v2 } of vectors.merges) seed('yjs_merge_fuzz', merged_v2 ? v2 : v1, pieces([...inputs, '']))
for (const { hex } of vectors.damaged) seed('yjs_update_fuzz', pieces([hex, '']))
for (const { hex } of vectors.messages) seed('sync_message_fuzz', bytes(hex))
for (const { payload, message } of vectors.awareness.filter(entry => entry.payload)) {
    seed('presence_fuzz', bytes(payload))
    if (message) seed('sync_message_fuzz', bytes(message))
}
