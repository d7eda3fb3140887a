import { count, counted, moment } from '../lib/format.ts'
import { setQuery } from '../lib/router.ts'
import { tick } from '../lib/time.ts'
import { Age } from '../ui/Age.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { State } from '../ui/State.tsx'
import { nodeState } from '../ui/states.ts'
import { Actions, Sections, type SeenNode } from './NodeTable.tsx'
import { NodeLoops } from './NodeLoops.tsx'
import { NodeSettings } from './NodeSettings.tsx'

/** One node: all that its row tells, on a phone too, and its settings. */
export function NodeDrawer({ node, past }: { node: SeenNode; past: boolean }) {
  const jobs = node.jobs ?? []
  return (
    <Dialog as="drawer" title={node.name} onClose={() => setQuery({ show: null }, { replace: false })} testid="node-drawer">
      <KeyValue label="State"><State kind="node" state={nodeState(node)}>{node.reason && <span class="t3">{node.reason.replaceAll('_', ' ')}</span>}</State></KeyValue>
      {node.state_since && <KeyValue label="Since">{moment(node.state_since, tick.value)}</KeyValue>}
      {node.heartbeat_at && <KeyValue label="Heard"><Age at={node.heartbeat_at} /></KeyValue>}
      <KeyValue label="Slots">{node.slots === 0 ? 'none' : `${count(node.busy)} of ${count(node.slots)} busy`}</KeyValue>
      {jobs.map((job) => (
        <KeyValue key={job.id} label={`Works on ${count(job.number)}`}><a class="link" href={`/jobs/${job.id}`}>{job.kind}{job.progress !== null && `, ${Math.round(job.progress * 100)} %`}</a></KeyValue>
      ))}
      {node.busy > jobs.length && <KeyValue label="Works on"><a class="link" href="/jobs?state=running">{counted(node.busy - jobs.length, jobs.length > 0 ? 'more job' : 'job')}</a></KeyValue>}
      <KeyValue label="Sections"><Sections node={node} /></KeyValue>
      {node.roles && <KeyValue label="Roles">{node.roles.join(', ')}</KeyValue>}
      {node.host && <KeyValue label="Host">{node.host}</KeyValue>}
      {node.version && <KeyValue label="Version">{node.version}</KeyValue>}
      <KeyValue label="Id"><Copy value={node.id} what="id" /></KeyValue>
      {!past && <div class="drawer-section"><Actions node={node} /></div>}
      {!past && <NodeSettings node={node.id} />}
      {!past && <NodeLoops node={node.id} />}
    </Dialog>
  )
}
