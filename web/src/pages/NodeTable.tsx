import { api } from '../api/client.ts'
import type { HistoryPoint, ObservedNode } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { location, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { refresh } from '../live/observation.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { State } from '../ui/State.tsx'
import { nodeState } from '../ui/states.ts'
import { Strip, spans } from '../ui/Strip.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'

/** A node of the past has no more than these. */
export type SeenNode = Pick<ObservedNode, 'id' | 'name' | 'state' | 'reason' | 'busy' | 'slots'> & Partial<ObservedNode> & { section_count?: number }

const HOUR_MS = 3_600_000
/** Samples come every minute at least; a longer silence is not known. */
const LONGEST_MS = 150_000
const SQUARES = 24

function Slots({ node }: { node: SeenNode }) {
  const text = `${count(node.busy)} of ${count(node.slots)} busy`
  if (node.slots === 0) return <span class="t3">none</span>
  if (node.slots > SQUARES) {
    return <span class="nowrap"><span class="meter inline" aria-hidden="true"><i class="ours" style={{ width: `${Math.min(100, (100 * node.busy) / node.slots)}%` }} /></span>{count(node.busy)} of {count(node.slots)}</span>
  }
  return (
    <span class="slots" role="img" aria-label={text} title={text}>
      {Array.from({ length: node.slots }, (_, index) => <i key={index} class={index < node.busy ? 'busy' : ''} />)}
    </span>
  )
}

export function Sections({ node }: { node: SeenNode }) {
  const ranges = node.sections?.ranges ?? []
  const owned = node.sections?.count ?? node.section_count ?? 0
  const text = ranges.slice(0, 2).map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ')
  const all = ranges.map(([first, last]) => `${first} to ${last}`).join(', ')
  return <span class="nowrap" title={all}>{owned === 0 ? <span class="t3">none</span> : <>{count(owned)}{text && <span class="t3"> {text}{ranges.length > 2 ? ', …' : ''}</span>}</>}</span>
}

function Work({ node }: { node: SeenNode }) {
  const jobs = node.jobs ?? []
  if (jobs.length === 0) return <span class="t3">{node.busy > 0 ? `${counted(node.busy, 'job')}` : 'nothing'}</span>
  return (
    <>
      {jobs.slice(0, 2).map((job) => (
        <span key={job.id}>
          <a class="link" href={`/jobs/${job.id}`}>{count(job.number)}</a> {job.kind}
          {job.progress !== null && ` ${Math.round(job.progress * 100)} %`}{' '}
        </span>
      ))}
      {node.busy > 2 && <a class="link" href={`/jobs?state=running`}>{count(node.busy - Math.min(2, jobs.length))} more</a>}
    </>
  )
}

async function ask(node: SeenNode, verb: 'pause' | 'resume' | 'drain', said: string): Promise<void> {
  await api.post(`/nodes/${node.id}/${verb}`)
  toast(said, verb === 'resume' ? undefined : async () => void (await api.post(`/nodes/${node.id}/resume`)))
  await refresh()
}

export function Actions({ node }: { node: SeenNode }) {
  if (node.state === 'dead' || !allowed('operator')) return null
  const held = node.state === 'paused' || node.pause_requested || node.drain_requested
  return (
    <span class="row-actions">
      {held
        ? <Button class="small" testid="resume-node" run={() => ask(node, 'resume', `${node.name} takes jobs again`)}>Resume</Button>
        : !node.pause_forbidden && <Button class="small" testid="pause-node" run={() => ask(node, 'pause', `Pausing ${node.name}`)}>Pause</Button>}
      {!held && <Button class="small quiet" testid="drain-node" run={() => ask(node, 'drain', `Draining ${node.name}`)}>Drain</Button>}
    </span>
  )
}

export function NodeTable({ nodes, points, past, end }: { nodes: SeenNode[]; points: HistoryPoint[]; past: boolean; end: number }) {
  const from = end - HOUR_MS
  const seen = points.filter((point) => Date.parse(point.at) > from && Date.parse(point.at) <= end)
  const history = (name: string) =>
    spans(
      seen.flatMap((point) => {
        const found = point.nodes.find((one) => one.name === name)
        return found ? [{ at: Date.parse(point.at), state: nodeState(found) }] : []
      }),
      end,
      LONGEST_MS,
    )
  return (
    <Panel title="Nodes" count={count(nodes.length)}>
      {nodes.length === 0 ? <Empty>No node{past ? ' was there then' : ' has registered yet'}.</Empty> : (
        <Table
          caption="Nodes"
          rows={nodes}
          id={(node) => node.id}
          href={(node) => withQuery({ show: node.id })}
          selected={(node) => node.id === location.value.query.get('show')}
          testid="node-row"
          columns={[
            { label: 'Node', cell: (node) => <a class="b" href={withQuery({ show: node.id })} title={node.id}>{node.name}</a> },
            { label: 'Last hour', class: 't2', cell: (node) => <Strip kind="node" spans={history(node.name)} from={from} to={end} /> },
            { label: 'Heard', class: 'right t2', cell: (node) => (node.heartbeat_at ? <Age at={node.heartbeat_at} every={node.state === 'dead' ? undefined : Math.max(5, node.heartbeat_seconds ?? 5)} /> : '') },
            { label: 'Sections', class: 't2', cell: (node) => <Sections node={node} /> },
            { label: 'Slots', cell: (node) => <Slots node={node} /> },
            { label: 'Works on', class: 'fill t2', cell: (node) => <Work node={node} /> },
            ...(!past && allowed('operator') ? [{ label: '', name: 'Actions', class: 'right keep', cell: (node: SeenNode) => <Actions node={node} /> }] : []),
            { label: 'State', cell: (node) => <State kind="node" state={nodeState(node)}>{node.state === 'paused' && node.reason && <span class="t3">{node.reason.replaceAll('_', ' ')}</span>}{!past && node.state !== 'paused' && node.state !== 'dead' && (node.pause_requested || node.drain_requested) && <span class="t3">{node.drain_requested ? 'draining' : 'pausing'}</span>}</State> },
          ]}
        />
      )}
    </Panel>
  )
}
