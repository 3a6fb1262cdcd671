// The versions that the page knows of, newest first. The server gives them page by page.

export class VersionList {
  versions = []
  loaded = false
  #next = null

  /** `list({ before })` answers with one page: `{ versions, next }`. */
  constructor (list) {
    this.list = list
  }

  get hasMore () {
    return this.#next !== null
  }

  /** Where version `number` stands; -1 when it is not here. */
  indexOf (number) {
    return this.versions.findIndex(version => version.number === number)
  }

  find (number) {
    return this.versions.find(version => version.number === number)
  }

  /** Loads what is newest; what was loaded before stays below it, unless more has come between than fits on a page. */
  async refresh () {
    const page = await this.list({})
    const end = page.versions.at(-1)?.number ?? Infinity
    const joins = page.next !== null && this.versions.some(version => version.number >= end)
    if (!joins) this.#next = page.next
    this.versions = [...page.versions, ...(joins ? this.versions.filter(version => version.number < end) : [])]
    this.loaded = true
  }

  async loadMore () {
    const { versions, next } = await this.list({ before: this.#next })
    this.versions.push(...versions)
    this.#next = next
  }
}
