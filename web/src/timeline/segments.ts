/** Bars of one stage run and of one simulation. */
import type { TimelineSimulation, TimelineStage } from '../api/types.ts'
import { clock, duration } from '../lib/format.ts'
import type { Segment } from './shapes.ts'

const ms = (at: string) => new Date(at).getTime()
const ABNORMAL = new Set(['failed', 'timed_out', 'lost'])
const OVER = new Set(['succeeded', 'failed', 'timed_out', 'cancelled'])

export const isAbnormal = (state: string) => ABNORMAL.has(state)
export const isOver = (state: string) => OVER.has(state)

/** "waiting 15:52:10 to 15:56:40, 4 min 30 s". */
export function told({ what, from, to, error }: Segment): string {
  const when = to === null ? `${what} since ${clock(from)}` : `${what} ${clock(from)} to ${clock(to)}, ${duration((to - from) / 1000)}`
  return error ? `${when}: ${error}` : when
}

const segment = (fill: Segment['fill'], what: string, from: number, to: number | null, end?: Segment['end']): Segment => ({
  from, to, fill, what, ...(end ? { end } : {}),
})

/** Staging, waiting, running; what is not known since `unknownSince` is hatched, never drawn as running. */
export function simulationSegments(simulation: TimelineSimulation, unknownSince: number | null): Segment[] {
  const { state } = simulation
  const created = ms(simulation.created_at)
  const queued = simulation.queued_at ? ms(simulation.queued_at) : null
  const started = simulation.started_at ? ms(simulation.started_at) : null
  const finished = simulation.finished_at ? ms(simulation.finished_at) : null
  const over = isOver(state)
  const end = state === 'failed' || state === 'timed_out' ? 'cross' : state === 'cancelled' ? 'slash' : undefined
  const lastKnown = state === 'lost' ? (unknownSince ?? started ?? queued ?? created) : null
  const stop = finished ?? lastKnown
  const found: Segment[] = []
  const add = (fill: Segment['fill'], what: string, from: number, to: number | null, tail?: Segment['end']) => {
    if (to === null || to > from) found.push(segment(fill, what, from, to, tail))
  }
  const stagedUntil = queued ?? started ?? stop
  add('staging', 'staging', created, stagedUntil, over && !queued && !started ? end : undefined)
  if (queued !== null) add('waiting', 'waiting', queued, started ?? stop, over && !started ? end : undefined)
  if (started !== null) {
    const over_ = stop !== null
    add(over_ ? 'finished' : 'running', over_ ? 'ran' : 'running', started, stop, end)
  }
  if (lastKnown !== null) add('unknown', 'not known', lastKnown, finished)
  return found
}

/** One run of a stage: the wait, then every attempt, with hollow gaps between attempts. */
export function stageSegments(stage: TimelineStage): Segment[] {
  const queued = ms(stage.queued_at)
  const found: Segment[] = []
  const attempts = stage.attempts_log.length > 0
    ? stage.attempts_log
    : stage.started_at
      ? [{ attempt: 1, started_at: stage.started_at, finished_at: stage.finished_at, error: stage.error }]
      : []
  let waitFrom: number | null = queued
  for (const [index, attempt] of attempts.entries()) {
    if (!attempt.started_at) continue
    const from = ms(attempt.started_at)
    const to = attempt.finished_at ? ms(attempt.finished_at) : stage.finished_at && index === attempts.length - 1 ? ms(stage.finished_at) : null
    if (waitFrom !== null && from > waitFrom) found.push(segment('waiting', 'waiting', waitFrom, from))
    const name = attempts.length > 1 ? `attempt ${attempt.attempt}` : stage.name
    const end = attempt.error ? 'cross' : stage.state === 'cancelled' && index === attempts.length - 1 ? 'slash' : undefined
    found.push({ ...segment(to === null ? 'running' : 'finished', name, from, to, end), error: attempt.error })
    waitFrom = to
  }
  if (stage.state === 'queued' && waitFrom !== null) found.push(segment('waiting', attempts.length > 0 ? 'waiting for the next attempt' : 'queued', waitFrom, null))
  return found
}
