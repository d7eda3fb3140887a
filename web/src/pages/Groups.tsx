import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Group, GroupDetail, GroupMember } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { person, personId } from '../lib/people.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed, session } from '../lib/session.ts'
import { useDocument, useList } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

function Members({ group, refresh }: { group: GroupDetail; refresh: () => void }) {
  const me = session.value?.user.id
  const manages = allowed('admin') || group.members.some((one) => one.user_id === me && one.manages)
  const set = async (id: string, with_manages: boolean) => {
    await api.put(`/groups/${group.id}/members/${id}`, { manages: with_manages })
    refresh()
  }
  const remove = async (one: GroupMember) => {
    await api.delete(`/groups/${group.id}/members/${one.user_id}`)
    refresh()
    toast(`${one.name} is no longer in ${group.name}`)
  }
  return (
    <div class="drawer-section">
      <h3>Members</h3>
      {group.members.length === 0 ? <Empty>Nobody is in it yet.</Empty> : (
        <Table
          caption="Members"
          rows={group.members}
          id={(one) => one.user_id}
          testid="member-row"
          columns={[
            { label: 'Person', class: 'b', cell: (one) => one.name },
            { label: 'Manages', class: 't2', cell: (one) => (one.manages ? 'yes' : 'no') },
            {
              label: '', name: 'Action', class: 'right',
              cell: (one) => <>
                {manages && <Button class="small" run={() => set(one.user_id, !one.manages)}>{one.manages ? 'Stop managing' : 'Let manage'}</Button>}{' '}
                {(manages || one.user_id === me) && <Button class="small" run={() => remove(one)}>{one.user_id === me ? 'Leave' : 'Remove'}</Button>}
              </>,
            },
          ]}
        />
      )}
      {manages && (
        <Form
          testid="member-form"
          verb="Add to the group"
          schema={{ properties: { user_id: person() }, required: ['user_id'] }}
          onSend={async (value) => set(encodeURIComponent(await personId(String(value.user_id))), false)}
        />
      )}
    </div>
  )
}

function GroupDrawer({ id, onClose, onChanged }: { id: string; onClose: () => void; onChanged: () => void }) {
  const request = useDocument<GroupDetail>(`/groups/${id}`, ['accounts'])
  const refresh = () => (request.refresh(), onChanged())
  const remove = async () => {
    await api.delete(`/groups/${id}`)
    onChanged()
    onClose()
    toast('Group deleted')
  }
  return (
    <Dialog as="drawer" title={request.data.value?.name ?? 'Group'} onClose={onClose} testid="group-drawer">
      <Loaded of={request} what="The group" rows={3}>
        {(group) => (
          <>
            {group.description && <KeyValue label="About">{group.description}</KeyValue>}
            <KeyValue label="Id"><Copy value={group.id} what="id" /></KeyValue>
            <Members group={group} refresh={refresh} />
          </>
        )}
      </Loaded>
      {allowed('admin') && <div class="drawer-section row-actions"><Button class="quiet" run={remove}>Delete group</Button></div>}
    </Dialog>
  )
}

/** Groups: whom things are shared with together. Administrators see all, others those they are in. */
export function Groups() {
  const request = useList<Group>('/groups', ['accounts'])
  const [making, setMaking] = useState(false)
  const show = location.value.query.get('group')
  const rows = request.data.value?.rows.map((row) => row.value) ?? []
  return (
    <Panel
      title="Groups"
      count={request.data.value ? count(rows.length) : undefined}
      actions={allowed('admin') && <button type="button" class="button small" data-testid="make-group" onClick={() => setMaking(true)}>Make a group…</button>}
    >
      <Loaded of={request} what="Groups" rows={1}>
        {() => rows.length === 0 ? <Empty>No group. What belongs to one person can be shared with a whole group.</Empty> : (
          <Table
            caption="Groups"
            rows={rows}
            id={(group) => group.id}
            href={(group) => withQuery({ group: group.id })}
            selected={(group) => group.id === show}
            testid="group-row"
            columns={[
              { label: 'Group', class: 'wrap', cell: (group) => <><a class="b" href={withQuery({ group: group.id })}>{group.name}</a> <span class="t3">{group.description}</span></> },
              { label: 'Members', class: 'right t2', cell: (group) => counted(group.member_count, 'person', 'people') },
            ]}
          />
        )}
      </Loaded>
      {show && <GroupDrawer key={show} id={show} onClose={() => setQuery({ group: null }, { replace: false })} onChanged={request.refresh} />}
      {making && (
        <Dialog title="Make a group" onClose={() => setMaking(false)} testid="group-dialog">
          <div class="dialog-body">
            <Form
              verb="Make group"
              schema={{ properties: { name: { type: 'string', title: 'Name' }, description: { type: 'string', title: 'What for' } }, required: ['name'] }}
              onSend={async (value) => (await api.post('/groups', value), setMaking(false), request.refresh())}
            />
          </div>
        </Dialog>
      )}
    </Panel>
  )
}
