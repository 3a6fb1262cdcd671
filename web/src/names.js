// Readable random names: "quiet-harbour-k3vt" for a document, "Curious Heron" for a person who has not said theirs.

const qualities = [
  'amber', 'brave', 'bright', 'calm', 'clear', 'copper', 'cosy', 'crisp', 'curious', 'eager', 'early', 'fair', 'gentle',
  'golden', 'happy', 'honest', 'keen', 'kind', 'lively', 'lucky', 'mellow', 'merry', 'misty', 'nimble', 'open', 'patient',
  'proud', 'quick', 'quiet', 'rustic', 'silver', 'steady', 'sunny', 'swift', 'tidy', 'warm', 'wise', 'witty'
]
const places = [
  'acorn', 'bay', 'bridge', 'brook', 'canyon', 'cedar', 'cliff', 'cloud', 'cotton', 'creek', 'dune', 'ember', 'field',
  'forest', 'garden', 'harbour', 'hill', 'island', 'lake', 'lantern', 'linen', 'loom', 'maple', 'meadow', 'orchard', 'pebble',
  'pine', 'reed', 'ribbon', 'river', 'shore', 'spindle', 'thistle', 'thread', 'valley', 'willow'
]
const animals = [
  'Badger', 'Beaver', 'Crane', 'Dolphin', 'Falcon', 'Finch', 'Fox', 'Gecko', 'Hare', 'Hedgehog', 'Heron', 'Ibex', 'Jay',
  'Kestrel', 'Koala', 'Lark', 'Lynx', 'Marten', 'Mole', 'Newt', 'Otter', 'Owl', 'Panda', 'Puffin', 'Quail', 'Raven', 'Robin',
  'Seal', 'Sparrow', 'Stork', 'Swift', 'Tern', 'Toad', 'Turtle', 'Wombat', 'Wren'
]
// Without letters and digits that are mistaken for each other when read aloud or copied by hand.
const symbols = 'abcdefghjkmnpqrstuvwxyz23456789'

const pick = from => from[crypto.getRandomValues(new Uint32Array(1))[0] % from.length]
const capital = word => word[0].toUpperCase() + word.slice(1)

export function randomDocumentName () {
  // The four symbols make a million names of each pair of words: two people do not meet in one by chance.
  return [pick(qualities), pick(places), Array.from({ length: 4 }, () => pick(symbols)).join('')].join('-')
}

export function randomPersonName () {
  return `${capital(pick(qualities))} ${pick(animals)}`
}
