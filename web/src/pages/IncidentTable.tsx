import { useState } from 'preact/hooks'
import type { Timeline } from '../api/types.ts'
import { bytes, clock, duration, mediaFormat, NOT_KNOWN } from '../lib/format.ts'
import { State } from '../ui/State.tsx'
import type { StateKind } from '../ui/states.ts'
import { Table } from '../ui/Table.tsx'

interface Line {
  id: string
  kind: string
  name: string
  state: [StateKind, string, string | null]
  where: string
  from: string | null
  to: string | null
  detail: string | null
  href?: string
}

const SHOWN = 200

export function lines(timeline: Timeline): Line[] {
  return [
    ...timeline.deliveries.map((one): Line => ({ id: one.id, kind: 'delivery', name: one.label ?? `revision ${one.revision}`, state: ['delivery', one.state, null], where: '', from: one.at, to: null, detail: null })),
    ...timeline.stages.map((one): Line => ({ id: one.id, kind: 'stage', name: one.name, state: ['stage', one.state, null], where: '', from: one.started_at ?? one.queued_at, to: one.finished_at, detail: one.error ?? (one.attempts > 1 ? `${one.attempts} attempts` : one.label) })),
    ...timeline.simulations.map((one): Line => ({ id: one.id, kind: 'simulation', name: one.name, state: ['simulation', one.state, one.native_state], where: one.machine ?? NOT_KNOWN, from: one.started_at ?? one.queued_at ?? one.created_at, to: one.finished_at, detail: one.error ?? (one.attempt > 1 ? `attempt ${one.attempt}` : null), href: `?view=table&show=${one.id}` })),
    ...timeline.datasets.map((one): Line => ({ id: one.id, kind: 'data set', name: one.name, state: ['replica', 'present', null], where: one.stage ?? '', from: one.at, to: null, detail: `${bytes(one.bytes)} ${mediaFormat(one.media_type)}` })),
  ].toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? ''))
}

/** The timeline's content as plain rows, oldest first. */
export function IncidentTable({ timeline }: { timeline: Timeline }) {
  const all = lines(timeline)
  const [limit, setLimit] = useState(SHOWN)
  return (
    <Table
      caption="What happened, oldest first"
      rows={all.slice(0, limit)}
      id={(line) => line.id}
      href={(line) => line.href ?? ''}
      more={all.length > limit ? () => setLimit(limit + SHOWN) : null}
      columns={[
        { label: 'At', class: 't2', cell: (line) => (line.from ? clock(line.from) : NOT_KNOWN) },
        { label: 'What', class: 'wrap half keep', cell: (line) => (line.href ? <a class="b" href={line.href}>{line.name}</a> : <span class="b">{line.name}</span>) },
        { label: 'Kind', class: 't2', cell: (line) => line.kind },
        { label: 'Where', class: 't2', cell: (line) => line.where },
        { label: 'Detail', class: 'wrap half t2', cell: (line) => line.detail },
        { label: 'Took', class: 'right', cell: (line) => (line.from && line.to ? duration((Date.parse(line.to) - Date.parse(line.from)) / 1000) : '') },
        { label: 'State', cell: (line) => <State kind={line.state[0]} state={line.state[1]} native={line.state[2]} /> },
      ]}
    />
  )
}
