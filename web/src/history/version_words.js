// What a version is called, and what is told beside it.

import { size } from '../wording.js'
import { dayAndTime } from './time_words.js'

export const titleOf = ({ kind, label }) => kind === 'automatic' ? label || 'Kept by itself' : label

/** "+1.2 kB" beside the version before it; empty where one of the sizes is not known. */
export function growthOf ({ bytes }, before) {
  if (bytes === null || before?.bytes == null) return ''
  const growth = bytes - before.bytes
  if (growth === 0) return 'same size'
  return `${growth > 0 ? '+' : '−'}${size(Math.abs(growth))}`
}

/** One line for whoever cannot see the time line: "Draft, today, 14:05, by Ada". */
export const spoken = version =>
  [titleOf(version), dayAndTime(version.created_at), version.author && `by ${version.author}`].filter(Boolean).join(', ')
