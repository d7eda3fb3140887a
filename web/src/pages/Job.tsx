import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Job, JobDetail, LogRecord, Page } from '../api/types.ts'
import { clock, count, duration, moment, sentence } from '../lib/format.ts'
import { navigate } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { put, useDocument, useRecord } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { LogRows } from '../ui/LogRows.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { IncidentLink } from './origin.tsx'
import { ran } from './Jobs.tsx'
import { Loaded } from './rows.tsx'

const OPEN = ['queued', 'running']
const READ_EVERY_MS = 2000

function Progress({ job }: { job: JobDetail }) {
  const { progress } = job
  if (!progress || job.state !== 'running') return null
  const { fraction, message, counters } = progress
  return (
    <div class="progress" data-testid="progress">
      <span class="meter" role="progressbar" aria-label="Progress" aria-valuemin={0} aria-valuemax={100} aria-valuenow={fraction == null ? undefined : Math.round(fraction * 100)}>
        <i class="ours" style={{ width: `${100 * (fraction ?? 0)}%` }} />
      </span>
      <span class="nowrap">{fraction == null ? '' : `${Math.round(fraction * 100)} %`}</span>
      <span class="t2">{[message, ...Object.entries(counters ?? {}).map(([name, value]) => `${name} ${count(Number(value))}`)].filter(Boolean).join(', ')}</span>
    </div>
  )
}

function Json({ title, value, empty }: { title: string; value: unknown; empty: string }) {
  const none = value === undefined || value === null
  return (
    <Panel title={title}>
      {none ? <Empty>{empty}</Empty> : <pre class="document" tabIndex={0} aria-label={title} data-testid={title.toLowerCase()}>{JSON.stringify(value, null, 2)}</pre>}
    </Panel>
  )
}

function Records({ id, live }: { id: string; live: boolean }) {
  const request = useDocument<Page<LogRecord>>(`/logs?limit=200&job_id=${id}`, [])
  useEffect(() => {
    request.refresh()
    if (!live) return
    const timer = setInterval(() => document.hidden || request.refresh(), READ_EVERY_MS)
    return () => clearInterval(timer)
  }, [live])
  return (
    <Panel title="Log" actions={<a class="link" href={`/logs?object_id=${id}`}>All of it</a>}>
      <Loaded of={request} what="Log records" rows={3}>
        {({ items }) => items.length === 0 ? <Empty>The node that answers holds no record of this job.</Empty> : (
          <LogRows records={items.toReversed()} />
        )}
      </Loaded>
    </Panel>
  )
}

function Actions({ job }: { job: JobDetail }) {
  const [deleting, setDeleting] = useState(false)
  if (!allowed('operator')) return null
  const cancel = async () => {
    put(await api.post<Job>(`/jobs/${job.id}/cancellation`))
    toast('Cancelling the job')
  }
  const retry = async () => {
    const again = await api.post<{ id: string }>(`/jobs/${job.id}/retry`)
    toast('Queued again as a new job')
    navigate(`/jobs/${again.id}`)
  }
  const remove = async () => {
    await api.delete(`/jobs/${job.id}`)
    toast(`Job ${job.number} deleted`)
    navigate('/jobs', { replace: true })
  }
  if (OPEN.includes(job.state)) return <Button class="small" run={cancel} testid="cancel-job">Cancel job</Button>
  return (
    <>
      <Button class="small" run={retry} testid="retry-job">Retry</Button>
      {allowed('admin') && <button type="button" class="button small quiet" data-testid="delete-job" onClick={() => setDeleting(true)}>Delete…</button>}
      {deleting && (
        <Dialog title={`Delete job ${job.number}`} onClose={() => setDeleting(false)} testid="delete-dialog">
          <div class="dialog-body"><p>Its payload, result and attempts are forgotten. It cannot be undone.</p></div>
          <DialogActions>
            <button type="button" class="button" onClick={() => setDeleting(false)}>Keep it</button>
            <Button class="primary" run={remove} testid="delete-confirm">Delete job</Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  )
}

/** The sentence on what it waits for: its words as they are, the job it names as a link. */
function Named({ text }: { text: string }) {
  return <span class="wrapped">{sentence(text).split(/(\bjob_\w{26}\b)/).map((part, index) => (index % 2 ? <a class="link" key={index} href={`/jobs/${part}`}>{part}</a> : part))}</span>
}

function Facts({ job }: { job: JobDetail }) {
  const now = tick.value
  return (
    <>
      <KeyValue label="State"><State kind="job" state={job.state} testid="job-state" /></KeyValue>
      <KeyValue label="Kind"><a class="link" href={`/jobs?kind=${encodeURIComponent(job.kind)}`}>{job.kind}</a></KeyValue>
      <KeyValue label="Queue"><a class="link" href={`/jobs?queue=${encodeURIComponent(job.queue)}`}>{job.queue}</a></KeyValue>
      <KeyValue label="Urgency">{job.urgency}{job.priority !== 0 && `, priority ${job.priority}`}</KeyValue>
      <KeyValue label="Attempt">{job.attempt} of {job.max_attempts}{job.failed_count > 0 && `, ${job.failed_count} failed`}{job.lost_count > 0 && `, ${job.lost_count} lost`}</KeyValue>
      <KeyValue label="Created">{moment(job.created_at, now)}</KeyValue>
      <KeyValue label="Due">{moment(job.run_at, now)}</KeyValue>
      {job.started_at && <KeyValue label="Started">{moment(job.started_at, now)}, {duration(Math.max(0, (Date.parse(job.started_at) - Math.max(Date.parse(job.run_at), Date.parse(job.created_at))) / 1000))} after it was due</KeyValue>}
      <KeyValue label="Ran">{ran(job) || 'not yet'}</KeyValue>
      {job.expires_at && <KeyValue label="Expires">{moment(job.expires_at, now)}</KeyValue>}
      {job.deadline_at && <KeyValue label="Deadline">{moment(job.deadline_at, now)}</KeyValue>}
      {job.node && <KeyValue label="Node"><Copy value={job.node} what="boot id" /></KeyValue>}
      {job.unique_key && <KeyValue label="Unique key">{job.unique_key}</KeyValue>}
      {job.limit_key && <KeyValue label="Limit key">{job.limit_key}</KeyValue>}
      {job.incident_id && <KeyValue label="Incident"><IncidentLink id={job.incident_id} /></KeyValue>}
      {job.simulation_id && <KeyValue label="Simulation"><a class="link" href={`/simulations?show=${job.simulation_id}`}>the one it works for</a></KeyValue>}
      {job.batch_id && <KeyValue label="Batch"><a class="link" href={`/jobs?batch_id=${job.batch_id}`}>all jobs of its batch</a></KeyValue>}
      {job.origin?.startsWith('sch_') && <KeyValue label="Made by"><a class="link" href={`/schedules?show=${job.origin.split('@')[0]}`}>a schedule</a></KeyValue>}
      {job.origin?.startsWith('job_') && <KeyValue label="Repeats"><a class="link" href={`/jobs/${job.origin}`}>the job it was made from</a></KeyValue>}
      <KeyValue label="Id"><Copy value={job.id} what="id" /></KeyValue>
    </>
  )
}

function Attempts({ job }: { job: JobDetail }) {
  const rows = job.attempts ?? []
  return (
    <Panel title="Attempts" count={rows.length > 0 ? count(rows.length) : undefined}>
      {rows.length === 0 ? <Empty>No attempt yet.</Empty> : (
        <Table
          caption="Attempts"
          rows={rows}
          id={(one) => String(one.attempt)}
          testid="attempt-row"
          columns={[
            { label: 'Attempt', cell: (one) => String(one.attempt) },
            { label: 'Began', class: 't2', cell: (one) => (one.started_at ? clock(one.started_at) : '') },
            { label: 'Took', class: 'right t2', cell: (one) => (one.started_at && one.ended_at ? duration((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000) : '') },
            { label: 'Error', class: 'fill t2', cell: (one) => <span title={one.error ?? undefined}>{one.error}</span> },
            { label: 'Outcome', cell: (one) => <State kind="job" state={one.outcome} /> },
          ]}
        />
      )}
    </Panel>
  )
}

export default function JobPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id!
  const path = `/jobs/${id}`
  usePageCall(path)
  const request = useRecord<JobDetail>(path, id)
  const job = request.data.value?.value
  const live = job ? OPEN.includes(job.state) : false
  useTitle(job ? `Job ${job.number}` : 'Job')
  useEffect(() => {
    if (!live) return
    const timer = setInterval(() => document.hidden || request.refresh(), READ_EVERY_MS)
    return () => clearInterval(timer)
  }, [live])
  return (
    <Loaded of={request} what="The job" rows={10}>
      {() => job && (
        <>
          <h1 class="away">Job {count(job.number)}, {job.kind}</h1>
          <div class="two-columns">
            <div class="stack">
              <Panel title={`Job ${count(job.number)}`} count={job.kind} actions={<Actions job={job} />} testid="job">
                <Progress job={job} />
                {job.waiting_on && <Waiting kind={job.waiting_on.kind} subject={<Named text={job.waiting_on.text} />} since={job.waiting_on.since} next={job.waiting_on.next_check_at} />}
                {job.error && <div class="problem" data-testid="job-error"><span class="wrapped">{job.error}</span></div>}
                <Facts job={job} />
              </Panel>
              <Attempts job={job} />
            </div>
            <div class="stack">
              <Json title="Payload" value={job.payload} empty="Not read." />
              <Json title="Result" value={job.result} empty={job.state === 'succeeded' ? 'It gave none.' : 'None yet.'} />
              <Records id={job.id} live={live} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  )
}
