/** One shared clock: the server's time, told by a single timer. Ages and the header read `tick`. */
import { signal } from '@preact/signals'

/** Server minus browser, milliseconds. */
export const skew = signal(0)
export const serverNow = (): number => Date.now() + skew.value

/** The server's time, rewritten once a second on the second. */
export const tick = signal(Date.now())

export function learnServerTime(iso: string, roundTripMs = 0): void {
  const offset = new Date(iso).getTime() + roundTripMs / 2 - Date.now()
  if (!Number.isFinite(offset)) return
  // Network jitter is not skew: keep what we have unless the difference is worth a correction.
  if (Math.abs(offset - skew.value) > 250) {
    skew.value = offset
    tick.value = serverNow()
  }
}

let timer: ReturnType<typeof setTimeout> | undefined
export function startClock(): void {
  if (timer !== undefined) return
  const beat = () => {
    const now = serverNow()
    tick.value = now
    timer = setTimeout(beat, 1000 - (now % 1000) + 2)
  }
  beat()
}
