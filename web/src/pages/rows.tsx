/** Pieces that several pages' rows share. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import type { Incident } from '../api/types.ts'
import { count } from '../lib/format.ts'
import { location } from '../lib/router.ts'
import { readPage, type List, type Request } from '../live/store.ts'
import { Problem, Skeleton } from '../ui/Empty.tsx'

/** Data if there is any, whatever went wrong since; else the skeleton or the problem. */
export function Loaded<T>({ of, what, rows = 5, children }: { of: Request<T>; what: string; rows?: number; children: (data: T) => ComponentChildren }) {
  const data = of.data.value
  const error = of.error.value
  return (
    <>
      {error && <Problem of={error} what={what} retry={of.refresh} />}
      {data !== undefined ? children(data) : !error && <Skeleton rows={rows} what={what.toLowerCase()} />}
    </>
  )
}

/** A list with the older pages a person asked for behind the live first page. */
export function usePages<T extends { id: string }>(path: string, first: Request<List<T>>) {
  const older = useSignal<List<T> | null>(null)
  const [of, setOf] = useState(path)
  const [busy, setBusy] = useState(false)
  if (of !== path) {
    setOf(path)
    older.value = null
  }
  const head = first.data.value
  const seen = new Set(head?.rows.map((row) => row.value.id))
  const rows = [...(head?.rows ?? []), ...(older.value?.rows ?? []).filter((row) => !seen.has(row.value.id))].map((row) => row.value)
  const next = older.value ? older.value.next : (head?.next ?? null)
  const more = next
    ? async () => {
        setBusy(true)
        try {
          const page = await readPage<T>(path, next)
          older.value = { rows: [...(older.value?.rows ?? []), ...page.rows], next: page.next }
        } finally {
          setBusy(false)
        }
      }
    : null
  return { rows, more, busy }
}

/** Rows that hold every word of the box, when the list's API has no text search. */
export function withWords<T>(rows: T[], text: (row: T) => string): T[] {
  const words = location.value.query.get('q')?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  return words.length === 0 ? rows : rows.filter((row) => words.every((word) => text(row).toLowerCase().includes(word)))
}

export function SimulationMeter({ incident }: { incident: Incident }) {
  const { simulation_count: all, simulations_done: done, simulations_running: running } = incident
  if (all === 0) return <span class="t3">none</span>
  return (
    <span class="nowrap">
      <span class="meter inline" aria-hidden="true">
        <i class={running > 0 || incident.state === 'active' ? 'ours' : ''} style={{ width: `${(100 * done) / all}%` }} />
      </span>
      {count(done)} of {count(all)}
    </span>
  )
}
