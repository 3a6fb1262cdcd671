// Edits that the engine makes by itself: it must write the very update that Yjs writes for the same call.

import * as Y from 'yjs'
import { isInsidePair, unitsOf } from './edits.mjs'
import { Count, sameUpdate } from './engine.mjs'

const kinds = {
  textInsert: 1, textEmbed: 2, textDelete: 3, textFormat: 4, mapSet: 5, mapDelete: 6, arrayInsert: 7, arrayDelete: 8,
  xmlInsertElement: 9, xmlInsertText: 10, xmlDelete: 11, xmlSetAttribute: 12, xmlDeleteAttribute: 13
}
const types = { text: Y.Text, map: Y.Map, array: Y.Array, xml: Y.XmlFragment }
const words = ['warp', 'weft', 'Schuß', '織物', '🧵', 'a\u0301\n']
const keys = ['a', 'key', '7', 'ключ']

/** Makes `count` edits on `doc` as its client, and asks the engine for each of them; both have the same state before. */
export function askForEdits (request, doc, count, random) {
  let said
  const listener = update => { said = update }
  doc.on('update', listener)
  for (; count > 0; --count) {
    const target = pickTarget(doc, random)
    const edit = target && editOf(target.type, random)
    if (!edit) continue
    said = new Uint8Array()
    const state = Y.getState(doc.store, doc.clientID)
    doc.transact(() => edit.inYjs(target.type))
    separateFormats(doc, state)
    const { kind, position = 0, length = 0, key = '', text = '', value = '', attributes = '', type = '' } = edit
    const path = target.path.flatMap(step => typeof step === 'string' ? [1, new Count(0), step] : [0, new Count(step), ''])
    const parts = [kinds[kind], target.root, new Count(target.path.length), ...path, new Count(position), new Count(length), key, text, value, attributes, type]
    const { inYjs, ...told } = edit
    request.ask('edit', parts, sameUpdate(`edit of ${target.root} ${JSON.stringify(target.path)}: ${JSON.stringify(told)}`, 1, said))
  }
  doc.off('update', listener)
}

/**
 * Yjs takes formats with objects for the same if they hold the very same object, which no update can tell: here each has one of its
 * own, as it would after a reload.
 */
function separateFormats (doc, state) {
  for (const { id, content } of [...doc.store.clients.get(doc.clientID) ?? []].reverse()) {
    if (id.clock < state) break
    if (content instanceof Y.ContentFormat) content.value = structuredClone(content.value)
  }
}

/** A type and the way to it: keys of maps and indexes of lists. */
function pickTarget (doc, random) {
  const root = random.pick(['text', 'note', 'map', 'array', 'xml'])
  let type = doc.get(root)
  const path = []
  while (random.chance(60)) {
    const steps = stepsInto(type)
    if (steps.length === 0) break
    const step = random.pick(steps)
    path.push(step.step)
    type = step.type
  }
  return path.length === 0 && type instanceof Y.Text && !saysThatItIsText(type) ? undefined : { root, path, type }
}

/** A root says it by what is in it: not by an embedded type in front, nor by attributes alone, which could be a map. */
function saysThatItIsText (root) {
  const first = firstOf(root)
  return first ? !(first.content instanceof Y.ContentType) : ![...root._map.values()].some(item => !item.deleted)
}

function firstOf (type) {
  let item = type._start
  while (item !== null && (item.deleted || !item.countable)) item = item.right
  return item
}

function stepsInto (type) {
  const steps = []
  if (type instanceof Y.Map) {
    type._map.forEach((item, key) => { if (!item.deleted && item.content instanceof Y.ContentType) steps.push({ step: key, type: item.content.type }) })
  } else if (!(type instanceof Y.Text)) {
    let index = 0
    for (let item = type._start; item !== null; item = item.right) {
      if (item.deleted || !item.countable) continue
      if (item.content instanceof Y.ContentType) steps.push({ step: index, type: item.content.type })
      index += item.length
    }
  }
  return steps
}

function editOf (type, random) {
  if (type instanceof Y.XmlText && random.chance(30)) return attributeEdit(random)
  if (type instanceof Y.Text) return textEdit(type, random)
  if (type instanceof Y.Map) return mapEdit(random)
  if (type instanceof Y.Array) return arrayEdit(type, random)
  return type instanceof Y.XmlElement && random.chance(40) ? attributeEdit(random) : xmlEdit(type, random)
}

const word = random => random.pick(words) + (random.chance(30) ? random.below(100) : '')

/** What JSON can say: both sides get it as text. */
function json (random, depth = 0) {
  switch (random.below(depth > 2 ? 6 : 8)) {
    case 0: return random.below(200) - 100
    case 1: return random.pick([2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e21, 1e-7, 0.5, 0.1])
    case 2: return random.chance(50)
    case 3: return null
    case 4: case 5: return word(random)
    case 6: return Array.from({ length: random.below(3) }, () => json(random, depth + 1))
    default: return { [random.pick(keys)]: json(random, depth + 1), 3: 1, [random.pick(keys)]: json(random, depth + 1) }
  }
}

function attributesOf (random) {
  const chosen = { [random.pick(['bold', 'em', 'link'])]: random.pick([true, null, 'red', { href: 'x' }]) }
  if (random.chance(30)) chosen[random.pick(['bold', 'color'])] = random.pick([true, null])
  return chosen
}

function textEdit (text, random) {
  const units = unitsOf(text)
  const outside = at => isInsidePair(units, at) ? at - 1 : at
  const position = outside(random.below(units.length + 1))
  const length = outside(Math.min(units.length, position + 1 + random.below(6))) - position
  const attributes = random.chance(40) ? attributesOf(random) : undefined
  const told = attributes ? JSON.stringify(attributes) : ''
  const kind = random.below(10)
  if (kind < 4 || length <= 0) {
    const inserted = word(random)
    return { kind: 'textInsert', position, text: inserted, attributes: told, inYjs: text => text.insert(position, inserted, attributes) }
  }
  if (kind < 6) {
    const type = random.chance(30) ? random.pick(Object.keys(types)) : ''
    const value = type ? '' : JSON.stringify(random.pick([{ image: word(random) }, 5, [1, 'x'], true, 'emoji']))
    return { kind: 'textEmbed', position, value, type, attributes: told, inYjs: text => text.insertEmbed(position, type ? new types[type]() : JSON.parse(value), attributes ?? {}) }
  }
  if (kind < 8) return { kind: 'textDelete', position, length, inYjs: text => text.delete(position, length) }
  const format = attributesOf(random)
  return { kind: 'textFormat', position, length, attributes: JSON.stringify(format), inYjs: text => text.format(position, length, format) }
}

function valueOrType (random) {
  const type = random.chance(35) ? random.pick(Object.keys(types)) : ''
  const value = type ? '' : JSON.stringify(json(random))
  return { type, value, make: () => type ? new types[type]() : JSON.parse(value) }
}

function mapEdit (random) {
  const key = random.pick(keys)
  if (random.chance(25)) return { kind: 'mapDelete', key, inYjs: map => map.delete(key) }
  const { type, value, make } = valueOrType(random)
  return { kind: 'mapSet', key, type, value, inYjs: map => map.set(key, make()) }
}

function rangeOf (list, random) {
  const position = random.below(list.length)
  return { position, length: 1 + random.below(Math.min(4, list.length - position)) }
}

function arrayEdit (array, random) {
  if (array.length > 0 && random.chance(35)) {
    const { position, length } = rangeOf(array, random)
    return { kind: 'arrayDelete', position, length, inYjs: array => array.delete(position, length) }
  }
  const position = random.below(array.length + 1)
  if (random.chance(35)) {
    const type = random.pick(Object.keys(types))
    return { kind: 'arrayInsert', position, type, inYjs: array => array.insert(position, [new types[type]()]) }
  }
  const value = JSON.stringify(Array.from({ length: random.below(4) }, () => json(random)))
  return { kind: 'arrayInsert', position, value, inYjs: array => array.insert(position, JSON.parse(value)) }
}

function xmlEdit (parent, random) {
  if (parent.length > 0 && random.chance(30)) {
    const { position, length } = rangeOf(parent, random)
    return { kind: 'xmlDelete', position, length, inYjs: parent => parent.delete(position, length) }
  }
  const position = random.below(parent.length + 1)
  if (random.chance(40)) {
    const text = random.chance(80) ? word(random) : ''
    return { kind: 'xmlInsertText', position, text, inYjs: parent => parent.insert(position, [new Y.XmlText(text)]) }
  }
  const key = random.pick(['p', 'H1', 'li'])
  const attributes = random.chance(50) ? { id: word(random), [random.pick(keys)]: json(random) } : {}
  return {
    kind: 'xmlInsertElement',
    position,
    key,
    attributes: Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : '',
    inYjs: parent => {
      const element = new Y.XmlElement(key)
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
      parent.insert(position, [element])
    }
  }
}

function attributeEdit (random) {
  const key = random.pick(keys)
  if (random.chance(30)) return { kind: 'xmlDeleteAttribute', key, inYjs: node => node.removeAttribute(key) }
  const value = JSON.stringify(json(random))
  return { kind: 'xmlSetAttribute', key, value, inYjs: node => node.setAttribute(key, JSON.parse(value)) }
}
