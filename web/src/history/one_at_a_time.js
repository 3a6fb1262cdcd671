// Work that somebody asks for faster than it can be done, as when a slider is dragged.

/** A function that runs `work`, one run at a time; calls during a run become one more run behind it. */
export function oneAtATime (work) {
  let running = false
  let wanted = false
  return async function run () {
    wanted = true
    if (running) return
    running = true
    try {
      while (wanted) {
        wanted = false
        await work()
      }
    } finally {
      running = false
    }
  }
}
