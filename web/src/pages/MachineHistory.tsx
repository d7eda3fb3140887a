import type { components } from '../api/schema.d.ts'
import type { Machine } from '../api/types.ts'
import { count, duration, percent } from '../lib/format.ts'
import { useDocument } from '../live/store.ts'
import { KeyValue } from '../ui/KeyValue.tsx'
import { Spark } from '../ui/Spark.tsx'

type History = components['schemas']['MachineHistory']
type Point = History['points'][number]

const POINTS = 48

/** The last day of a machine: how much of it was in use, how many waited, and whether it answered. */
export function MachineHistory({ machine }: { machine: Machine }) {
  const history = useDocument<History>(`/machines/${machine.id}/history?points=${POINTS}`, []).data.value
  if (!history || history.points.length < 2) return null
  const { points } = history
  const busy = mean(points, (one) => (one.cores && one.cores_used !== null ? one.cores_used / one.cores : null))
  const waiting = points.at(-1)!.queued_count
  const answered = mean(points, (one) => one.answered) ?? 0
  const slowest = Math.max(...points.map((one) => one.latency_seconds ?? 0))
  return (
    <>
      {busy !== null && (
        <KeyValue label="In use, last day">
          <Spark values={filled(history, (one) => one.cores_used)} label={`Cores of ${machine.name} in use over the last day`} /> {percent(busy, 1)} on average
        </KeyValue>
      )}
      {waiting !== null && (
        <KeyValue label="Queue, last day">
          <Spark values={filled(history, (one) => one.queued_count)} label={`Jobs waiting on ${machine.name} over the last day`} /> {count(Math.round(waiting))} waiting last
        </KeyValue>
      )}
      <KeyValue label="Answered">{percent(answered, 1)} of the times it was asked in the last day{slowest > 0 && `, in ${duration(slowest)} at the slowest`}</KeyValue>
    </>
  )
}

/** One value for each step of the span, null where nothing is known. */
function filled(history: History, value: (point: Point) => number | null): (number | null)[] {
  const since = Date.parse(history.since)
  const known = new Map(history.points.map((point) => [Math.round((Date.parse(point.at) - since) / 1000 / history.step_seconds), point]))
  const steps = Math.round((Date.parse(history.until) - since) / 1000 / history.step_seconds)
  return Array.from({ length: steps }, (_, index) => {
    const point = known.get(index)
    return point ? value(point) : null
  })
}

function mean(points: Point[], value: (point: Point) => number | null): number | null {
  const known = points.map(value).filter((one): one is number => one !== null)
  return known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : null
}
