import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import { JOB_STATES } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { put, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { JobBulk } from './JobBulk.tsx'
import { Loaded, usePages } from './rows.tsx'

type Batch = components['schemas']['BatchView']

const PATH = '/job-batches'
const FAILED = ['failed', 'timed_out', 'quarantined']
/** Ends of jobs are no events: while a batch is under way the list is asked for. */
const EVERY_MS = 3000

const jobsOf = (batch: Batch, state?: string) => `/jobs?batch_id=${batch.id}${state ? `&state=${state}` : ''}`
const failedOf = (batch: Batch) => FAILED.reduce((sum, state) => sum + (batch.counts[state] ?? 0), 0)

function Progress({ batch }: { batch: Batch }) {
  if (batch.total === 0) return <span class="t3">no job yet</span>
  return (
    <span class="nowrap">
      <span class="meter inline" aria-hidden="true">
        <i class={batch.state === 'finished' ? '' : 'ours'} style={{ width: `${(100 * batch.ended) / batch.total}%` }} />
      </span>
      {count(batch.ended)} of {count(batch.total)}
    </span>
  )
}

/** How many ended how; each number leads to those jobs. */
function Counts({ batch }: { batch: Batch }) {
  const ended = JOB_STATES.filter((state) => batch.counts[state])
  const rest = batch.total - batch.ended - batch.running
  return (
    <span class="row-actions">
      {ended.map((state) => (
        <a key={state} class="link nowrap" href={jobsOf(batch, state)}>{count(batch.counts[state] ?? 0)} <State kind="job" state={state} /></a>
      ))}
      {batch.running > 0 && <a class="link nowrap" href={jobsOf(batch, 'running')}>{count(batch.running)} <State kind="job" state="running" /></a>}
      {rest > 0 && <a class="link nowrap" href={jobsOf(batch, 'queued')}>{count(rest)} <State kind="job" state="queued" /></a>}
    </span>
  )
}

function Actions({ batch, onCancel, onRetry }: { batch: Batch; onCancel: () => void; onRetry: () => void }) {
  const seal = async () => {
    put(await api.post<Batch>(`${PATH}/${batch.id}/seal`))
    toast(`${batch.name} takes no more jobs`)
  }
  return (
    <span class="row-actions">
      {batch.state === 'open' && <Button class="small" testid="seal-batch" run={seal}>Seal</Button>}
      {failedOf(batch) > 0 && <button type="button" class="button small" data-testid="retry-batch" onClick={onRetry}>Retry failed…</button>}
      {batch.state !== 'finished' && <button type="button" class="button small quiet" data-testid="cancel-batch" onClick={onCancel}>Cancel…</button>}
    </span>
  )
}

function CancelBatch({ batch, onClose }: { batch: Batch; onClose: () => void }) {
  const cancel = async () => {
    put(await api.post<Batch>(`${PATH}/${batch.id}/cancellation`))
    toast(`Cancelling ${batch.name}`)
    onClose()
  }
  return (
    <Dialog title={`Cancel “${batch.name}”`} onClose={onClose} testid="cancel-batch-dialog">
      <div class="dialog-body">
        <p>It takes no more jobs. {counted(batch.total - batch.ended, 'job')} of it {batch.total - batch.ended === 1 ? 'is' : 'are'} cancelled: those that wait at once, those that run as soon as they have stopped.</p>
      </div>
      <DialogActions>
        <button type="button" class="button" onClick={onClose}>Keep it</button>
        <Button class="primary" run={cancel} testid="cancel-batch-confirm">Cancel batch</Button>
      </DialogActions>
    </Dialog>
  )
}

export default function Batches() {
  useTitle('Batches')
  usePageCall(PATH)
  const request = useList<Batch>(PATH, ['batches'])
  const [cancelled, setCancelled] = useState<Batch | null>(null)
  const [retried, setRetried] = useState<Batch | null>(null)
  const { rows, more, busy } = usePages(PATH, request)
  const goesOn = rows.some((batch) => batch.state !== 'finished')
  useEffect(() => {
    if (!goesOn) return
    const timer = setInterval(request.refresh, EVERY_MS)
    return () => clearInterval(timer)
  }, [goesOn])
  const may = allowed('operator')
  return (
    <>
      <h1 class="away">Batches</h1>
      <Panel title="Batches" count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}>
        <Loaded of={request} what="Batches" rows={4}>
          {() => rows.length === 0 ? <Empty>No batch yet. One holds jobs that are followed together; <code>stormbell batches open</code> makes one.</Empty> : (
            <Table
              caption="Batches, newest first"
              rows={rows}
              id={(batch) => batch.id}
              href={(batch) => jobsOf(batch)}
              testid="batch-row"
              cards
              more={more}
              busy={busy}
              columns={[
                { label: 'Batch', cell: (batch) => <a class="b" href={jobsOf(batch)} title={batch.id}>{batch.name}</a> },
                { label: 'Ended', cell: (batch) => <Progress batch={batch} /> },
                { label: 'Jobs', class: 'fill wrap', cell: (batch) => <Counts batch={batch} /> },
                { label: 'Then', class: 't2 extra', cell: (batch) => (batch.callback_job_id ? <a class="link" href={`/jobs/${batch.callback_job_id}`}>{batch.callback_kind}</a> : batch.callback_kind) },
                { label: 'Opened', class: 'right t2', cell: (batch) => <Age at={batch.created_at} /> },
                ...(may ? [{ label: '', name: 'Actions', class: 'right', cell: (batch: Batch) => <Actions batch={batch} onCancel={() => setCancelled(batch)} onRetry={() => setRetried(batch)} /> }] : []),
                { label: 'State', cell: (batch) => <State kind="batch" state={batch.state} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {cancelled && <CancelBatch batch={cancelled} onClose={() => (setCancelled(null), request.refresh())} />}
      {retried && <JobBulk deed="retries" filter={{ batch_id: retried.id, state: FAILED }} onClose={() => setRetried(null)} />}
    </>
  )
}
