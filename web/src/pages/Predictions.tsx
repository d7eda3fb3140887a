import type { components } from '../api/schema.d.ts'
import type { Incident, Machine, Page } from '../api/types.ts'
import { clock, count, day, duration, NOT_KNOWN, percent } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { useDocument } from '../live/store.ts'
import { Fact } from '../ui/Fact.tsx'
import { KeyValue } from '../ui/KeyValue.tsx'

type Forecast = components['schemas']['ForecastView']
type WaitModel = components['schemas']['WaitModelView']
type Pace = components['schemas']['PaceView']

/** A clock today and tomorrow morning; further off, with its day. */
function by(at: string, now: number): string {
  return Math.abs(Date.parse(at) - now) < 43_200_000 ? clock(at) : `${day(at, now)}, ${clock(at, false)}`
}

/** By when an open incident is likely to be complete, or why nobody can say. */
export function ForecastFact({ incident }: { incident: Incident }) {
  const forecast = useDocument<Forecast>(`/incidents/${incident.id}/forecast`, [incident.id, `timeline:${incident.id}`]).data.value
  const now = tick.value
  if (!forecast) return null
  if (!forecast.p10_at || !forecast.p50_at || !forecast.p90_at) return <Fact label="Complete by" value={NOT_KNOWN} unknown detail={forecast.reason ?? undefined} />
  const chance = typeof forecast.in_time === 'number' ? `, ${percent(forecast.in_time, 1)} in time` : ''
  return (
    <Fact
      label="Complete by"
      value={by(forecast.p50_at, now)}
      unit="UTC"
      detail={`${by(forecast.p10_at, now)} to ${by(forecast.p90_at, now)}${chance}`}
    />
  )
}

/** How far off what was predicted of a machine's queue has been. */
export function MachineWaits({ machine }: { machine: Machine }) {
  const request = useDocument<Page<WaitModel>>(machine.driver ? `/machines/${machine.id}/waits` : null, [])
  return (
    <>
      {request.data.value?.items.map((one) => (
        <KeyValue key={one.partition} label={one.partition ? `Waits in ${one.partition}` : 'Waits'}>
          {count(one.learned_count)} learned{one.source === 'runs' && ', of our runs only'}
          {!one.used && ', too few to go by'}
          {one.errors && `; predicted to within ${duration(2 * one.errors.pinball_p50)} on average, ${percent(one.errors.within_minute, 1)} within 1 min, ${percent(one.errors.within_ten_minutes, 1)} within 10 min`}
        </KeyValue>
      ))}
    </>
  )
}

/** At what pace a machine takes runs of ours, where it does not take them as they come. */
export function MachinePace({ machine }: { machine: Machine }) {
  const pace = useDocument<Pace>(machine.driver ? `/machines/${machine.id}/pace` : null, []).data.value
  if (!pace) return null
  return (
    <>
      {pace.per_minute && (
        <KeyValue label="Submissions">
          {Number(pace.per_minute.toPrecision(2))} a minute at present: {pace.slowed_by}{pace.slowed_at && `, ${clock(pace.slowed_at)} UTC`}
          {pace.waiting_count > 0 && `; ${count(pace.waiting_count)} waiting for their turn`}
        </KeyValue>
      )}
      {pace.most_runs && (
        <KeyValue label="At a time">
          {count(pace.runs)} of at most {count(pace.most_runs)} runs of ours{pace.limited_by && `: ${pace.limited_by}`}
        </KeyValue>
      )}
    </>
  )
}
