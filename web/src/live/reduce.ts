/** What one event means for what the pages hold: fields to patch at once, and which requests have gone stale. */
import type { Event, Timeline } from '../api/types.ts'

/** A stale topic: a collection (`incidents`) or one object's request (`incident:inc_…`, `timeline:inc_…`). */
export type Topic = string

const COLLECTIONS: Record<string, Topic[]> = {
  incident: ['incidents'],
  stage: ['jobs'],
  simulation: ['simulations', 'machines'],
  dataset: ['datasets'],
  delivery: ['deliveries', 'sources'],
  source: ['sources'],
  alarm: ['alarms'],
  machine: ['machines'],
  workflow: ['workflows'],
  job: ['jobs'],
  node: ['nodes'],
  sections: ['nodes'],
  queue: ['queues', 'nodes'],
  job_limit: ['queues'],
  schedule: ['schedules'],
  job_batch: ['jobs', 'batches'],
  account: ['accounts'],
  storage: ['storages'],
  transfer: ['transfers', 'datasets'],
  webhook: ['webhooks'],
}

/** Only facts an object carries itself may be patched from an event; counts and derived texts are fetched. */
const PATCHABLE = [
  'state', 'stage', 'native_state', 'native_id', 'started_at', 'finished_at', 'queued_at', 'activated_at', 'error',
  'progress', 'waiting_on', 'cordoned', 'enabled', 'name', 'headline', 'exit_code', 'acknowledged_by',
  'acknowledged_at', 'note', 'shelved_until', 'shelved_reason', 'cleared_at', 'last_error', 'last_polled_at',
] as const

const STATE_OF: Record<string, string> = {
  'stage.queued': 'queued',
  'stage.started': 'running',
  'stage.succeeded': 'succeeded',
  'stage.failed': 'failed',
  'simulation.created': 'created',
  'alarm.cleared': 'gone',
  'alarm.acknowledged': 'acknowledged',
  'alarm.shelved': 'shelved',
  'workflow.broken': 'broken',
  'job.quarantined': 'quarantined',
}

export interface Reduction {
  patch: { id: string; fields: Record<string, unknown> } | null
  stale: Topic[]
}

export function reduce(event: Event): Reduction {
  const noun = event.type.split('.')[0] ?? ''
  const fields: Record<string, unknown> = {}
  const state = STATE_OF[event.type]
  if (state) fields.state = state
  // Changes of an incident say what it was before and is after.
  if (event.type.endsWith('.state_changed') && typeof event.data.after === 'string') fields.state = event.data.after
  for (const key of PATCHABLE) if (key in event.data) fields[key] = event.data[key]
  const stale = [...(COLLECTIONS[noun] ?? [])]
  if (event.subject_id) stale.push(event.subject_id)
  if (event.incident_id) {
    stale.push(event.incident_id, `timeline:${event.incident_id}`)
    // The incident list shows counts of simulations and the current stage.
    if (noun === 'stage' || noun === 'simulation') stale.push('incidents')
  }
  const known = event.subject_id !== null && Object.keys(fields).length > 0
  return { patch: known ? { id: event.subject_id!, fields } : null, stale: [...new Set(stale)] }
}

/** Fields that the record has, with the event's values; the record itself when nothing changes. */
export function applyPatch<T extends object>(record: T, fields: Record<string, unknown>): T {
  const changed = Object.entries(fields).filter(
    ([key, value]) => key in record && JSON.stringify((record as Record<string, unknown>)[key]) !== JSON.stringify(value),
  )
  return changed.length > 0 ? { ...record, ...Object.fromEntries(changed) } : record
}

/** The timeline with one stage or simulation patched; itself when the object is not on it. */
export function patchTimeline(timeline: Timeline, id: string, fields: Record<string, unknown>): Timeline {
  for (const lane of ['stages', 'simulations', 'deliveries'] as const) {
    const rows = timeline[lane] as { id: string }[]
    const index = rows.findIndex((row) => row.id === id)
    if (index < 0) continue
    const patched = applyPatch(rows[index]!, fields)
    if (patched === rows[index]) return timeline
    return { ...timeline, [lane]: rows.with(index, patched) }
  }
  return timeline
}

/** Events newest first without doubles, at most `limit`. Cursors are opaque, so order is arrival. */
export function mergeEvents(held: Event[], arrived: Event[], limit = 500): Event[] {
  if (arrived.length === 0) return held
  const seen = new Set(held.map((event) => event.id))
  const fresh = arrived.filter((event) => !seen.has(event.id) && seen.add(event.id))
  return fresh.length === 0 ? held : [...fresh.reverse(), ...held].slice(0, limit)
}
