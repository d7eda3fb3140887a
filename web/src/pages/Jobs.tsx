import { useState } from 'preact/hooks'
import type { components } from '../api/schema.d.ts'
import { JOB_STATES, type Job, type Snapshot } from '../api/types.ts'
import { count, duration } from '../lib/format.ts'
import { location, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { JobBulk, type Deed, type JobFilter } from './JobBulk.tsx'
import { JobSubmit } from './JobSubmit.tsx'
import { IncidentLink } from './origin.tsx'
import { Loaded, usePages, withWords } from './rows.tsx'

const KEYS = ['state', 'kind', 'queue', 'incident_id', 'batch_id', 'origin']
/** As many as one request takes. */
const MOST_CHOSEN = 500

export function ran(job: Pick<Job, 'started_at' | 'finished_at' | 'state'>): string {
  if (!job.started_at) return ''
  const end = job.finished_at ? Date.parse(job.finished_at) : job.state === 'running' ? tick.value : null
  return end === null ? '' : duration((end - Date.parse(job.started_at)) / 1000)
}

function For({ job }: { job: Job }) {
  if (job.incident_id) return <IncidentLink id={job.incident_id} />
  if (job.batch_id) return <a class="link" href={`/jobs?batch_id=${job.batch_id}`}>batch</a>
  if (job.origin?.startsWith('sch_')) return <a class="link" href={`/schedules?show=${job.origin.split('@')[0]}`}>schedule</a>
  if (job.origin?.startsWith('job_')) return <a class="link" href={`/jobs/${job.origin}`}>retry</a>
  return null
}

function Choice({ name, on, onChange }: { name: string; on: boolean; onChange: (on: boolean) => void }) {
  return <input type="checkbox" aria-label={name} checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
}

/** How many jobs there are in each state, with the other filters as they are. A click shows those. */
function States({ counts }: { counts: components['schemas']['JobCounts'] | undefined }) {
  const chosen = location.value.query.get('state')
  return (
    <nav class="states" aria-label="State">
      <a href={withQuery({ state: null })} aria-current={chosen ? undefined : 'true'}>All</a>
      {JOB_STATES.map((state) => {
        const found = counts?.counts[state]
        return (
          <a key={state} href={withQuery({ state })} aria-current={chosen === state ? 'true' : undefined} data-testid={`state-${state}`}>
            <State kind="job" state={state} /> {found !== undefined && <span class="t2">{count(found)}{found >= counts!.most && '+'}</span>}
          </a>
        )
      })}
    </nav>
  )
}

export default function Jobs() {
  useTitle('Jobs')
  const query = location.value.query
  const [deed, setDeed] = useState<Deed | null>(null)
  const [submitting, setSubmitting] = useState(false)
  const parameters = new URLSearchParams()
  for (const name of KEYS) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = `/jobs${parameters.size > 0 ? `?${parameters}` : ''}`
  const request = useList<Job>(path, ['jobs'])
  const seen = useDocument<Snapshot>('/observer/snapshot', [])
  const { rows: loaded, more, busy } = usePages(path, request)
  const others = new URLSearchParams([...parameters].filter(([name]) => name !== 'state'))
  const counts = useDocument<components['schemas']['JobCounts']>(`/job-counts${others.size > 0 ? `?${others}` : ''}`, ['jobs'])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const rows = withWords(loaded, (one) => `${one.number} ${one.kind} ${one.queue} ${one.error ?? ''}`)
  const filter: JobFilter = Object.fromEntries(KEYS.flatMap((name) => (query.get(name) ? [[name, name === 'state' ? [query.get(name)!] : query.get(name)!]] : [])))
  const nodes = new Map(seen.data.value?.nodes.map((node) => [node.id, node.name]))
  usePageCall(path)
  const may = allowed('operator')
  const picked = rows.filter((job) => chosen.has(job.id)).map((job) => job.id)
  const choose = (ids: string[], on: boolean) => setChosen(new Set(on ? [...picked, ...ids].slice(0, MOST_CHOSEN) : picked.filter((id) => !ids.includes(id))))
  const which = picked.length > 0 ? 'selected' : 'all'
  const close = (done: boolean) => {
    setDeed(null)
    if (done) setChosen(new Set())
    request.refresh()
    counts.refresh()
  }
  return (
    <>
      <h1 class="away">Jobs</h1>
      <div class="toolbar">
        <Filter keys={{ state: JOB_STATES, kind: [], queue: seen.data.value?.queues.map((queue) => queue.name) ?? [], incident_id: [], batch_id: [], origin: [] }} />
        {may && <button type="button" class="button" data-testid="submit-job" onClick={() => setSubmitting(true)}>Submit a job…</button>}
      </div>
      <States counts={counts.data.value} />
      <Panel
        title="Jobs"
        count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}${picked.length > 0 ? `, ${count(picked.length)} selected` : ''}` : undefined}
        actions={may && (picked.length > 0 || parameters.size > 0) && (
          <>
            <button type="button" class="button small" data-testid="bulk-cancel" onClick={() => setDeed('cancellations')}>Cancel {which}…</button>
            <button type="button" class="button small" data-testid="bulk-retry" onClick={() => setDeed('retries')}>Retry {which}…</button>
            {allowed('admin') && <button type="button" class="button small quiet" data-testid="bulk-delete" onClick={() => setDeed('deletions')}>Delete {which}…</button>}
          </>
        )}
      >
        <Loaded of={request} what="Jobs" rows={10}>
          {() => rows.length === 0 ? (
            <Empty>{query.size > 0 ? <>No job matches the filter. <a class="link" href="/jobs">Clear filter</a></> : 'No job yet.'}</Empty>
          ) : (
            <Table
              caption="Jobs, newest first"
              rows={rows}
              id={(job) => job.id}
              href={(job) => `/jobs/${job.id}`}
              testid="job-row"
              more={more}
              busy={busy}
              selected={(job) => chosen.has(job.id)}
              columns={[
                ...(may ? [{ label: <Choice name="Select all" on={picked.length === rows.length} onChange={(on) => choose(rows.map((job) => job.id), on)} />, class: 'narrow choice keep', cell: (job: Job) => <Choice name={`Select job ${job.number}`} on={chosen.has(job.id)} onChange={(on) => choose([job.id], on)} /> }] : []),
                { label: 'Job', class: 'keep', cell: (job) => <a class="b" href={`/jobs/${job.id}`} title={job.id}>{count(job.number)}</a> },
                { label: 'Kind', class: 'keep', cell: (job) => job.kind },
                { label: 'Queue', class: 't2', cell: (job) => job.queue },
                { label: 'For', class: 't2', cell: (job) => <For job={job} /> },
                { label: 'Waits on or failed with', class: 'fill t2', cell: (job) => <span title={job.error ?? job.waiting_on?.text}>{job.state === 'running' && job.progress ? `${job.progress.fraction == null ? '' : `${Math.round(job.progress.fraction * 100)} % `}${job.progress.message ?? ''}` : (job.error ?? job.waiting_on?.text)}</span> },
                { label: 'Attempt', class: 'right t2', cell: (job) => `${job.attempt} of ${job.max_attempts}` },
                { label: 'Node', class: 't2', cell: (job) => (job.node ? <a class="link" href="/nodes" title={job.node}>{nodes.get(job.node) ?? 'gone'}</a> : '') },
                { label: 'Ran', class: 'right t2', cell: ran },
                { label: 'Created', class: 'right t2', cell: (job) => <Age at={job.created_at} /> },
                { label: 'State', cell: (job) => <State kind="job" state={job.state} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {deed && <JobBulk deed={deed} filter={picked.length > 0 ? { ids: picked } : filter} onClose={close} />}
      {submitting && <JobSubmit onClose={() => setSubmitting(false)} />}
    </>
  )
}
