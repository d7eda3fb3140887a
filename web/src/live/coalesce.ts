/** Runs an async task soon after it is asked for, never twice at once, and at most once per interval. */
export function coalesced(task: () => Promise<unknown>, intervalMs: number, now: () => number = () => performance.now()) {
  let lastStart = -Infinity
  let running = false
  let wanted = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const start = async () => {
    timer = undefined
    running = true
    wanted = false
    lastStart = now()
    try {
      await task()
    } finally {
      running = false
      if (wanted) schedule()
    }
  }
  const schedule = () => {
    if (timer === undefined) timer = setTimeout(start, Math.max(0, lastStart + intervalMs - now()))
  }
  return {
    ask() {
      wanted = true
      if (!running) schedule()
    },
    stop() {
      wanted = false
      clearTimeout(timer)
      timer = undefined
    },
  }
}
