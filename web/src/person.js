// Who sits at this browser: a name and a colour, random at first, kept for the next visit.

import { randomPersonName } from './names.js'
import { recall, remember } from './memory.js'

// The colours of the old dye pots. White text on each has a contrast of at least 4.5 to 1.
export const dyes = [
  { name: 'Madder', color: '#b4472a' },
  { name: 'Cochineal', color: '#b3245e' },
  { name: 'Orchil', color: '#8e3aa0' },
  { name: 'Indigo', color: '#4a4fc4' },
  { name: 'Woad', color: '#1d6fa5' },
  { name: 'Verdigris', color: '#0f766e' },
  { name: 'Fern', color: '#3f7a2f' },
  { name: 'Weld', color: '#8a6400' }
]

export const nameLengthMax = 40

/** `{ name, color }` of this browser's user. */
export function loadPerson () {
  const person = {
    name: cleanName(recall('name')) || randomPersonName(),
    color: safeColor(recall('color')) ?? dyes[Math.floor(Math.random() * dyes.length)].color
  }
  savePerson(person)
  return person
}

export function savePerson ({ name, color }) {
  remember('name', name)
  remember('color', color)
}

/** The presence state of others is theirs to choose: what is shown of it is checked here. */
export function shownPerson (user, clientId) {
  return {
    name: cleanName(user?.name) || 'Someone',
    color: safeColor(user?.color) ?? dyes[clientId % dyes.length].color
  }
}

/**
 * The colour that `me` (`{ client, name, color }`) is shown in beside `others`: of two in one colour the one with the larger
 * client id takes a free one, so that both decide alike. Two tabs of one person stay one person.
 */
export function colorBeside (me, others) {
  const isTaken = color => others.some(other => other.color === color)
  const mustYield = others.some(other => other.color === me.color && other.client < me.client && other.name !== me.name)
  if (!mustYield) return me.color
  const first = dyes.findIndex(({ color }) => color === me.color) + 1
  const inTurn = [...dyes.slice(first), ...dyes.slice(0, first)]
  return inTurn.find(({ color }) => !isTaken(color))?.color ?? me.color
}

/** A colour for a name alone: always the same one. */
export function dyeOf (name) {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 65_521
  return dyes[sum % dyes.length].color
}

export function cleanName (name) {
  return typeof name === 'string' ? [...name.trim().replace(/\s+/g, ' ')].slice(0, nameLengthMax).join('') : ''
}

const safeColor = color => typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : null

export function initials (name) {
  const words = name.split(' ')
  return [...words[0]][0].toUpperCase() + (words.length > 1 ? [...words[words.length - 1]][0].toUpperCase() : '')
}
