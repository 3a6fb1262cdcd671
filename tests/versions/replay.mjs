// Plays what `diff_view` says back: what was before, changed in this way, must be what is after.

import assert from 'node:assert/strict'
import * as Y from 'yjs'
import { shownContents, sorted } from './content.mjs'

export function replay (differences, before, after) {
  for (const name of new Set([...before.share.keys(), ...after.share.keys()])) {
    const was = unitsOf(before.share.get(name))
    const is = unitsOf(after.share.get(name))
    const changes = differences[name]
    if (changes === undefined) {
      // A key may have been given the value that it had.
      const shown = ({ list, keys }) => ({ list, keys: Object.keys(keys).sort() })
      assert.deepEqual(shown(was), shown(is), `no difference is shown of ${name}`)
    } else {
      const { list, keys } = Array.isArray(changes) ? { list: changes, keys: {} } : changes.changes
      assert.deepEqual(played(list, was.list), is.list, `steps of ${name}`)
      if (!Array.isArray(changes)) playKeys(keys, was.keys, is.keys, name)
    }
  }
}

/** A unit of a list: its formats and its character, or whether it is something else. */
function unitsOf (type) {
  const list = []
  for (const { content, formats } of shownContents(type)) {
    for (const value of content.getContent()) list.push({ formats, unit: typeof value === 'string' && content instanceof Y.ContentString ? value : 'other' })
  }
  const keys = {}
  type._map.forEach((item, key) => { if (!item.deleted) keys[key] = item })
  return { list, keys: Object.fromEntries(Object.entries(keys).map(([key, item]) => [key, `${item.id.client}/${item.id.clock}`])) }
}

function played (steps, units) {
  const result = []
  let at = 0
  for (const step of steps) {
    if (step.keep !== undefined) {
      for (const unit of units.slice(at, at += step.keep)) result.push(reformatted(unit, step.attributes))
    } else if (step.delete !== undefined) {
      at = remove(step.delete, units, at)
    } else {
      assert.match(step.actor, /^\d+$/)
      const formats = sorted(step.attributes ?? {})
      for (const value of step.insert) result.push({ formats, unit: typeof step.insert === 'string' ? value : 'other' })
    }
  }
  return result.concat(units.slice(at)).flatMap(asCodeUnits)
}

/** Iterating a string gives characters; lists count UTF-16 code units. */
const asCodeUnits = ({ formats, unit }) => unit === 'other' ? [{ formats, unit }] : unit.split('').map(half => ({ formats, unit: half }))

function reformatted (unit, attributes) {
  if (attributes === undefined) return unit
  const formats = Object.fromEntries(JSON.parse(unit.formats))
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null) delete formats[key]
    else formats[key] = value
  }
  return { ...unit, formats: sorted(formats) }
}

function remove (deleted, units, at) {
  for (const value of typeof deleted === 'string' ? deleted.split('') : deleted) {
    const { unit } = units[at++]
    // Half of a character shows as U+FFFD.
    if (typeof deleted === 'string') assert(unit === value || value === '\ufffd', `${value} is deleted, not ${unit}`)
    else assert.equal(unit, 'other')
  }
  return at
}

function playKeys (changes, was, is, name) {
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const change = changes[key]
    if (change?.changes !== undefined) assert.equal(was[key], is[key])
    else if (change === undefined) assert.equal(was[key] === undefined, is[key] === undefined, `key ${key} of ${name}`)
    else assert.deepEqual([change.before !== undefined, change.after !== undefined], [was[key] !== undefined, is[key] !== undefined])
  }
}
