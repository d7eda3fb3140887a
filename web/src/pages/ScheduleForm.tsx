import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { JobKind, JsonSchema, Page, Schedule } from '../api/types.ts'
import { moment } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
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

const OWN = 'payload.'
const RAW = { type: 'object', title: 'Payload', description: 'JSON, as the kind wants it.', default: {} }
const TIMES = {
  cron: { type: 'string', title: 'Cron line', description: 'Minute, hour, day, month, weekday: 0 6 * * 1-5. Or give an interval.' },
  interval_seconds: { type: 'number', title: 'Interval in seconds' },
  time_zone: { type: 'string', title: 'Time zone', default: 'UTC', description: 'Such as Europe/Berlin.' },
  jitter_seconds: { type: 'number', minimum: 0, title: 'Jitter in seconds', description: 'Each run begins up to so much later.' },
  catch_up: { enum: ['latest', 'all', 'none'], title: 'After an outage run', default: 'latest' },
  overlap: { enum: ['allow', 'skip', 'wait'], title: 'When one of its jobs has not ended', default: 'allow', description: 'Make the next all the same, skip it, or let it wait for its turn.' },
}
const JOBS = {
  queue: { type: 'string', title: 'Queue', description: 'Empty: that of the kind.' },
  urgency: { enum: ['low', 'normal', 'high', 'critical'], title: 'Urgency', default: 'normal' },
  priority: { type: 'integer', minimum: -499, maximum: 499, title: 'Priority', default: 0, description: 'Within the urgency; the larger goes first.' },
  max_attempts: { type: 'integer', minimum: 1, maximum: 1000, title: 'Attempts at most', description: 'Empty: those of the kind.' },
}

/** Fields of the schedule around those of what its jobs are given; as one JSON text where the kind has no schema. */
function schemaFor(kind: JobKind, raw: boolean): JsonSchema {
  const { properties = {}, required = [], $defs } = kind.payload_schema
  const own = raw ? { payload: RAW } : Object.fromEntries(Object.entries(properties).map(([name, one]) => [OWN + name, { ...one, title: one.title ?? name }]))
  return { $defs, properties: { name: { type: 'string', title: 'Name' }, ...own, ...TIMES, ...JOBS }, required: ['name', ...(raw ? [] : required.map((name) => OWN + name))] }
}

const isDrawn = (kind: JobKind) => Object.keys(kind.payload_schema.properties ?? {}).length > 0

/** What the form holds as the API wants it. */
function bodyOf(value: Record<string, unknown>, raw: boolean): Record<string, unknown> {
  const entries = Object.entries(value)
  const payload = raw ? (value.payload ?? {}) : Object.fromEntries(entries.filter(([name]) => name.startsWith(OWN)).map(([name, one]) => [name.slice(OWN.length), one]))
  return { ...Object.fromEntries(entries.filter(([name]) => !name.startsWith(OWN))), payload }
}

/** The server says where in the payload something is wrong; the form knows its fields by their own names. */
function inForm(problem: Problem): Problem {
  for (const error of problem.errors ?? []) error.pointer = error.pointer.replace(/^\/body\/payload\/([^/]+).*$/, `/${OWN}$1`)
  return problem
}

/** Make a schedule, or change one. */
export function ScheduleForm({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const kinds = useDocument<Page<JobKind>>('/job-kinds', [])
  const [chosen, setChosen] = useState(schedule?.kind ?? null)
  const [asText, setAsText] = useState(false)
  const [times, setTimes] = useState<Times>(schedule ? { cron: schedule.cron, interval_seconds: schedule.interval_seconds, time_zone: schedule.time_zone } : {})
  const send = async (value: Record<string, unknown>, kind: string, raw: boolean) => {
    const body = { ...bodyOf(value, raw), kind }
    try {
      if (schedule) await api.patch(`/schedules/${schedule.id}`, { ...body, version: schedule.version, cron: value.cron ?? null, interval_seconds: value.interval_seconds ?? null, queue: value.queue ?? null, max_attempts: value.max_attempts ?? null })
      else await api.post('/schedules', body)
    } catch (problem) {
      throw inForm(problem as Problem)
    }
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
            const open = items.filter((one) => one.submittable || one.name === schedule?.kind)
            const kind = open.find((one) => one.name === chosen) ?? open[0]
            if (!kind) return <Empty>No kind of job may be submitted by people here.</Empty>
            const raw = asText || !isDrawn(kind)
            const own = Object.fromEntries(Object.entries(schedule?.payload ?? {}).map(([name, one]) => [OWN + name, one]))
            return (
              <>
                <div class="field">
                  <label for="schedule-kind">Kind of job</label>
                  <select id="schedule-kind" value={kind.name} onChange={(event) => setChosen(event.currentTarget.value)}>
                    {open.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
                  </select>
                  {isDrawn(kind) && <button type="button" class="link" data-testid="payload-as-text" onClick={() => setAsText(!raw)}>{raw ? 'Payload as fields' : 'Payload as JSON'}</button>}
                </div>
                <Form testid="schedule-form" verb={schedule ? 'Change schedule' : 'Make schedule'} schema={schemaFor(kind, raw)} initial={schedule ? { ...schedule, ...own } : undefined} onSend={(value) => send(value, kind.name, raw)} />
              </>
            )
          }}
        </Loaded>
        <Preview of={times} />
      </div>
    </Dialog>
  )
}
