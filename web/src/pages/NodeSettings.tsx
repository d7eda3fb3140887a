import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { NodeSetting, NodeSettings as Settings } from '../api/types.ts'
import { allowed, session } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy } from '../ui/KeyValue.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const said = (value: unknown): string => String(value)
const isChosen = (one: NodeSetting) => one.chosen !== null && one.chosen !== undefined
const typeOf = (value: unknown) => (typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'string')

/** Broken where its parts end, not anywhere. */
function Name({ of: name }: { of: string }) {
  return <span class="mono">{name.split(/(?<=[._])/).map((part, index) => <Fragment key={index}>{index > 0 && <wbr />}{part}</Fragment>)}</span>
}

/** What differs from how the node was started: since when, and by whom. */
function Chosen({ of: one }: { of: NodeSetting }) {
  const by = one.changed_by
  const next = isChosen(one) ? one.chosen : one.started_with
  return (
    <>
      {next !== one.value && <div class="sm t2">becomes {said(next)}</div>}
      {isChosen(one) && (
        <div class="sm t3">
          started with {said(one.started_with)}{one.changed_at && <>; changed <Age at={one.changed_at} /></>}
          {by && (by === session.value?.user.id ? ' by you' : <> by <Copy value={by} what="id" /></>)}
        </div>
      )}
    </>
  )
}

function Change({ node, of: one, onClose, onChanged }: { node: string; of: NodeSetting; onClose: () => void; onChanged: () => void }) {
  const send = async ({ value }: Record<string, unknown>) => {
    await api.put(`/nodes/${node}/settings/${encodeURIComponent(one.name)}`, { value })
    onChanged()
    onClose()
    toast(`${one.name} becomes ${said(value)}`)
  }
  return (
    <Dialog title={`Change ${one.name}`} onClose={onClose} testid="node-setting-dialog">
      <div class="dialog-body">
        <p class="t2">The node takes it within a few heartbeats and keeps it over restarts. It was started with {said(one.started_with)}.</p>
        <Form
          verb="Change setting"
          schema={{ properties: { value: { type: typeOf(one.started_with), title: 'Value' } }, required: ['value'] }}
          initial={{ value: one.chosen ?? one.value }}
          onSend={send}
        />
      </div>
    </Dialog>
  )
}

/** What can be changed on a node while it runs; administrators change it. */
export function NodeSettings({ node }: { node: string }) {
  const request = useDocument<Settings>(`/nodes/${node}/settings`, ['nodes'])
  const [changing, setChanging] = useState<NodeSetting | null>(null)
  const may = allowed('admin')
  const reset = async (one: NodeSetting) => {
    await api.delete(`/nodes/${node}/settings/${encodeURIComponent(one.name)}`)
    request.refresh()
    toast(`${one.name} becomes what the node was started with`)
  }
  return (
    <div class="drawer-section" data-testid="node-settings">
      <h3>Settings</h3>
      <Loaded of={request} what="Settings" rows={3}>
        {({ items }) => items.length === 0 ? <Empty>Nothing can be changed on this node while it runs.</Empty> : (
          <Table
            caption="Settings"
            rows={items}
            id={(one) => one.name}
            ends={false}
            testid="node-setting-row"
            columns={[
              { label: 'Setting', class: 'wrap', cell: (one) => <><Name of={one.name} /><Chosen of={one} /></> },
              { label: 'Value', class: 'right b', cell: (one) => said(one.value) },
              ...(may ? [{ label: '', name: 'Actions', class: 'right', cell: (one: NodeSetting) => (
                <span class="row-actions">
                  <button type="button" class="button small" data-testid="change-node-setting" onClick={() => setChanging(one)}>Change…</button>
                  {isChosen(one) && <Button class="small quiet" testid="reset-node-setting" title={`Let it be ${said(one.started_with)}, as the node was started`} run={() => reset(one)}>Reset</Button>}
                </span>
              ) }] : []),
            ]}
          />
        )}
      </Loaded>
      {changing && <Change node={node} of={changing} onClose={() => setChanging(null)} onChanged={request.refresh} />}
    </div>
  )
}
