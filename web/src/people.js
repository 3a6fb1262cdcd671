// Who is here: one badge for each, one's own last; clicking that one changes name and colour.

import { el } from './dom.js'
import { cleanName, colorBeside, dyes, initials, loadPerson, nameLengthMax, savePerson, shownPerson } from './person.js'

// What fits beside the title; with more people the last badge counts the rest.
const badgesMax = () => matchMedia('(max-width: 640px)').matches ? 2 : 5

/** The row of badges for `awareness`, which also announces this browser's user there. */
export function peopleRow (awareness) {
  const me = loadPerson()
  let color = me.color // The chosen one, unless somebody here has it already.
  const others = el('ul', { class: 'badges', 'aria-label': 'Others in this document' })
  const mine = el('button', { class: 'badge mine', type: 'button', popovertarget: 'me', 'aria-label': 'Your name and colour' })
  const announce = () => {
    awareness.setLocalStateField('user', { name: me.name, color, colorLight: `${color}33` })
    savePerson(me)
    paint(mine, { name: me.name, color }, `${me.name} (you): change name and colour`)
    choice.show(color, othersIn(awareness))
  }
  const choice = dyeChoice(chosen => { me.color = color = chosen; announce() })
  const look = () => {
    const people = othersIn(awareness)
    others.replaceChildren(...badgesOf(people))
    const free = colorBeside({ client: awareness.clientID, name: me.name, color }, people)
    if (free === color) return choice.show(color, people)
    color = free
    announce()
  }
  announce()
  look()
  awareness.on('change', look)
  return el('div', { class: 'people' }, others, mine, personForm(me, choice.element, announce))
}

const othersIn = awareness => [...awareness.getStates()]
  .filter(([client]) => client !== awareness.clientID)
  .sort(([a], [b]) => a - b)
  .map(([client, state]) => ({ client, ...shownPerson(state.user, client) }))

function badgesOf (people) {
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

function personForm (me, colours, announce) {
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
    el('label', { for: 'my-name' }, 'Your name, as others see it'), field, colours)
  return form
}

/** `{ element, show(color, others) }`: the dyes, without those that others here have. */
function dyeChoice (onChoose) {
  const radios = dyes.map(({ name, color }) => {
    const radio = el('input', { type: 'radio', name: 'dye', value: color, 'aria-label': name, onchange: () => onChoose(color) })
    radio.style.setProperty('--person', color)
    return radio
  })
  function show (color, others) {
    radios.forEach((radio, i) => {
      const owner = others.find(other => other.color === radio.value)
      radio.checked = radio.value === color
      radio.disabled = owner !== undefined && !radio.checked
      radio.title = radio.disabled ? `${dyes[i].name}: ${owner.name} has it` : dyes[i].name
    })
  }
  return { element: el('fieldset', { class: 'dyes' }, el('legend', {}, 'Your colour'), radios), show }
}
