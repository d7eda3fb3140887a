/** Time axis arithmetic: ticks, labels, windows. Times are milliseconds, widths are pixels. */

export interface Window {
  from: number
  to: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
export const SHORTEST = 100
export const LONGEST = 366 * DAY

const STEPS = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
  ...[1, 2, 5, 10].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 30, 90, 365].map((n) => n * DAY),
]

/** The smallest step whose labels are at least `gap` pixels apart. */
export function tickStep(window: Window, width: number, gap = 64): number {
  const needed = ((window.to - window.from) / Math.max(1, width)) * gap
  return STEPS.find((step) => step >= needed) ?? STEPS.at(-1)!
}

export function ticks(window: Window, step: number): number[] {
  const found: number[] = []
  // From the day's start, so that 5 h steps fall on the same hours every day.
  for (let at = Math.ceil(window.from / step) * step; at <= window.to; at += step) found.push(at)
  return found
}

const pad = (value: number, length = 2) => String(value).padStart(length, '0')
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function tickLabel(at: number, step: number): string {
  const date = new Date(at)
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`
  if (step >= DAY || (step >= HOUR && at % DAY === 0)) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
  if (step >= MINUTE) return time
  if (step >= SECOND) return `${time}:${pad(date.getUTCSeconds())}`
  return `${pad(date.getUTCSeconds())}.${Math.floor(date.getUTCMilliseconds() / 100)} s`
}

/** Spans that the fitted window grows through, so that the scale changes rarely: 1.15 apart. */
function roomySpan(needed: number): number {
  let span = MINUTE / 2
  while (span < needed) span *= 1.15
  return span
}

/** The whole of an incident, with room after now while it is live. */
export function fit(first: number, last: number, live: boolean): Window {
  const length = Math.max(last - first, 5 * SECOND)
  if (!live) return { from: first - length * 0.03, to: last + length * 0.08 }
  const span = roomySpan(length * 1.26)
  return { from: first - span * 0.03, to: first + span * 0.97 }
}

export function clampSpan(window: Window, around: number): Window {
  const span = window.to - window.from
  const wanted = Math.min(LONGEST, Math.max(SHORTEST, span))
  if (wanted === span) return window
  const share = (around - window.from) / span
  return { from: around - share * wanted, to: around + (1 - share) * wanted }
}

/** Zoom by a factor (under 1 is closer) keeping `around` where it is. */
export function zoom(window: Window, around: number, factor: number): Window {
  return clampSpan({ from: around - (around - window.from) * factor, to: around + (window.to - around) * factor }, around)
}

export function pan(window: Window, share: number): Window {
  const by = (window.to - window.from) * share
  return { from: window.from + by, to: window.to + by }
}

/** The window moved so that now stays at the same place near its right end, in whole seconds while that is finer than a pixel. */
export function follow(window: Window, now: number): Window {
  const span = window.to - window.from
  const to = now + span * 0.12
  return { from: to - span, to }
}

export const toX = (window: Window, width: number) => (at: number) => ((at - window.from) / (window.to - window.from)) * width
export const toTime = (window: Window, width: number) => (x: number) => window.from + (x / width) * (window.to - window.from)

/** `1517932200-1517933400` in the address; null when it is not a window. */
export function readWindow(text: string | null): Window | null {
  const found = text?.match(/^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/)
  if (!found) return null
  const window = { from: Number(found[1]) * 1000, to: Number(found[2]) * 1000 }
  return window.to - window.from >= SHORTEST ? window : null
}

export const writeWindow = (window: Window): string => `${+(window.from / 1000).toFixed(1)}-${+(window.to / 1000).toFixed(1)}`
