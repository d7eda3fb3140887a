import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Page, Schedule, ScheduleRun } from '../api/types.ts'
import { count, duration, moment } from '../lib/format.ts'
import { location, navigate, setQuery, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { put, useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'
import { ScheduleForm } from './ScheduleForm.tsx'

const OVERLAP = { allow: 'the next is made all the same', skip: 'the next is skipped', wait: 'the next waits for its turn' }
const SKIPPED = { missed: 'missed', overlap: 'skipped: one had not ended', refused: 'refused' }
const CATCH_UP = { all: 'every missed run', latest: 'the last missed run', none: 'nothing' }

function times(schedule: Schedule): string {
  return schedule.cron ? `${schedule.cron}, ${schedule.time_zone}` : `every ${duration(schedule.interval_seconds)}`
}

/** A schedule that makes a job says nothing to anybody: who looks at it asks, while the page is seen. */
function useAskedAgain(refresh: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), 5_000)
    return () => clearInterval(timer)
  }, [refresh])
}

function Runs({ id }: { id: string }) {
  const request = useDocument<Page<ScheduleRun>>(`/schedules/${id}/runs`, ['schedules'])
  useAskedAgain(request.refresh)
  return (
    <div class="drawer-section">
      <h3>Runs</h3>
      <Loaded of={request} what="Runs" rows={3}>
        {({ items }) => items.length === 0 ? <Empty>It has not run yet.</Empty> : (
          <Table
            caption="Runs"
            rows={items}
            id={(run) => run.target_at}
            testid="run-row"
            columns={[
              { label: 'For', cell: (run) => moment(run.target_at, tick.value) },
              { label: 'Made', class: 't2', cell: (run) => <Age at={run.made_at} /> },
              { label: 'Job', class: 'right', cell: (run) => (run.job_id ? <a class="link" href={`/jobs/${run.job_id}`}>Open</a> : <span class="t3">{run.skipped ? SKIPPED[run.skipped] : 'skipped'}</span>) },
            ]}
          />
        )}
      </Loaded>
    </div>
  )
}

function Drawer({ schedule, onEdit, refresh }: { schedule: Schedule; onEdit: () => Promise<void>; refresh: () => void }) {
  const [deleting, setDeleting] = useState(false)
  const close = () => setQuery({ show: null }, { replace: false })
  const switchTo = async (verb: 'pause' | 'resume') => {
    put(await api.post<Schedule>(`/schedules/${schedule.id}/${verb}`))
    toast(verb === 'pause' ? `${schedule.name} is paused` : `${schedule.name} goes on`)
  }
  const run = async () => {
    const made = await api.post<{ job_id?: string | null; id?: string }>(`/schedules/${schedule.id}/run`)
    const job = made.job_id ?? (made.id?.startsWith('job_') ? made.id : null)
    toast(`${schedule.name} runs now`)
    if (job) navigate(`/jobs/${job}`)
  }
  const remove = async () => {
    await api.delete(`/schedules/${schedule.id}`)
    refresh()
    close()
    toast(`${schedule.name} deleted`)
  }
  return (
    <Dialog as="drawer" title={schedule.name} onClose={close} testid="schedule-drawer">
      <KeyValue label="State"><State kind="schedule" state={schedule.enabled ? 'enabled' : 'paused'} /></KeyValue>
      <KeyValue label="When">{times(schedule)}</KeyValue>
      <KeyValue label="Next">{schedule.next_at && schedule.enabled ? moment(schedule.next_at, tick.value) : 'not planned'}</KeyValue>
      <KeyValue label="Makes"><a class="link" href={`/jobs?kind=${encodeURIComponent(schedule.kind)}`}>{schedule.kind}</a></KeyValue>
      <KeyValue label="After an outage runs">{CATCH_UP[schedule.catch_up]}</KeyValue>
      <KeyValue label="While one has not ended">{OVERLAP[schedule.overlap]}</KeyValue>
      {schedule.queue && <KeyValue label="Queue"><a class="link" href={`/jobs?queue=${encodeURIComponent(schedule.queue)}`}>{schedule.queue}</a></KeyValue>}
      {(schedule.urgency !== 'normal' || schedule.priority !== 0) && <KeyValue label="Urgency">{schedule.urgency}{schedule.priority !== 0 && `, priority ${schedule.priority}`}</KeyValue>}
      {schedule.max_attempts && <KeyValue label="Attempts">at most {schedule.max_attempts}</KeyValue>}
      {schedule.jitter_seconds > 0 && <KeyValue label="Jitter">up to {duration(schedule.jitter_seconds)}</KeyValue>}
      <KeyValue label="Made by">{schedule.declared ? 'the program' : (schedule.created_by ?? 'not known')}</KeyValue>
      <KeyValue label="Id"><Copy value={schedule.id} what="id" /></KeyValue>
      <div class="drawer-section"><h3>Payload</h3><pre class="document" tabIndex={0} aria-label="Payload">{JSON.stringify(schedule.payload, null, 2)}</pre></div>
      {allowed('operator') && (
        <div class="drawer-section row-actions">
          <Button run={run} testid="run-schedule">Run now</Button>
          {schedule.enabled ? <Button run={() => switchTo('pause')} testid="pause-schedule">Pause</Button> : <Button run={() => switchTo('resume')} testid="resume-schedule">Resume</Button>}
          {!schedule.declared && <Button run={onEdit} testid="edit-schedule">Change…</Button>}
          {!schedule.declared && <button type="button" class="button quiet" onClick={() => setDeleting(true)}>Delete…</button>}
        </div>
      )}
      <Runs id={schedule.id} />
      {deleting && (
        <Dialog title={`Delete “${schedule.name}”`} onClose={() => setDeleting(false)}>
          <div class="dialog-body"><p>No further job is made by it. Jobs it made stay. It cannot be undone.</p></div>
          <DialogActions>
            <button type="button" class="button" onClick={() => setDeleting(false)}>Keep it</button>
            <Button class="primary" run={remove} testid="delete-confirm">Delete schedule</Button>
          </DialogActions>
        </Dialog>
      )}
    </Dialog>
  )
}

export default function Schedules() {
  useTitle('Schedules')
  usePageCall('/schedules')
  const request = useList<Schedule>('/schedules', ['schedules'])
  useAskedAgain(request.refresh)
  const [edited, setEdited] = useState<Schedule | null | undefined>(undefined)
  const show = location.value.query.get('show')
  const rows = request.data.value?.rows.map((row) => row.value) ?? []
  // What is changed is what it is now, not what the list said when it was read.
  const edit = async (schedule: Schedule) => setEdited(await api.get<Schedule>(`/schedules/${schedule.id}`))
  const shown = rows.find((one) => one.id === show)
  return (
    <>
      <h1 class="away">Schedules</h1>
      <Panel title="Schedules" count={request.data.value ? count(rows.length) : undefined} actions={allowed('operator') && <button type="button" class="button small" data-testid="make-schedule" onClick={() => setEdited(null)}>Make a schedule…</button>}>
        <Loaded of={request} what="Schedules" rows={4}>
          {() => rows.length === 0 ? <Empty>No schedule yet. One makes a job again and again, at the times of a cron line or in intervals.</Empty> : (
            <Table
              caption="Schedules"
              rows={rows}
              id={(schedule) => schedule.id}
              href={(schedule) => withQuery({ show: schedule.id })}
              selected={(schedule) => schedule.id === show}
              testid="schedule-row"
              columns={[
                { label: 'Schedule', cell: (schedule) => <a class="b" href={withQuery({ show: schedule.id })}>{schedule.name}</a> },
                { label: 'When', class: 'fill keep t2', cell: (schedule) => <span title={times(schedule)}>{times(schedule)}</span> },
                { label: 'Makes', class: 't2', cell: (schedule) => schedule.kind },
                { label: 'Next', class: 'right t2', cell: (schedule) => (schedule.next_at && schedule.enabled ? <Age at={schedule.next_at} /> : '') },
                { label: 'State', cell: (schedule) => <State kind="schedule" state={schedule.enabled ? 'enabled' : 'paused'} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {shown && edited === undefined && <Drawer key={shown.id} schedule={shown} onEdit={() => edit(shown)} refresh={request.refresh} />}
      {edited !== undefined && <ScheduleForm schedule={edited} onClose={() => (setEdited(undefined), request.refresh())} />}
    </>
  )
}
