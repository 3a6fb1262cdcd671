// Random edits on every kind of shared type, as editors make them: formatted text with embeds, a map, nested arrays, XML.

import * as Y from 'yjs'

const marks = ['bold', 'italic', 'color']
const tags = ['paragraph', 'heading', 'list']

/** One random edit on `doc`, in a transaction of its own. */
export function editSomething (doc, random) {
  const edit = random.pick([editText, editText, editText, editMap, editArray, editXml])
  doc.transact(() => edit(doc, random))
}

/** All that `doc` shows, for comparing: structure first, so that a difference can be read. */
export function shown (doc) {
  return {
    text: doc.getText('text').toDelta(),
    map: doc.getMap('map').toJSON(),
    array: doc.getArray('array').toJSON(),
    xml: doc.getXmlFragment('xml').toString()
  }
}

function word (random) {
  return random.pick(['warp', 'weft', 'Köper', '織物', '🧵', 'a\u0301', '\n']) + random.below(100)
}

function value (random) {
  return random.pick([random.below(1e6), -random.below(100) / 8, word(random), true, null, { [word(random)]: [1, word(random)] }, new Uint8Array([1, 2, random.below(256)])])
}

function range (length, random) {
  const start = random.below(length)
  return [start, 1 + random.below(Math.min(8, length - start))]
}

// Positions as a caret has them, never between the halves of a surrogate pair. There Yjs itself diverges: formatting that
// changes nothing splits the pair for good, and only where it was called.
function caretPositions (text) {
  const units = text.toDelta().map(part => typeof part.insert === 'string' ? part.insert : '\uFFFC').join('')
  const isInsidePair = at => /[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(units.slice(at - 1, at + 1))
  return Array.from({ length: units.length + 1 }, (_, at) => at).filter(at => at === 0 || !isInsidePair(at))
}

function textRange (positions, random) {
  const [index, count] = range(positions.length - 1, random)
  return [positions[index], positions[index + count] - positions[index]]
}

function editText (doc, random) {
  const text = doc.getText('text')
  const positions = caretPositions(text)
  const kind = text.length === 0 ? 0 : random.below(10)
  if (kind < 5) {
    const attributes = random.chance(30) ? { [random.pick(marks)]: random.pick([true, 'red']) } : undefined
    text.insert(random.pick(positions), word(random), attributes)
  } else if (kind < 7) {
    text.delete(...textRange(positions, random))
  } else if (kind < 9) {
    text.format(...textRange(positions, random), { [random.pick(marks)]: random.pick([true, 'red', null]) })
  } else {
    text.insertEmbed(random.pick(positions), { image: word(random) }, random.chance(50) ? { width: random.below(100) } : {})
  }
}

function editMap (doc, random) {
  const map = doc.getMap('map')
  const key = `key${random.below(6)}`
  const present = map.get(key)
  if (present instanceof Y.Map && random.chance(60)) present.set(`inner${random.below(3)}`, value(random))
  else if (random.chance(15)) map.delete(key)
  else if (random.chance(20)) map.set(key, new Y.Map([['inner0', value(random)]]))
  else map.set(key, value(random))
}

function editArray (doc, random) {
  let array = doc.getArray('array')
  for (let depth = 0; depth < 3 && random.chance(60); ++depth) {
    const nested = array.toArray().filter(item => item instanceof Y.Array)
    if (nested.length === 0) break
    array = random.pick(nested)
  }
  if (array.length > 0 && random.chance(30)) {
    array.delete(...range(array.length, random))
  } else {
    const items = random.chance(30) ? [Y.Array.from([value(random), value(random)])] : [value(random), value(random)]
    array.insert(random.below(array.length + 1), items)
  }
}

function editXml (doc, random) {
  let parent = doc.getXmlFragment('xml')
  for (let depth = 0; depth < 3 && random.chance(60); ++depth) {
    const elements = parent.toArray().filter(child => child instanceof Y.XmlElement)
    if (elements.length === 0) break
    parent = random.pick(elements)
  }
  if (parent instanceof Y.XmlElement && random.chance(40)) {
    const name = random.pick(['level', 'id'])
    if (random.chance(25)) parent.removeAttribute(name)
    else parent.setAttribute(name, word(random))
  } else if (parent.length > 0 && random.chance(25)) {
    parent.delete(...range(parent.length, random))
  } else {
    const child = random.chance(60) ? new Y.XmlElement(random.pick(tags)) : new Y.XmlText(word(random))
    parent.insert(random.below(parent.length + 1), [child])
  }
}
