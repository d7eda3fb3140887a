/** What is drawn on one row, independent of pixels. */
import type { Look } from '../ui/states.ts'

export type Fill = 'staging' | 'waiting' | 'running' | 'finished' | 'unknown' | 'paused'

export interface Segment {
  from: number
  /** null grows with the clock. */
  to: number | null
  fill: Fill
  end?: 'cross' | 'slash'
  /** What it is, in words: "waiting", "attempt 2". */
  what: string
  error?: string | null
}

export interface Point {
  at: number
  shape: 'diamond' | 'hollow-diamond' | 'square' | 'hollow-square' | 'cross'
  tip: string
  label?: string
}

export interface Note {
  /** null sits right of the now line. */
  at: number | null
  text: string
  tone?: string
}

export interface Row {
  key: string
  kind: 'lane' | 'head' | 'group' | 'member' | 'fold'
  label: string
  sub?: string
  look?: Look
  count?: string
  countTone?: string
  segments: Segment[]
  points: Point[]
  /** Running count over time, for an open group. */
  area?: { at: number; count: number }[]
  /** 2 px lanes of a closed group. */
  lanes?: Segment[][]
  notes: Note[]
  /** Whole sentence for readers and for the focused row. */
  sentence: string
  href?: string
  group?: string
  open?: boolean
  line?: boolean
}

/** Heights in pixels at the design's root size. */
export const HEIGHT: Record<Row['kind'], number> = { lane: 24, head: 26, group: 24, member: 16, fold: 16 }
