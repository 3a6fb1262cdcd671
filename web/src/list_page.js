// The list of documents: find one, open one, start one.

import { listDocuments } from './api.js'
import { el, icon } from './dom.js'
import { pageAddress, refusal } from './document_name.js'
import { DocumentCatalogue } from './document_catalogue.js'
import { header } from './header.js'
import { randomDocumentName } from './names.js'
import { ago, size } from './wording.js'

const refreshInterval = 5_000

export function showList (body) {
  document.title = 'Weft · Documents'
  const catalogue = new DocumentCatalogue(listDocuments)
  const rows = el('ul', { class: 'documents', 'aria-label': 'Documents' })
  const more = el('button', { class: 'quiet more', type: 'button', onclick: () => run(() => catalogue.loadMore()) }, 'Show more')
  const field = el('input', {
    type: 'search', class: 'search', placeholder: 'Find or name a document', 'aria-label': 'Find or name a document',
    autocomplete: 'off', spellcheck: 'false', oninput: () => { show(); run(() => catalogue.find(wanted())) }
  })
  const note = el('div', { class: 'note', role: 'status', hidden: true })
  const wanted = () => field.value.trim()

  async function run (load) {
    try {
      await load()
      show()
    } catch (error) {
      show(error)
    }
  }

  const refresh = () => run(async () => {
    await catalogue.refresh()
    await catalogue.find(wanted())
  })

  function show (error = null) {
    const found = catalogue.matching(wanted())
    rows.replaceChildren(...found.map(row))
    more.hidden = !catalogue.hasMore || wanted() !== ''
    const words = catalogue.loaded || error ? notice(wanted(), found.length, error, refresh) : ['Looking…']
    note.hidden = words.length === 0
    note.classList.toggle('failed', error !== null)
    note.replaceChildren(...words)
  }

  body.append(
    header(el('span', { class: 'wordmark' }, 'Weft'), []),
    el('main', { class: 'list' },
      el('div', { class: 'list-head' }, el('h1', {}, 'Documents'), newButton()),
      el('form', { class: 'finder', role: 'search', onsubmit: event => openWanted(event, wanted()) }, icon('search'), field),
      rows, note, more))
  show()
  refresh()
  keepFresh(refresh)
}

// The list shows who is where now, so it renews itself while somebody looks at it.
function keepFresh (refresh) {
  const refreshIfSeen = () => { if (!document.hidden) refresh() }
  setInterval(refreshIfSeen, refreshInterval)
  document.addEventListener('visibilitychange', refreshIfSeen)
  addEventListener('pageshow', event => { if (event.persisted) refresh() })
}

function newButton () {
  return el('button', {
    class: 'primary', type: 'button', onclick: () => location.assign(pageAddress(randomDocumentName()))
  }, icon('plus'), 'New document')
}

function openWanted (event, name) {
  event.preventDefault()
  if (refusal(name) === null) location.assign(pageAddress(name))
}

/** What stands below the rows: trouble, an empty list, or the offer to begin the document that was searched for. */
function notice (wanted, found, error, again) {
  if (error) {
    return [el('p', {}, `The list cannot be loaded: ${error.message}`), el('button', { class: 'quiet', type: 'button', onclick: again }, 'Try again')]
  }
  if (wanted !== '') return offer(wanted, found)
  if (found > 0) return []
  return [el('p', { class: 'empty-title' }, 'No documents yet'), el('p', {}, 'Start one, send its link to someone, and write together.')]
}

function offer (wanted, found) {
  const problem = refusal(wanted)
  return [
    found === 0 && el('p', {}, 'No document has this in its name.'),
    problem ? el('p', {}, problem) : el('a', { class: 'offer', href: pageAddress(wanted) }, icon('arrow'), `Open “${wanted}”`)
  ].filter(Boolean)
}

function row (entry) {
  const here = entry.clients > 0 && el('span', { class: 'here' }, `${entry.clients} here now`)
  const facts = [
    entry.algorithm && entry.algorithm !== 'yjs' && entry.algorithm,
    entry.bytes !== undefined && size(entry.bytes),
    entry.updated_at !== undefined && ago(entry.updated_at)
  ].filter(Boolean)
  return el('li', {}, el('a', { href: pageAddress(entry.id) },
    el('span', { class: 'name' }, entry.id), here, el('span', { class: 'facts' }, facts.join(' · '))))
}
