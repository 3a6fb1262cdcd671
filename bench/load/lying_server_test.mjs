// A relay that speaks just enough y-websocket, and lies in one way: the generator must find out each lie, and must not
// cry wolf at what a server may do.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'

const load = path.join(process.env.WEFT_BUILD_DIR, 'bench/weft-load')

// Every message of this test is shorter than 126 bytes, so a frame's length is one byte.
const frame = payload => Buffer.concat([Buffer.from([0x82, payload.length]), payload])
const step1 = frame(Buffer.from([0, 0, 1, 0]))
const emptyStep2 = frame(Buffer.from([0, 1, 2, 0, 0]))

/** Calls `onMessage(payload)` for every whole frame; answers what is left. */
const takeFrames = (bytes, onMessage) => {
  while (bytes.length >= 6 && bytes.length >= 6 + (bytes[1] & 0x7f)) {
    const end = 6 + (bytes[1] & 0x7f)
    onMessage(bytes.subarray(6, end).map((byte, at) => byte ^ bytes[2 + (at % 4)]))
    bytes = bytes.subarray(end)
  }
  return bytes
}

/** `forward(update, number)` answers the messages that the others get for the update with this number. */
const relay = forward => {
  const sockets = new Set()
  let number = 0
  const server = http.createServer()
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`)
    socket.write(step1)
    sockets.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('data', data => {
      rest = takeFrames(Buffer.concat([rest, data]), message => {
        if (message[0] === 0 && message[1] === 0) {
          socket.write(emptyStep2)
        } else if (message[0] === 0 && message[1] === 2) {
          const copies = forward(message, ++number).map(frame)
          for (const other of sockets) {
            copies.forEach(copy => other !== socket && other.write(copy))
          }
        }
      })
    })
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  return server
}

/** Runs a small fan-out through the relay and answers the exit code and the checks of the report. */
const run = async forward => {
  const server = relay(forward)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const child = spawn(load, ['--url', `http://127.0.0.1:${server.address().port}`, '--timeout', '2', 'fanout',
    '--readers', '3', '--rate', '600', '--seconds', '0.4', '--warm-up', '0.1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', data => { out += data })
  const [code] = await once(child, 'close')
  server.closeAllConnections()
  server.close()
  return { code, ...JSON.parse(out).figures.checks }
}

const altered = message => {
  const copy = Buffer.from(message)
  copy[copy.length - 2] ^= 1 // the last character: behind it only the empty delete set
  return copy
}

const faithful = await run(update => [update])
assert.deepEqual([faithful.code, faithful.missing, faithful.wrong_text, faithful.repeated_clocks], [0, 0, 0, 0])
assert.ok(faithful.deliveries >= 300, `only ${faithful.deliveries} deliveries`)

const twice = await run(update => [update, update])
assert.equal(twice.code, 0, 'an update that comes twice is no loss')
assert.equal(twice.deliveries, faithful.deliveries, 'and is delivered once')
assert.ok(twice.repeated_clocks > 0)

let held = null
const swapped = await run((update, number) => {
  const now = number === 5 ? [] : held ? [update, held] : [update]
  held = number === 5 ? update : null
  return now
})
assert.equal(swapped.code, 0, 'an update that comes late is no loss')
assert.equal(swapped.out_of_order, 3)

const loses = await run((update, number) => (number === 7 ? [] : [update]))
assert.deepEqual([loses.code, loses.missing], [1, 3], 'one insert that three readers never get')

const alters = await run((update, number) => [number === 7 ? altered(update) : update])
assert.deepEqual([alters.code, alters.wrong_text], [1, 3], 'one character that three readers get wrong')
