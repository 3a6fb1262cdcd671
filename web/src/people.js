// Who is here: one badge for each, one's own last; clicking that one changes name and colour.

import { el } from './dom.js'
import { cleanName, dyes, initials, loadPerson, nameLengthMax, savePerson, shownPerson } from './person.js'

// What fits beside the title; with more people the last badge counts the rest.
const badgesMax = () => matchMedia('(max-width: 640px)').matches ? 2 : 5

/** The row of badges for `awareness`, which also announces this browser's user there. */
export function peopleRow (awareness) {
  const me = loadPerson()
  const others = el('ul', { class: 'badges', 'aria-label': 'Others in this document' })
  const mine = el('button', { class: 'badge mine', type: 'button', popovertarget: 'me', 'aria-label': 'Your name and colour' })
  const announce = () => {
    awareness.setLocalStateField('user', { name: me.name, color: me.color, colorLight: `${me.color}33` })
    savePerson(me)
    paint(mine, me, `${me.name} (you): change name and colour`)
  }
  const showOthers = () => others.replaceChildren(...otherBadges(awareness))
  awareness.on('change', showOthers)
  announce()
  showOthers()
  return el('div', { class: 'people' }, others, mine, personForm(me, announce))
}

function otherBadges (awareness) {
  const people = [...awareness.getStates()]
    .filter(([client]) => client !== awareness.clientID)
    .sort(([a], [b]) => a - b)
    .map(([client, state]) => shownPerson(state.user, client))
  const shown = people.length > badgesMax() ? people.slice(0, badgesMax() - 1) : people
  const rest = people.slice(shown.length)
  const badges = shown.map(person => paint(el('li', { class: 'badge' }), person, person.name))
  if (rest.length > 0) {
    const names = rest.map(person => person.name).join(', ')
    badges.push(el('li', { class: 'badge more', title: names, 'aria-label': `and ${names}` }, `+${rest.length}`))
  }
  return badges
}

function paint (badge, person, label) {
  badge.style.setProperty('--person', person.color)
  badge.textContent = initials(person.name)
  badge.title = label
  badge.setAttribute('aria-label', label)
  return badge
}

function personForm (me, announce) {
  const field = el('input', {
    id: 'my-name', name: 'name', value: me.name, maxlength: nameLengthMax, autocomplete: 'nickname', spellcheck: 'false',
    oninput: () => {
      const name = cleanName(field.value)
      if (name) Object.assign(me, { name })
      announce()
    },
    onchange: () => { field.value = me.name },
    onkeydown: event => { if (event.key === 'Enter') form.hidePopover() }
  })
  const form = el('div', { id: 'me', class: 'card', popover: 'auto', role: 'dialog', 'aria-label': 'You' },
    el('label', { for: 'my-name' }, 'Your name, as others see it'), field, dyeChoice(me, announce))
  return form
}

function dyeChoice (me, announce) {
  const choices = dyes.map(({ name, color }) => {
    const radio = el('input', {
      type: 'radio', name: 'dye', 'aria-label': name, title: name, checked: color === me.color,
      onchange: () => { me.color = color; announce() }
    })
    radio.style.setProperty('--person', color)
    return radio
  })
  return el('fieldset', { class: 'dyes' }, el('legend', {}, 'Your colour'), choices)
}
