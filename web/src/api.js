// The HTTP side of the server, as far as the page uses it.

/** An answer other than 2xx: `status`, the server's own words, and all that it said (`body`, if that was JSON). */
class ApiError extends Error {
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
  const response = await request(contentAddress(name), { headers: { accept: 'application/json' } })
  const body = await response.text()
  try {
    const value = JSON.parse(body)
    return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  } catch {
    return body
  }
}

export const contentAddress = name => `/api/documents/${encodeURIComponent(name)}/content`

const getJson = async address => (await request(address, { headers: { accept: 'application/json' } })).json()

async function request (address, options) {
  const response = await fetch(address, { ...options, signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new ApiError(response, await response.json().catch(() => undefined))
  return response
}
