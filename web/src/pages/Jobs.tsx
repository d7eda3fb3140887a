import { api } from '../api/client.ts'
import { JOB_STATES, type Job } from '../api/types.ts'
import { count, duration, moment } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { put, useList, useRecord } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { Loaded, usePages, withWords } from './rows.tsx'

function ran(job: Job): string {
  if (!job.started_at) return ''
  const end = job.finished_at ? Date.parse(job.finished_at) : job.state === 'running' ? tick.value : null
  return end === null ? '' : duration((end - Date.parse(job.started_at)) / 1000)
}

function JobDrawer({ id }: { id: string }) {
  const request = useRecord<Job>(`/jobs/${id}`, id)
  const job = request.data.value?.value
  const cancel = async () => {
    put(await api.post<Job>(`/jobs/${id}/cancellation`))
    toast('Cancelling the job')
  }
  return (
    <Dialog as="drawer" title={job ? `Job ${job.number}, ${job.kind}` : 'Job'} onClose={() => setQuery({ show: null }, { replace: false })} testid="job-drawer">
      {request.error.value && <Problem of={request.error.value} what="The job" retry={request.refresh} />}
      {!job ? !request.error.value && <Skeleton rows={6} what="the job" /> : (
        <>
          <KeyValue label="State"><State kind="job" state={job.state} /></KeyValue>
          {job.waiting_on && <Waiting kind={job.waiting_on.kind} text={job.waiting_on.text} since={job.waiting_on.since} next={job.waiting_on.next_check_at} />}
          {job.error && <KeyValue label="Error">{job.error}</KeyValue>}
          <KeyValue label="Attempt">{job.attempt} of {job.max_attempts}</KeyValue>
          <KeyValue label="Queue">{job.queue}, priority {job.priority}</KeyValue>
          <KeyValue label="Created">{moment(job.created_at, tick.value)}</KeyValue>
          {job.run_at && <KeyValue label="Due">{moment(job.run_at, tick.value)}</KeyValue>}
          <KeyValue label="Ran">{ran(job) || 'not yet'}</KeyValue>
          {job.incident_id && <KeyValue label="Incident"><a class="link" href={`/incidents/${job.incident_id}`}>Open</a></KeyValue>}
          <KeyValue label="Logs"><a class="link" href={`/logs?q=${job.id}`}>Records of it</a></KeyValue>
          <KeyValue label="Id"><Copy value={job.id} what="id" /></KeyValue>
          {(job.state === 'queued' || job.state === 'running') && allowed('operator') && <div class="drawer-section"><Button run={cancel}>Cancel job</Button></div>}
        </>
      )}
    </Dialog>
  )
}

export default function Jobs() {
  useTitle('Jobs')
  const query = location.value.query
  const parameters = new URLSearchParams()
  for (const name of ['state', 'kind', 'incident_id']) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = `/jobs${query.size > 0 ? `?${parameters}` : ''}`
  const request = useList<Job>(path, ['jobs'])
  const { rows: loaded, more, busy } = usePages(path, request)
  const rows = withWords(loaded, (one) => `${one.number} ${one.kind} ${one.error ?? ''}`)
  const show = query.get('show')
  usePageCall(path)
  return (
    <>
      <h1 class="away">Jobs</h1>
      <div class="toolbar"><Filter keys={{ state: JOB_STATES, kind: [], incident_id: [] }} /></div>
      <Panel title="Jobs" count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}>
        <Loaded of={request} what="Jobs" rows={10}>
          {() => rows.length === 0 ? (
            <Empty>{query.size > 0 ? <>No job matches the filter. <a class="link" href="/jobs">Clear filter</a></> : 'No job yet.'}</Empty>
          ) : (
            <Table
              caption="Jobs, newest first"
              rows={rows}
              id={(job) => job.id}
              href={(job) => withQuery({ show: job.id })}
              selected={(job) => job.id === show}
              testid="job-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'Job', cell: (job) => <a class="b" href={withQuery({ show: job.id })}>{count(job.number)}</a> },
                { label: 'Kind', class: 'keep', cell: (job) => job.kind },
                { label: 'Queue', class: 't2', cell: (job) => job.queue },
                { label: 'Waits on or failed with', class: 'fill t2', cell: (job) => <span title={job.error ?? job.waiting_on?.text}>{job.error ?? job.waiting_on?.text}</span> },
                { label: 'Attempt', class: 'right t2', cell: (job) => `${job.attempt} of ${job.max_attempts}` },
                { label: 'Ran', class: 'right t2', cell: ran },
                { label: 'Created', class: 'right t2', cell: (job) => <Age at={job.created_at} /> },
                { label: 'State', cell: (job) => <State kind="job" state={job.state} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {show?.startsWith('job_') && <JobDrawer key={show} id={show} />}
    </>
  )
}
