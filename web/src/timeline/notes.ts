/** Texts beside bars: right of the bar, up to the now line or the next bar, or not at all. */
import type { Row } from './shapes.ts'

export interface PlacedNote {
  x: number
  room: number
  text: string
  tone: string
}

/** Room under which a shortened text says nothing. */
const LEAST = 52

export function placeNotes(row: Row, x: (at: number) => number, width: number, nowX: number | null, unit: number): PlacedNote[] {
  const wanted = [
    ...row.notes,
    ...row.points.flatMap((point) => (point.label ? [{ at: point.at, text: point.label, tone: '' }] : [])),
  ]
  const starts = [...row.segments.map((one) => one.from), ...row.points.map((one) => one.at)]
  const placed: PlacedNote[] = []
  for (const note of wanted) {
    const at = note.at === null ? (nowX ?? width * 0.9) : x(note.at)
    const from = at + (note.at !== null && row.points.length > 0 ? 10 : 6) * unit
    let until = nowX !== null && from < nowX ? nowX - 4 : width - 4
    for (const start of starts) {
      const other = x(start)
      if (note.at !== null && start > note.at && other > at && other - 8 * unit < until) until = other - 8 * unit
    }
    const room = until - from
    const needed = note.text.length * 6 * unit
    if (from > -40 && from < width && room >= Math.min(LEAST * unit, needed)) placed.push({ x: from, room, text: note.text, tone: note.tone ?? '' })
  }
  return placed
}
