import { useEffect } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import type { History, HistoryPoint, Snapshot } from '../api/types.ts'
import { clock, count, counted, duration, NOT_KNOWN } from '../lib/format.ts'
import { location } from '../lib/router.ts'
import { serverNow } from '../lib/time.ts'
import { changes, observing, refresh, show, snapshot, stop } from '../live/observation.ts'
import { useDocument } from '../live/store.ts'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { Fact, Facts } from '../ui/Fact.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Limits } from './Limits.tsx'
import { NodeDrawer } from './NodeDrawer.tsx'
import { NodeTable, type SeenNode } from './NodeTable.tsx'
import { ObservingBar } from './ObservingBar.tsx'
import { QueueTable, type SeenQueue } from './QueueTable.tsx'

const HISTORY_EVERY_MS = 15_000

/** What the page shows of one moment: now, or one of the past. */
interface Moment {
  at: string
  past: boolean
  nodes: SeenNode[]
  queues: SeenQueue[]
  perSecond: number
  p50: number | null
  p95: number | null
  deaths: number
  rebalances: number
  estimated: boolean
}

function ofNow(now: Snapshot): Moment {
  const { start_p50_seconds: p50, start_p95_seconds: p95, deaths, rebalances, estimated } = now
  return { at: now.at, past: false, nodes: now.nodes, queues: now.queues, perSecond: now.throughput[0]?.per_second ?? 0, p50, p95, deaths, rebalances, estimated }
}

function ofPast(point: HistoryPoint): Moment {
  const { start_p50_seconds: p50, start_p95_seconds: p95, deaths, rebalances, estimated } = point
  return { at: point.at, past: true, nodes: point.nodes, queues: point.queues, perSecond: point.finished_per_second, p50, p95, deaths, rebalances, estimated }
}

function Figures({ of }: { of: Moment }) {
  const sum = (name: 'depth' | 'delayed' | 'held' | 'running') => of.queues.reduce((all, queue) => all + queue[name], 0)
  const oldest = Math.max(-1, ...of.queues.map((queue) => queue.oldest_seconds ?? -1))
  const about = of.estimated ? 'about ' : ''
  const living = of.nodes.filter((node) => node.state !== 'dead')
  return (
    <Facts label="Figures">
      <Fact label="Nodes" value={count(living.length)} detail={`${count(living.filter((node) => node.state === 'working').length)} working`} />
      <Fact label="Jobs queued" value={about + count(sum('depth'))} detail={oldest >= 0 ? `oldest ${duration(oldest)}` : 'none waits'} href="/jobs?state=queued" />
      <Fact label="Jobs running" value={count(sum('running'))} detail={`${about}${count(sum('delayed'))} not due, ${count(sum('held'))} held`} href="/jobs?state=running" />
      <Fact label="Ended" value={of.perSecond >= 10 ? count(of.perSecond) : String(+of.perSecond.toFixed(1))} unit="/s" detail="over 10 s" />
      <Fact label="Start latency" value={of.p95 === null ? NOT_KNOWN : duration(of.p95)} detail={of.p50 === null ? 'nothing started lately' : `p95; p50 ${duration(of.p50)}`} />
      <Fact label="Deaths" value={count(of.deaths)} detail={`${counted(of.rebalances, 'rebalance')}, last hour`} />
    </Facts>
  )
}

const BUSY = ['waiting', 'working']

function Changes() {
  // Not each time a job begins and the last one ends: deaths would scroll away.
  const told = changes.value.filter((one) => one.reason || !one.old_state || !BUSY.includes(one.old_state) || !BUSY.includes(one.new_state))
  const shown = told.slice(-12).reverse()
  return (
    <Panel title="Changes of nodes" count={told.length > 0 ? 'last hour, newest first' : undefined}>
      {shown.length === 0 ? <Empty>No node changed its state in the last hour.</Empty> : (
        <ol class="event-list">
          {shown.map((one) => (
            <li class="event" key={one.number} data-testid="node-change">
              <time class="t3" dateTime={one.at}>{clock(one.at)}</time>
              <span />
              <span>
                <span class="b">{one.name ?? one.node_id}</span> {one.old_state ? `${one.old_state} to ` : ''}
                <State kind="node" state={one.new_state} />
                {one.reason && <span class="t3"> {one.reason.replaceAll('_', ' ')}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

export default function Nodes() {
  useTitle('Nodes and queues')
  usePageCall('/observer/snapshot')
  const first = useDocument<Snapshot>('/observer/snapshot', ['nodes', 'queues'])
  const history = useDocument<History>('/observer/history?points=300', [])
  /** Milliseconds of the moment the slider stands at; null is now. */
  const at = useSignal<number | null>(null)
  useEffect(() => {
    if (first.data.value) show(first.data.value)
  }, [first.data.value])
  useEffect(() => {
    history.refresh()
    const timer = setInterval(() => document.hidden || history.refresh(), HISTORY_EVERY_MS)
    return () => {
      clearInterval(timer)
      // A seat nobody sits on is somebody else's.
      if (observing.value.state !== 'off') void stop()
    }
  }, [])
  const points = history.data.value?.points ?? []
  const now = snapshot.value
  const point = at.value === null ? null : (points.findLast((one) => Date.parse(one.at) <= at.value!) ?? points[0] ?? null)
  const moment = point ? ofPast(point) : now ? ofNow(now) : null
  const one = moment?.nodes.find((node) => node.id === location.value.query.get('show'))
  return (
    <>
      <h1 class="away">Nodes and queues</h1>
      <ObservingBar points={points} at={at} onRefresh={refresh} />
      {first.error.value && !now && <Problem of={first.error.value} what="Nodes and queues" retry={first.refresh} />}
      {history.error.value && <Problem of={history.error.value} what="The history" retry={history.refresh} />}
      {!moment ? !first.error.value && <Skeleton rows={8} what="nodes and queues" /> : (
        <>
          <Figures of={moment} />
          <NodeTable nodes={moment.nodes} points={points} past={moment.past} end={moment.past ? Date.parse(moment.at) : serverNow()} />
          <QueueTable queues={moment.queues} points={points} past={moment.past} estimated={moment.estimated} />
          <div class="two-columns">
            <Changes />
            <Limits />
          </div>
          {one && <NodeDrawer key={one.id} node={one} past={moment.past} />}
        </>
      )}
    </>
  )
}
