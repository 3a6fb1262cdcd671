// docs/openapi.yaml as something that answers of the server are checked against.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import Ajv2020 from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { sourceDir } from '../support/server.mjs'

export const file = join(sourceDir, 'docs', 'openapi.yaml')
export const api = parse(readFileSync(file, 'utf8'))

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema(api, 'api')

const escaped = key => key.replaceAll('~', '~0').replaceAll('/', '~1')
const pointer = (...keys) => 'api#/' + keys.map(key => encodeURIComponent(escaped(key))).join('/')

/** What `$ref` leads to, with the way to it. */
function resolve (value, ...way) {
  if (!value?.$ref) return { value, way }
  const keys = value.$ref.slice(2).split('/')
  return { value: keys.reduce((at, key) => at[key], api), way: keys }
}

/** All operations: `{id, method, path, operation}`. */
export const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  ['get', 'put', 'post', 'delete'].filter(method => item[method]).map(method =>
    ({ id: item[method].operationId, method: method.toUpperCase(), path, operation: item[method] })))

export const operationOf = id => {
  const found = operations.find(operation => operation.id === id)
  assert.ok(found, `docs/openapi.yaml has no operation ${id}`)
  return found
}

/** The statuses that an operation may be answered with. */
export const statusesOf = ({ operation }) => Object.keys(operation.responses).map(Number)

function check (way, what, value) {
  const validate = ajv.getSchema(pointer(...way)) ?? ajv.compile({ $ref: pointer(...way) })
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`.slice(0, 2000))
}

function checkHeaders (response, way, answer, what) {
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    const value = answer.headers.get(name)
    if (value === null) continue
    const resolved = resolve(header, ...way, 'headers', name)
    check([...resolved.way, 'schema'], `${what}: ${name}`, resolved.value.schema.type === 'integer' ? Number(value) : value)
  }
}

/** Throws unless the operation's description has this answer: its status, its type, its headers and its body. */
export function checkAnswer ({ id, method, path, operation }, answer, body) {
  const what = `${id} answers ${answer.status}`
  const documented = operation.responses[answer.status]
  assert.ok(documented, `${what}, which docs/openapi.yaml does not have: ${Buffer.from(body).toString().slice(0, 300)}`)
  const { value: response, way } = resolve(documented, 'paths', path, method.toLowerCase(), 'responses', `${answer.status}`)
  checkHeaders(response, way, answer, what)
  if (!response.content) {
    assert.equal(body.length, 0, `${what} with a body`)
    return
  }
  const type = answer.headers.get('content-type').split(';')[0]
  assert.ok(response.content[type], `${what} with ${type}, and not one of ${Object.keys(response.content)}`)
  const text = Buffer.from(body).toString()
  check([...way, 'content', type, 'schema'], what, type === 'application/json' ? JSON.parse(text) : text)
}
