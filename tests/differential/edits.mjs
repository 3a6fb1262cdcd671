// One random edit on whatever shared type of a document, as applications make them: formatted text with embeds, maps, arrays,
// XML, subdocuments, nested as they come.

import * as Y from 'yjs'

/** The roots of every history, and as what applications open them. */
export const roots = { text: Y.Text, note: Y.Text, map: Y.Map, array: Y.Array, xml: Y.XmlFragment }

const words = ['warp', 'weft', 'Köper', '織物', '🧵', 'x🧵y🪡', 'a\u0301', '\n', 'e', ' ', 'ab', 'Schuß', 'zz', 'y']
// No application should write half a surrogate pair. v1 makes U+FFFD of it; v2 does too, unless it writes the other half next.
const halves = ['z\ud83e', '\udeddz']
const marks = ['bold', 'em', 'color', 'link']
const markValues = [true, true, null, null, 'red', '', 'x🧵', 7, [], ['x', [1, null], { a: 1 }], { href: 'x', 2: [1, 'y'] }]
const keys = ['a', 'b', 'key', '7', 'ключ', '']
const nestedKinds = [Y.Text, Y.Map, Y.Array, Y.XmlElement, Y.XmlText, Y.XmlFragment]
const kindsOfXml = [Y.XmlElement, Y.XmlElement, Y.XmlText, Y.XmlHook]

/** Edits something of `doc`; call it inside a transaction. */
export function editSomething (doc, random, style) {
  let type = doc.get(random.pick(style.roots), undefined)
  for (let depth = 0; depth < style.depth && random.chance(55); ++depth) {
    const inside = typesInside(type)
    if (inside.length === 0) break
    type = random.pick(inside)
  }
  edit(type, random, style)
}

function typesInside (type) {
  const found = []
  for (let item = type._start; item !== null; item = item.right) {
    if (!item.deleted && item.content instanceof Y.ContentType) found.push(item.content.type)
  }
  type._map.forEach(item => {
    if (!item.deleted && item.content instanceof Y.ContentType) found.push(item.content.type)
  })
  return found
}

function edit (type, random, style) {
  if (type instanceof Y.Text) editText(type, random, style)
  else if (type instanceof Y.Map) editMap(type, random)
  else if (type instanceof Y.Array) editArray(type, random)
  else editXml(type, random)
}

function word (random) {
  return random.pick(random.halves && random.chance(10) ? halves : words).repeat(random.chance(5) ? 20 : 1) + (random.chance(30) ? random.below(100) : '')
}

function value (random, depth = 0) {
  switch (random.below(depth > 2 ? 9 : 13)) {
    case 0: return random.below(200) - 100
    case 1: return random.pick([0, -0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 1e21, 1e-7, NaN, Infinity, 0.5, 0.1])
    case 2: return random.pick([true, false])
    case 3: return random.pick([null, undefined])
    case 4: return random.pick([0n, -1n, 2n ** 63n - 1n])
    case 5: return ''
    case 6: case 7: case 8: return word(random)
    case 9: return Array.from({ length: random.below(3) }, () => value(random, depth + 1))
    case 10: return { [random.pick(keys)]: value(random, depth + 1), [random.pick(keys)]: value(random, depth + 1), 3: 1 }
    case 11: return bytes(random)
    default: return word(random) + '🧵'
  }
}

/**
 * For the JSON of embeds and formats, which keeps a lone surrogate as an escape in v1 and loses it in v2: Yjs parks as v2, so what
 * becomes of one depends on whether its update came too early.
 */
const wholeWord = random => word(random).replace(/\p{Surrogate}/gu, '')

const bytes = random => new Uint8Array(Array.from({ length: random.below(5) }, () => random.below(256)))

function subdocument (random) {
  const guid = `guid-${random.bits()}`
  return random.pick([
    () => new Y.Doc({ guid }), () => new Y.Doc({ guid, gc: false }), () => new Y.Doc({ guid, autoLoad: true }),
    () => new Y.Doc({ guid, meta: { title: word(random), n: [1, null] } }), () => new Y.Doc({ guid, shouldLoad: false })
  ])()
}

function nestedType (random) {
  const Kind = random.pick(nestedKinds)
  if (Kind === Y.Text || Kind === Y.XmlText) return random.chance(50) ? new Kind(word(random)) : new Kind()
  if (Kind === Y.XmlElement) return new Kind(random.pick(['p', 'H1', 'li']))
  if (Kind === Y.Array) return random.chance(50) ? Y.Array.from([{ deep: value(random) }, word(random)]) : new Kind()
  if (Kind === Y.Map) return random.chance(50) ? new Y.Map([[random.pick(keys), value(random)]]) : new Kind()
  return new Kind()
}

function anything (random) {
  const kind = random.below(20)
  if (kind < 13) return value(random)
  if (kind < 18) return nestedType(random)
  return kind < 19 ? subdocument(random) : bytes(random)
}

/**
 * Arrays refuse undefined and bigint, except inside of other values. XML straight in a root that is an array would have the engine
 * take it for XML, and there is no comparing views then.
 */
function element (array, random) {
  const chosen = anything(random)
  const isXml = chosen instanceof Y.XmlElement || chosen instanceof Y.XmlText
  return chosen === undefined || typeof chosen === 'bigint' || (isXml && array._item === null) ? ['in an array'] : chosen
}

function range (length, random) {
  const start = random.below(length)
  return [start, 1 + random.below(Math.min(random.chance(10) ? length : 6, length - start))]
}

function attributes (random) {
  const chosen = { [random.pick(marks)]: random.pick(markValues) }
  if (random.chance(20)) chosen[random.pick(marks)] = random.pick(markValues)
  return chosen
}

// ---- Text ----

/** Where a caret can be; between the halves of a surrogate pair only when the style asks for it. */
function positionIn (text, random, style) {
  const at = Math.min(random.below(text.length + 1), random.chance(40) ? style.caret : Infinity)
  if (style.splitsPairs || at === 0) return at
  const plain = unitsOf(text)
  return isInsidePair(plain, at) ? at - 1 : at
}

export const isInsidePair = (units, at) => /[\ud800-\udbff][\udc00-\udfff]/.test(units.slice(at - 1, at + 1))

export function unitsOf (text) {
  let units = ''
  for (let item = text._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) units += item.content instanceof Y.ContentString ? item.content.str : '\ufffc'
  }
  return units
}

function rangeIn (text, random, style) {
  let [start, length] = range(text.length, random)
  if (style.splitsPairs) return [start, length]
  const units = unitsOf(text)
  if (isInsidePair(units, start)) { --start; ++length }
  return [start, isInsidePair(units, start + length) ? length + 1 : length]
}

function editText (text, random, style) {
  const kind = text.length === 0 ? random.below(50) : random.below(100)
  const plain = style.plain && random.chance(90)
  if (kind < 40 || (plain && kind < 65)) {
    const at = positionIn(text, random, style)
    text.insert(at, word(random), !plain && random.chance(25) ? attributes(random) : undefined)
    style.caret = at + 1
  } else if (kind < 45) {
    text.insertEmbed(positionIn(text, random, style), embed(random), random.chance(50) ? attributes(random) : undefined)
  } else if (kind < 47) {
    text.setAttribute(random.pick(keys), random.pick([word(random), 1, true]))
  } else if (kind < 48) {
    text.removeAttribute(random.pick(keys))
  } else if (text.length === 0) {
    text.insert(0, word(random))
  } else if (kind < 70) {
    text.delete(...rangeIn(text, random, style))
  } else if (kind < 93) {
    text.format(...rangeIn(text, random, style), attributes(random))
  } else {
    applyDelta(text, random, style)
  }
}

function embed (random) {
  const kind = random.below(10)
  if (kind < 6) return { image: wholeWord(random) }
  if (kind < 7) return random.pick([[1, 'x', [null, [], 1e21]], 5, 'emoji', true, []])
  return kind < 9 ? new Y.Map() : new Y.Text('in')
}

function applyDelta (text, random, style) {
  const [start, length] = rangeIn(text, random, style)
  const delta = start > 0 ? [random.chance(80) ? { retain: start } : { retain: start, attributes: attributes(random) }] : []
  delta.push(random.chance(50) ? { delete: length } : { retain: length, attributes: attributes(random) })
  if (random.chance(60)) delta.push({ insert: word(random), attributes: random.chance(50) ? attributes(random) : {} })
  text.applyDelta(delta)
}

// ---- Maps, arrays, XML ----

function editMap (map, random) {
  const kind = random.below(20)
  if (kind < 14) map.set(random.pick(keys), anything(random))
  else if (kind < 19) map.delete(random.pick(keys))
  else map.clear()
}

function editArray (array, random) {
  if (array.length > 0 && random.chance(35)) {
    array.delete(...range(array.length, random))
  } else if (random.chance(4)) {
    insertLegacyJson(array, random)
  } else {
    const values = Array.from({ length: 1 + random.below(3) }, () => element(array, random))
    array.insert(random.below(array.length + 1), values)
  }
}

/** Values as Yjs wrote them before 13.0; it still reads them. */
function insertLegacyJson (array, random) {
  const { doc } = array
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID))
  const right = array._start
  const content = new Y.ContentJSON([word(random), undefined, { a: [1] }].slice(0, 1 + random.below(3)))
  new Y.Item(id, null, null, right, right && right.id, array, null, content).integrate(doc._transaction, 0)
  array._searchMarker = [] // what the array's own insert would have moved on
}

function editXml (parent, random) {
  if (parent instanceof Y.XmlElement && random.chance(40)) {
    if (random.chance(25)) parent.removeAttribute(random.pick(keys))
    else parent.setAttribute(random.pick(keys), random.pick([() => word(random), () => value(random)])())
  } else if (parent.length > 0 && random.chance(30)) {
    parent.delete(...range(parent.length, random))
  } else {
    const Kind = random.pick(kindsOfXml)
    const child = Kind === Y.XmlText ? new Kind(word(random)) : new Kind(random.pick(['p', 'H1', 'li']))
    parent.insert(random.below(parent.length + 1), [child])
  }
}
