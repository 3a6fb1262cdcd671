// The HTTP side of the server, as far as the page uses it.

/** An answer other than 2xx: `status`, the server's own words, and all that it said (`body`, if that was JSON). */
export class ApiError extends Error {
  constructor (response, body) {
    super(body?.error?.message ?? `${response.status} ${response.statusText}`)
    this.status = response.status
    this.body = body
  }
}

/** One page of documents whose names begin with `prefix`: `{ documents, next }`. */
export function listDocuments ({ prefix = '', after = '', limit = 100 } = {}) {
  const query = new URLSearchParams({ limit })
  if (prefix) query.set('prefix', prefix)
  if (after) query.set('after', after)
  return getJson(`/api/documents?${query}`)
}

/**
 * What the server knows about one document, and whether it `exists`: before its first edit nothing but the `algorithm` that it
 * will have is known.
 */
export async function describeDocument (name) {
  try {
    return { ...await getJson(`/api/documents/${encodeURIComponent(name)}`), exists: true }
  } catch (error) {
    if (error.status !== 404) throw error
    return { algorithm: error.body?.algorithm, exists: false }
  }
}

/** The readable content: text, or the JSON view of all roots, laid out for reading. */
export async function readContent (name) {
  return readable(contentAddress(name))
}

async function readable (address) {
  const response = await request(address, { headers: { accept: 'application/json' } })
  const body = await response.text()
  try {
    const value = JSON.parse(body)
    return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  } catch {
    return body
  }
}

export const contentAddress = name => `/api/documents/${encodeURIComponent(name)}/content`

/** One page of versions, newest first: `{ versions, next }`; those below number `before`. */
export function listVersions (name, { before, limit = 100 } = {}) {
  const query = new URLSearchParams({ limit })
  if (before) query.set('before', before)
  return getJson(`${versionsAddress(name)}?${query}`)
}

/** Keeps the present as a version: `{ number }`. */
export const nameVersion = (name, label, author) => postJson(versionsAddress(name), { label, author })

/** Brings a version back: `{ kept }`, the version that has what was there before; null when that was the same. */
export const restoreVersion = (name, number, author) => postJson(`${versionAddress(name, number)}/restore`, { author })

/** One root of a version as text. */
export async function readVersionText (name, number, root) {
  return (await request(`${versionAddress(name, number)}/content?${new URLSearchParams({ root })}`)).text()
}

/** A version as `readContent` gives the present. */
export const readVersionContent = (name, number) => readable(`${versionAddress(name, number)}/content`)

/** What is different in a version from the one before it, by root. */
export const readVersionChanges = async (name, number) => (await getJson(`${versionAddress(name, number)}/diff`)).changes

const versionsAddress = name => `/api/documents/${encodeURIComponent(name)}/versions`
const versionAddress = (name, number) => `${versionsAddress(name)}/${number}`

const getJson = async address => (await request(address, { headers: { accept: 'application/json' } })).json()

async function postJson (address, body) {
  return (await request(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json()
}

async function request (address, options) {
  const response = await reach(address, options)
  if (!response.ok) throw new ApiError(response, await response.json().catch(() => undefined))
  return response
}

/** Browsers have words of their own for a server that is away, each others; ours say what it is. */
async function reach (address, options) {
  try {
    return await fetch(address, { ...options, signal: AbortSignal.timeout(10_000) })
  } catch (error) {
    throw new Error(error.name === 'TimeoutError' ? 'The server takes too long to answer.' : 'The server cannot be reached.')
  }
}
