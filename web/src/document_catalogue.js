// The documents that the list knows so far. The server pages through names in order and finds by prefix; within what is
// loaded, any part of a name matches.

export class DocumentCatalogue {
  loaded = false
  #documents = new Map()
  #listed = [] // Names in the pages that were loaded, in order; the rest of #documents was found by prefix.
  #next = null

  /** `list({ prefix, after })` answers with one page: `{ documents, next }`. */
  constructor (list) {
    this.list = list
  }

  get hasMore () {
    return this.#next !== null
  }

  /** Loads the pages that are shown again, from the first. */
  async refresh () {
    const wanted = this.#listed.length
    const fresh = []
    let next = null
    do {
      const page = await this.list({ after: next ?? '' })
      fresh.push(...page.documents)
      next = page.next ?? null
    } while (next !== null && fresh.length < wanted)
    this.#documents = new Map(fresh.map(entry => [entry.id, entry]))
    this.#listed = fresh.map(entry => entry.id)
    this.#next = next
    this.loaded = true
  }

  async loadMore () {
    const page = await this.list({ after: this.#next })
    this.#add(page.documents)
    this.#listed.push(...page.documents.map(entry => entry.id))
    this.#next = page.next ?? null
  }

  /** Asks the server for names that begin with `wanted`, unless all are here already. */
  async find (wanted) {
    if (wanted === '' || !this.hasMore) return
    this.#add((await this.list({ prefix: wanted })).documents)
  }

  /** What to show for `wanted`: latest change first where the server tells when, by name otherwise. */
  matching (wanted) {
    const part = wanted.toLocaleLowerCase()
    const all = wanted === '' ? this.#listed.map(id => this.#documents.get(id)) : [...this.#documents.values()]
    return all.filter(entry => entry.id.toLocaleLowerCase().includes(part)).sort(byRecency)
  }

  #add (documents) {
    for (const entry of documents) this.#documents.set(entry.id, entry)
  }
}

const time = entry => entry.updated_at === undefined ? 0 : new Date(entry.updated_at).getTime()
const byRecency = (a, b) => time(b) - time(a) || (a.id < b.id ? -1 : 1)
