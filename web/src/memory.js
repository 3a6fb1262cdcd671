// What this browser remembers between visits. Storage may be denied or full; then the page forgets, and works.

export function recall (key) {
  try {
    return localStorage.getItem(`weft.${key}`)
  } catch {
    return null
  }
}

export function remember (key, value) {
  try {
    localStorage.setItem(`weft.${key}`, value)
  } catch {
    // Private windows of some browsers: the choice holds until the tab is closed.
  }
}
