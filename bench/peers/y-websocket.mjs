// Starts npm's y-websocket server as its own program starts it (src/server.js of the package: no persistence, no
// callback, no compression), but on the loopback, on the port in PORT (default 0: a free one), and says where.
import http from 'node:http'
import WebSocket from 'ws'
import { setupWSConnection } from '@y/websocket-server/utils'

const server = http.createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/plain' })
  response.end('okay')
})
const sockets = new WebSocket.Server({ noServer: true })
sockets.on('connection', setupWSConnection)

server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, accepted => sockets.emit('connection', accepted, request))
})

server.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0), backlog: 4096 }, () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})
