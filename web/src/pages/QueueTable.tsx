import { api } from '../api/client.ts'
import type { HistoryPoint, ObservedQueue } from '../api/types.ts'
import { count, duration } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { refresh } from '../live/observation.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Spark, thinned } from '../ui/Spark.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'

export type SeenQueue = Omit<ObservedQueue, 'start_p50_seconds' | 'start_p95_seconds'> & Partial<ObservedQueue>

async function ask(queue: SeenQueue, verb: 'pause' | 'resume' | 'drain', said: string): Promise<void> {
  const path = `/queues/${encodeURIComponent(queue.name)}`
  await api.post(`${path}/${verb}`)
  toast(said, verb === 'resume' ? undefined : async () => void (await api.post(`${path}/resume`)))
  await refresh()
}

function Actions({ queue }: { queue: SeenQueue }) {
  return (
    <span class="row-actions">
      {queue.state === 'active' ? (
        <>
          <Button class="small" testid="pause-queue" run={() => ask(queue, 'pause', `Pausing ${queue.name}`)}>Pause</Button>
          <Button class="small quiet" testid="drain-queue" run={() => ask(queue, 'drain', `${queue.name} takes no new jobs`)}>Drain</Button>
        </>
      ) : <Button class="small" testid="resume-queue" run={() => ask(queue, 'resume', `${queue.name} goes on`)}>Resume</Button>}
    </span>
  )
}

export function QueueTable({ queues, points, past, estimated }: { queues: SeenQueue[]; points: HistoryPoint[]; past: boolean; estimated: boolean }) {
  const depths = (name: string) => thinned(points.map((point) => point.queues.find((one) => one.name === name)?.depth ?? 0))
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
            { label: 'Queue', cell: (queue) => <a class="b" href={`/jobs?queue=${encodeURIComponent(queue.name)}`}>{queue.name}</a> },
            { label: 'Queued', class: 'right keep', cell: (queue) => about + count(queue.depth) },
            { label: 'Last hour', class: 't2', cell: (queue) => <Spark values={depths(queue.name)} label={`Jobs queued in ${queue.name} over the last hour`} /> },
            { label: 'Running', class: 'right', cell: (queue) => count(queue.running) },
            { label: 'Held', class: 'right t2', cell: (queue) => count(queue.held) },
            { label: 'Not due', class: 'right t2', cell: (queue) => count(queue.delayed) },
            { label: 'Oldest', class: 'right t2', cell: (queue) => (queue.oldest_seconds === null ? '' : duration(queue.oldest_seconds)) },
            { label: 'Start p50, p95', class: 'right t2', cell: (queue) => (queue.start_p50_seconds == null ? '' : `${duration(queue.start_p50_seconds)}, ${duration(queue.start_p95_seconds)}`) },
            { label: 'Ended a second', class: 'right t2', cell: (queue) => (queue.finished_per_second >= 10 ? count(queue.finished_per_second) : String(+queue.finished_per_second.toFixed(1))) },
            ...(!past && allowed('operator') ? [{ label: '', name: 'Actions', class: 'right keep', cell: (queue: SeenQueue) => <Actions queue={queue} /> }] : []),
            { label: 'State', cell: (queue) => <State kind="queue" state={queue.state} /> },
          ]}
        />
      )}
    </Panel>
  )
}
