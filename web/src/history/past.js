// Reads versions and what is different in them. A version never changes, so the last ones are kept.

import { listVersions, readVersionChanges, readVersionContent, readVersionText } from '../api.js'
import { piecesBetween, piecesOfSteps } from './changes.js'

const keptMax = 24
const root = 'text'

export class Past {
  #kept = new Map()

  /** `readPresent` answers with what the document is now: as text of the root, or as `readContent` gives it. */
  constructor (name, { isPlainText, readPresent }) {
    this.name = name
    this.isPlainText = isPlainText
    this.readPresent = readPresent
  }

  /** The pieces of version `number` beside the version before it. */
  sinceBefore (number) {
    return this.#keep(`changes of ${number}`, async () =>
      (this.isPlainText && await this.#recordedChanges(number)) || this.#comparedWithBefore(number))
  }

  /** The pieces of version `number` beside the present. */
  async besidePresent (number) {
    const [then, now] = await Promise.all([this.#content(number), this.readPresent()])
    return piecesBetween(now, then)
  }

  async #recordedChanges (number) {
    const [text, changes] = await Promise.all([this.#content(number), readVersionChanges(this.name, number)])
    return piecesOfSteps(text, changes[root] ?? [])
  }

  async #comparedWithBefore (number) {
    const { versions: [before] } = await listVersions(this.name, { before: number, limit: 1 })
    const [then, earlier] = await Promise.all([this.#content(number), before ? this.#content(before.number) : ''])
    return piecesBetween(earlier, then)
  }

  #content (number) {
    return this.#keep(`content of ${number}`, () =>
      this.isPlainText ? readVersionText(this.name, number, root) : readVersionContent(this.name, number))
  }

  async #keep (what, read) {
    const kept = this.#kept.get(what) ?? read()
    this.#kept.delete(what)
    this.#kept.set(what, kept) // The latest used stand last.
    if (this.#kept.size > keptMax) this.#kept.delete(this.#kept.keys().next().value)
    try {
      return await kept
    } catch (error) {
      this.#kept.delete(what)
      throw error
    }
  }
}
