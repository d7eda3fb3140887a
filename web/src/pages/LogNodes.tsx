import { useEffect } from 'preact/hooks'
import type { LogNode, Page } from '../api/types.ts'
import { bytes, count, roughly } from '../lib/format.ts'
import { withQuery } from '../lib/router.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { Loaded } from './rows.tsx'

const READ_EVERY_MS = 10_000

function howFar(node: LogNode): string {
  if (node.answers) return 'as it is written'
  if (!node.readable_until) return 'not yet'
  return node.behind_seconds > 0 ? `${roughly(node.behind_seconds)} behind` : 'all of it'
}

/** Every node that has a log: how far it can be read here, and what waits to be shipped. */
export function LogNodes() {
  const request = useDocument<Page<LogNode>>('/logs/nodes', [])
  useEffect(() => {
    const timer = setInterval(() => document.hidden || request.refresh(), READ_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <Panel title="Nodes" class="clip">
      <Loaded of={request} what="Nodes" rows={3}>
        {({ items }) => items.length === 0 ? <Empty>No node has said anything of its log yet.</Empty> : (
          <Table
            caption="How far each node's log can be read here"
            rows={items}
            id={(node) => node.node}
            testid="log-node-row"
            columns={[
              { label: 'Node', cell: (node) => <a class="b" href={withQuery({ tab: null, node: node.node })}>{node.node}</a> },
              { label: 'Can be read', cell: (node) => howFar(node) },
              { label: 'Newest record', class: 't2', cell: (node) => <Age at={node.written_at} /> },
              { label: 'Not shipped', class: 't2', cell: (node) => node.waiting_count === 0 ? 'nothing' : `${count(node.waiting_count)}, ${bytes(node.waiting_bytes)}` },
              { label: 'Lost', class: 't2', cell: (node) => count(node.dropped_count) },
              { label: 'Trouble', class: 'wrap t2', cell: (node) => node.trouble ?? '' },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
