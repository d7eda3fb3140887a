import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import type { HistoryPoint, JobLimit, ObservedQueue, Page } from '../api/types.ts'
import { count, duration } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { refresh } from '../live/observation.ts'
import { useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Spark, thinned } from '../ui/Spark.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { LimitDialog } from './Limits.tsx'

type Queue = components['schemas']['QueueView']
export type SeenQueue = Omit<ObservedQueue, 'start_p50_seconds' | 'start_p95_seconds'> & Partial<ObservedQueue>

const pathOf = (name: string) => `/queues/${encodeURIComponent(name)}`

async function ask(queue: SeenQueue, verb: 'pause' | 'resume' | 'drain', said: string): Promise<void> {
  const path = pathOf(queue.name)
  await api.post(`${path}/${verb}`)
  toast(said, verb === 'resume' ? undefined : async () => void (await api.post(`${path}/resume`)))
  await refresh()
}

function Actions({ queue, decided, onLimit, onChanged }: { queue: SeenQueue; decided: Queue | undefined; onLimit: () => void; onChanged: () => void }) {
  const order = async (fifo: boolean) => {
    await api.put(pathOf(queue.name), { fifo })
    toast(fifo ? `${queue.name} is worked off in strict order` : `${queue.name} is worked off by priority`, async () => {
      await api.put(pathOf(queue.name), { fifo: !fifo })
      onChanged()
    })
    onChanged()
  }
  return (
    <span class="row-actions">
      {allowed('admin') && decided && (
        <Button class="small quiet wide" testid="order-queue" title={decided.fifo ? 'Now one job of a section follows the other, by number' : 'Now the larger priority goes first'} run={() => order(!decided.fifo)}>
          {decided.fifo ? 'By priority' : 'Strict order'}
        </Button>
      )}
      {allowed('admin') && <button type="button" class="button small quiet wide" data-testid="limit-queue" onClick={onLimit}>Limit…</button>}
      {queue.state === 'active' ? (
        <>
          <Button class="small" testid="pause-queue" run={() => ask(queue, 'pause', `Pausing ${queue.name}`).then(onChanged)}>Pause</Button>
          <Button class="small quiet" testid="drain-queue" run={() => ask(queue, 'drain', `${queue.name} takes no new jobs`).then(onChanged)}>Drain</Button>
        </>
      ) : <Button class="small" testid="resume-queue" run={() => ask(queue, 'resume', `${queue.name} goes on`).then(onChanged)}>Resume</Button>}
    </span>
  )
}

/** Who stopped it, and what they said. */
function Why({ of: queue }: { of: Queue | undefined }) {
  const said = queue && queue.state !== 'active' ? [queue.changed_by && `by ${queue.changed_by}`, queue.reason].filter(Boolean).join(': ') : ''
  return said ? <div class="sm t3 wrapped">{said}</div> : null
}

export function QueueTable({ queues, points, past, estimated }: { queues: SeenQueue[]; points: HistoryPoint[]; past: boolean; estimated: boolean }) {
  const depths = (name: string) => thinned(points.map((point) => point.queues.find((one) => one.name === name)?.depth ?? 0))
  const decided = useDocument<Page<Queue>>('/queues', ['queues'])
  const limits = useDocument<Page<JobLimit>>('/job-limits', ['queues'])
  const [limited, setLimited] = useState<string | null>(null)
  const queueOf = (name: string) => decided.data.value?.items.find((one) => one.name === name)
  const about = estimated ? '≈ ' : ''
  return (
    <Panel title="Queues" count={estimated ? `${count(queues.length)}, counts estimated from a sample` : count(queues.length)}>
      {queues.length === 0 ? <Empty>No job waits, runs or ended in the last minute.</Empty> : (
        <Table
          caption="Queues"
          rows={queues}
          id={(queue) => queue.name}
          testid="queue-row"
          columns={[
            { label: 'Queue', cell: (queue) => <><a class="b" href={`/jobs?queue=${encodeURIComponent(queue.name)}`}>{queue.name}</a>{!past && queue.state !== 'active' && <Why of={queueOf(queue.name)} />}</> },
            { label: 'Queued', class: 'right keep', cell: (queue) => about + count(queue.depth) },
            { label: 'Last hour', class: 't2', cell: (queue) => <Spark values={depths(queue.name)} label={`Jobs queued in ${queue.name} over the last hour`} /> },
            { label: 'Running', class: 'right', cell: (queue) => count(queue.running) },
            { label: 'Held', class: 'right t2', cell: (queue) => count(queue.held) },
            { label: 'Not due', class: 'right t2', cell: (queue) => count(queue.delayed) },
            { label: 'Oldest', class: 'right t2', cell: (queue) => (queue.oldest_seconds === null ? '' : duration(queue.oldest_seconds)) },
            { label: 'Start p50, p95', class: 'right t2', cell: (queue) => (queue.start_p50_seconds == null ? '' : `${duration(queue.start_p50_seconds)}, ${duration(queue.start_p95_seconds)}`) },
            { label: 'Ended a second', class: 'right t2', cell: (queue) => (queue.finished_per_second >= 10 ? count(queue.finished_per_second) : String(+queue.finished_per_second.toFixed(1))) },
            { label: 'Order', class: 't2', cell: (queue) => (queueOf(queue.name)?.fifo ? 'strict' : 'by priority') },
            ...(!past && allowed('operator') ? [{ label: '', name: 'Actions', class: 'right keep', cell: (queue: SeenQueue) => <Actions queue={queue} decided={queueOf(queue.name)} onLimit={() => setLimited(queue.name)} onChanged={decided.refresh} /> }] : []),
            { label: 'State', cell: (queue) => <State kind="queue" state={queue.state} /> },
          ]}
        />
      )}
      {limited !== null && <LimitDialog limit={limits.data.value?.items.find((one) => one.scope === 'queue' && one.name === limited) ?? null} of={{ scope: 'queue', name: limited }} onClose={() => (setLimited(null), limits.refresh())} />}
    </Panel>
  )
}
