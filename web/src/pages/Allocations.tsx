import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Allocation, Group, User } from '../api/types.ts'
import { bytes, count, moment } from '../lib/format.ts'
import { personId } from '../lib/people.ts'
import { tick } from '../lib/time.ts'
import { useList } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const amount = (one: Allocation, value: number) => (one.resource === 'bytes' ? bytes(value) : `${count(value)} ${one.resource === 'leases' ? 'leases' : 'core-hours'}`)

const spent = (one: Allocation) => (one.granted > 0 ? Math.min(100, (100 * (one.used + one.reserved)) / one.granted) : 100)

/** How much of the machines and storages somebody may use, and what is left of it. */
export function Allocations() {
  const request = useList<Allocation>('/allocations', ['accounts'])
  const users = useList<User>('/users', ['accounts'])
  const groups = useList<Group>('/groups', ['accounts'])
  const names = new Map([...(users.data.value?.rows ?? []), ...(groups.data.value?.rows ?? [])].map((row) => [row.value.id, row.value.name]))
  const [granting, setGranting] = useState(false)
  const subject = async (value: Record<string, unknown>) => {
    const called = String(value.subject_id).trim()
    if (value.subject_kind !== 'group') return personId(called)
    return groups.data.value?.rows.find((row) => row.value.name === called)?.value.id ?? called
  }
  const revoke = async (one: Allocation) => {
    await api.delete(`/allocations/${one.id}`)
    request.refresh()
    toast('Allocation ended')
  }
  return (
    <Panel title="Allocations" actions={<button type="button" class="button small" data-testid="grant" onClick={() => setGranting(true)}>Grant an allocation…</button>}>
      <Loaded of={request} what="Allocations" rows={1}>
        {(list) => list.rows.length === 0 ? <Empty>No allocation yet: nobody is limited.</Empty> : (
          <Table
            caption="Allocations"
            rows={list.rows.map((row) => row.value)}
            id={(one) => one.id}
            testid="allocation-row"
            columns={[
              { label: 'For', class: 'wrap', cell: (one) => <><span class="b" title={one.subject_id}>{names.get(one.subject_id) ?? one.subject_id}</span> <span class="t3">{one.note}</span></> },
              { label: 'Granted', class: 't2', cell: (one) => amount(one, one.granted) },
              {
                label: 'Left', class: 't2 keep',
                cell: (one) => <><span class="meter inline" aria-hidden="true"><i class="ours" style={{ width: `${spent(one)}%` }} /></span> {amount(one, one.remaining)}</>,
              },
              { label: 'Until', class: 't2', cell: (one) => (one.ends_at ? moment(one.ends_at, tick.value) : 'ended by hand') },
              { label: '', name: 'Action', class: 'right', cell: (one) => <Button class="small" run={() => revoke(one)}>End</Button> },
            ]}
          />
        )}
      </Loaded>
      {granting && (
        <Dialog title="Grant an allocation" onClose={() => setGranting(false)} testid="grant-dialog">
          <div class="dialog-body">
            <Form
              verb="Grant"
              schema={{
                properties: {
                  subject_kind: { enum: ['user', 'group'], title: 'To a', default: 'user' },
                  subject_id: { type: 'string', title: 'Called', description: 'The person’s email address or name, or the group’s name; an id does, too.' },
                  resource: { enum: ['core_hours', 'bytes', 'leases'], title: 'Of', default: 'core_hours' },
                  granted: { type: 'number', title: 'Amount', minimum: 0 },
                  note: { type: 'string', title: 'Note' },
                },
                required: ['subject_kind', 'subject_id', 'resource', 'granted'],
              }}
              onSend={async (value) => (await api.post('/allocations', { ...value, subject_id: await subject(value) }), setGranting(false), request.refresh(), toast('Allocation granted'))}
            />
          </div>
        </Dialog>
      )}
    </Panel>
  )
}
