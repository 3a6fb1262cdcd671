// The HTTP side of the server, as far as the page uses it.

/** An answer other than 2xx: `status` and the server's own words. */
export class ApiError extends Error {
  constructor (status, message) {
    super(message)
    this.status = status
  }
}

/** One page of documents whose names begin with `prefix`: `{ documents, next }`. */
export function listDocuments ({ prefix = '', after = '', limit = 100 } = {}) {
  const query = new URLSearchParams({ limit })
  if (prefix) query.set('prefix', prefix)
  if (after) query.set('after', after)
  return getJson(`/api/documents?${query}`)
}

/** What the server knows about one document; an ApiError with status 404 when it does not exist yet. */
export const describeDocument = name => getJson(`/api/documents/${encodeURIComponent(name)}`)

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
  if (!response.ok) throw new ApiError(response.status, await reason(response))
  return response
}

async function reason (response) {
  try {
    return (await response.json()).error.message
  } catch {
    return `${response.status} ${response.statusText}`
  }
}
