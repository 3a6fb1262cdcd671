// The order in which the authors of a concurrent trace hear of each other.

/** For each transaction of a concurrent trace, calls `merge(agent, index)` for each earlier one that its author lacks and
 *  then `edit(agent, index)`. */
export const replayGraph = (txns, { merge, edit }) => {
  const has = []
  txns.forEach(({ agent, parents }, index) => {
    has[agent] ??= new Uint8Array(txns.length)
    const open = [...parents]
    const missing = []
    while (open.length > 0) {
      const found = open.pop()
      if (!has[agent][found]) {
        has[agent][found] = 1
        missing.push(found)
        open.push(...txns[found].parents)
      }
    }
    missing.sort((a, b) => a - b).forEach(found => merge(agent, found))
    edit(agent, index)
    has[agent][index] = 1
  })
}
