/** Between two steps while there is more, and between two looks while there is not; milliseconds. */
const BREATH = 50
const PAUSE = 60_000

/**
 * Works something off in the background, a step at a time, until it is stopped: while a step says that there may be
 * more, the next one follows soon, else in a minute. A step that fails is handed to `onFailure` and tried again.
 * @param first milliseconds until the first step
 */
export function workOff(step: () => Promise<boolean>, onFailure: (error: unknown) => void, first = PAUSE) {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  const schedule = (wait: number) => {
    if (stopped) return
    timer = setTimeout(() => {
      running = step().then(
        more => schedule(more ? BREATH : PAUSE),
        error => {
          onFailure(error)
          schedule(PAUSE)
        },
      )
    }, wait)
    timer.unref()
  }
  schedule(first)

  return {
    /** Waits for the step that is under way. */
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
