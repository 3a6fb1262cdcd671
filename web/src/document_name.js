// A document's name and its addresses. Names are 1 to 512 bytes of UTF-8 without control characters; in an address
// they are percent-encoded as one path segment, slashes included.

const bytesMax = 512

/** Why `name` cannot be a document's name, or null when it can. */
export function refusal (name) {
  if (name === '') return 'A name needs at least one character.'
  if (new TextEncoder().encode(name).length > bytesMax) return `A name has at most ${bytesMax} bytes.`
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return 'A name has no control characters.'
  // Browsers resolve these two in any address, encoded or not, so that no link could reach them.
  if (name === '.' || name === '..') return 'A name is not a dot or two.'
  if (name === 'hocuspocus') return 'This name is reserved.'
  return null
}

export const pageAddress = name => `/d/${encodeURIComponent(name)}`

/** The name in a page's path `/d/…`, or null when that is not a document's page. */
export function nameFromPath (path) {
  if (!path.startsWith('/d/')) return null
  const encoded = path.slice('/d/'.length)
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded // An invalid percent sequence stays as it is, as on the server.
  }
}
