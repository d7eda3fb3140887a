import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { JobKind, Page, Schedule } from '../api/types.ts'
import { moment } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

type Times = Partial<Pick<Schedule, 'cron' | 'interval_seconds' | 'time_zone'>>

/** The next times of what is typed, asked for when typing pauses. */
function Preview({ of }: { of: Times }) {
  const [times, setTimes] = useState<string[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const text = JSON.stringify(of)
  useEffect(() => {
    if (!of.cron && !of.interval_seconds) return setTimes([])
    let shown = true
    const timer = setTimeout(async () => {
      try {
        const { times: next } = await api.post<{ times: string[] }>('/schedules/preview', of)
        if (shown) (setTimes(next), setProblem(null))
      } catch (error) {
        if (shown) (setTimes([]), setProblem((error as Problem).message))
      }
    }, 300)
    return () => {
      shown = false
      clearTimeout(timer)
    }
  }, [text])
  if (problem) return <p class="field-error" role="status">{problem}</p>
  if (times.length === 0) return null
  return <p class="sm t2" role="status" data-testid="preview">Next: {times.slice(0, 4).map((at) => moment(at, tick.value)).join('; ')} UTC</p>
}

function schemaFor(kinds: string[]) {
  return {
    properties: {
      name: { type: 'string', title: 'Name' },
      kind: { enum: kinds, title: 'Kind of job' },
      payload: { type: 'object', title: 'Payload', description: 'JSON, as the kind wants it.', default: {} },
      cron: { type: 'string', title: 'Cron line', description: 'Minute, hour, day, month, weekday: 0 6 * * 1-5. Or give an interval.' },
      interval_seconds: { type: 'number', title: 'Interval in seconds' },
      time_zone: { type: 'string', title: 'Time zone', default: 'UTC', description: 'Such as Europe/Berlin.' },
      jitter_seconds: { type: 'number', minimum: 0, title: 'Jitter in seconds', description: 'Each run begins up to so much later.' },
      catch_up: { enum: ['latest', 'all', 'none'], title: 'After an outage run', default: 'latest' },
    },
    required: ['name', 'kind'],
  }
}

/** Make a schedule, or change one. */
export function ScheduleForm({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const kinds = useDocument<Page<JobKind>>('/job-kinds', [])
  const [times, setTimes] = useState<Times>(schedule ? { cron: schedule.cron, interval_seconds: schedule.interval_seconds, time_zone: schedule.time_zone } : {})
  const send = async (value: Record<string, unknown>) => {
    const body = { ...value, payload: value.payload ?? {} }
    if (schedule) await api.patch(`/schedules/${schedule.id}`, { ...body, version: schedule.version, cron: value.cron ?? null, interval_seconds: value.interval_seconds ?? null })
    else await api.post('/schedules', body)
    toast(schedule ? `${schedule.name} changed` : `${String(value.name)} made`)
    onClose()
  }
  const typed = (event: Event) => {
    const form = (event.target as HTMLElement).closest('form')
    if (!form) return
    const entry = (name: string) => (form.elements.namedItem(name) as HTMLInputElement | null)?.value.trim() || null
    const seconds = Number(entry('interval_seconds'))
    setTimes({ cron: entry('cron'), interval_seconds: seconds > 0 ? seconds : null, time_zone: entry('time_zone') ?? 'UTC' })
  }
  return (
    <Dialog title={schedule ? `Change “${schedule.name}”` : 'Make a schedule'} onClose={onClose} testid="schedule-dialog">
      <div class="dialog-body" onInput={typed}>
        <Loaded of={kinds} what="Kinds of jobs" rows={4}>
          {({ items }) => {
            const open = items.filter((kind) => kind.submittable || kind.name === schedule?.kind).map((kind) => kind.name)
            return <Form testid="schedule-form" verb={schedule ? 'Change schedule' : 'Make schedule'} schema={schemaFor(open)} initial={schedule ? { ...schedule } : undefined} onSend={send} />
          }}
        </Loaded>
        <Preview of={times} />
      </div>
    </Dialog>
  )
}
