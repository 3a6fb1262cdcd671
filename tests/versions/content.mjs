// All that a document shows, formats included, as plain values that can be compared.

import * as Y from 'yjs'

/** Per root its content; roots without any are left out. */
export function contentOf (doc) {
  const content = {}
  for (const name of [...doc.share.keys()].sort()) {
    const shown = typeContent(doc.share.get(name))
    if (shown.list.length > 0 || Object.keys(shown.keys).length > 0) content[name] = shown
  }
  return content
}

/** Formats as text: equal exactly if they are. */
export const sorted = formats => JSON.stringify(Object.entries(formats).sort(([a], [b]) => a < b ? -1 : 1))

/** What stands visible in the list of a type, one content after the other, with the formats that are in force there. */
export function * shownContents (type) {
  const formats = {}
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (!(content instanceof Y.ContentFormat)) yield { content, formats: sorted(formats) }
    else if (content.value === null) delete formats[content.key]
    else formats[content.key] = content.value
  }
}

/** A type: the pieces of its list, `[formats, text]` or `[formats, { value }]`, and its keys. */
function typeContent (type) {
  const list = []
  for (const { content, formats } of shownContents(type)) {
    if (content instanceof Y.ContentString) {
      const last = list.at(-1)
      if (last && last[0] === formats && typeof last[1] === 'string') last[1] += content.str
      else list.push([formats, content.str])
    } else {
      for (const value of content.getContent()) list.push([formats, { value: plain(value) }])
    }
  }
  const keys = {}
  for (const key of [...type._map.keys()].sort()) {
    const item = type._map.get(key)
    if (!item.deleted) keys[key] = plain(item.content.getContent()[item.length - 1])
  }
  return { list, keys }
}

function plain (value) {
  if (value instanceof Y.AbstractType) return { kind: value.constructor.name, node: value.nodeName ?? value.hookName, ...typeContent(value) }
  if (value instanceof Y.Doc) return { guid: value.guid, gc: value.gc, autoLoad: value.autoLoad, meta: value.meta }
  if (value instanceof Uint8Array) return { bytes: [...value] }
  if (typeof value === 'bigint') return { bigint: String(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.keys(value).sort().map(key => [key, plain(value[key])]))
  }
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value === undefined ? { undefined: true } : value
}
