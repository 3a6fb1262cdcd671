// What Yjs shows of a type, as JSON text in the engine's words: see plugins/crdt/yjs/json_view.hpp.
//
// A root that was never opened has no kind in Yjs; so the methods of the wanted kind are called on it as it is.

import * as Y from 'yjs'

const isXml = type => type instanceof Y.XmlElement || type instanceof Y.XmlText || type instanceof Y.XmlHook

/** The kind that a root's present content tells: what plugins/crdt/yjs/text_view.hpp says of `kind_of`. */
export function kindOf (type) {
  let values = false
  let xml = false
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (content instanceof Y.ContentString || content instanceof Y.ContentFormat || content instanceof Y.ContentEmbed) return 'text'
    values = true
    xml ||= content instanceof Y.ContentType && isXml(content.type)
  }
  if (values) return xml ? 'xml' : 'array'
  return type._start === null && type._map.size > 0 ? 'map' : 'text'
}

/** What the accessor of this kind gives of a root, as a plain value. */
export function shownAs (kind, type) {
  switch (kind) {
    case 'text': return Y.Text.prototype.toString.call(type)
    case 'xml': return xmlChildren(type)
    case 'map': return plain(Y.Map.prototype.toJSON.call(type))
    default: return plain(listValues(type))
  }
}

/** The pieces of a text with their attributes; embedded types as their JSON. */
export function deltaOf (type) {
  return Y.Text.prototype.toDelta.call(type).map(({ insert, attributes }) => {
    const shown = plain(insert instanceof Y.AbstractType ? insert.toJSON() : insert)
    return attributes ? { insert: shown, attributes: plain(attributes) } : { insert: shown }
  })
}

/** Roots that hold anything at all. */
export function rootsOf (doc) {
  return [...doc.share].filter(([, type]) => type._start !== null || type._map.size > 0)
}

/** All roots that hold anything, as text, by name. */
export function shownRoots (doc) {
  return rootsOf(doc).map(([name, type]) => {
    const kind = kindOf(type)
    return { name, kind, json: JSON.stringify(shownAs(kind, type)), delta: kind === 'text' ? JSON.stringify(deltaOf(type)) : '' }
  }).sort((a, b) => a.name < b.name ? -1 : 1)
}

/** Two texts from a little before where they part. */
export function apart (engine, yjs) {
  let at = 0
  while (engine[at] === yjs[at]) ++at
  const from = Math.max(0, at - 60)
  return `   engine …${engine.slice(from, at + 100)}\n   yjs    …${yjs.slice(from, at + 100)}`
}

function listValues (type) {
  const values = []
  for (let item = type._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) values.push(...item.content.getContent())
  }
  return values.map(value => value instanceof Y.AbstractType ? value.toJSON() : value)
}

const xmlChildren = type => listOf(type).map(child => child.toString()).join('')

function listOf (type) {
  const values = []
  for (let item = type._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) values.push(...item.content.getContent())
  }
  return values
}

/** Without what JSON lacks. */
function plain (value) {
  switch (typeof value) {
    case 'undefined': return null
    case 'bigint': return Number(value)
    case 'number': return Number.isFinite(value) ? value + 0 : null
    case 'object': break
    default: return value
  }
  if (value === null) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Y.Doc) return { guid: value.guid }
  if (Array.isArray(value)) return value.map(plain)
  const sorted = Object.create(null)
  for (const key of Object.keys(value).sort()) sorted[key] = plain(value[key])
  return sorted
}
