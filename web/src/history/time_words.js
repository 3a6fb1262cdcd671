// When a version was made, in words: the day it is listed under, and the time within it.

// The words are English like the page; whether it is 14:05 or 2:05 pm is the reader's.
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions()
const time = new Intl.DateTimeFormat('en-GB', { hour: hourCycle === 'h12' ? 'numeric' : '2-digit', minute: '2-digit', hourCycle })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })

export const timeOf = when => time.format(new Date(when))

/** "Today", "Yesterday", "Saturday 21 November"; with the year when it is another one. */
export function dayOf (when, now = new Date()) {
  const then = new Date(when)
  const days = Math.round((startOfDay(now) - startOfDay(then)) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return then.getFullYear() === now.getFullYear() ? weekday.format(then) : date.format(then)
}

// Days are rounded above: twice a year one has 23 or 25 hours.
const startOfDay = when => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime()

/** "today, 14:05" */
export const dayAndTime = when => `${dayOf(when)}, ${timeOf(when)}`
