// Calls operations of docs/openapi.yaml by their ids, and checks each answer against the file.

import assert from 'node:assert/strict'
import { checkAnswer, operationOf } from './openapi.mjs'

export class Caller {
  /** What was answered so far: "operation status". */
  seen = new Set()

  constructor (server) {
    this.url = server.url
  }

  /**
   * `document` and `file` stand for themselves in the path; `rawDocument` goes there as it is. Gives `{status, headers, bytes, text, json}`.
   * `status`: the one expected; without it any that the file has, but no server error.
   */
  async call (id, { document, rawDocument, version, file, query = {}, headers = {}, body, status } = {}) {
    const operation = operationOf(id)
    const path = operation.path
      .replace('{document}', rawDocument ?? encodeURIComponent(document ?? ''))
      .replace('{version}', version ?? '')
      .replace('{file}', file ?? '')
    const search = new URLSearchParams(query).toString()
    const url = `${this.url}${path}${search && '?'}${search}`
    const sent = typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : body
    // An empty body is none: Node 18 fails to send one with DELETE.
    const answer = await fetch(url, { method: operation.method, headers, body: sent || undefined })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const text = Buffer.from(bytes).toString()
    checkAnswer(operation, answer, bytes)
    if (status) assert.equal(answer.status, status, `${id}: ${text.slice(0, 300)}`)
    else assert.ok(answer.status < 500, `${id} answers ${answer.status}: ${text.slice(0, 300)}`)
    this.seen.add(`${id} ${answer.status}`)
    const json = answer.headers.get('content-type')?.startsWith('application/json') && text ? JSON.parse(text) : undefined
    return { status: answer.status, headers: answer.headers, etag: answer.headers.get('etag'), bytes, text, json }
  }
}
