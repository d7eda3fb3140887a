import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { JsonSchema, Login, Page, User } from '../api/types.ts'
import { moment } from '../lib/format.ts'
import { person, personId } from '../lib/people.ts'
import { tick } from '../lib/time.ts'
import { useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { toast } from '../ui/Toast.tsx'
import { LoginTable } from './AccountSessions.tsx'
import { rolesToGive } from './roles.ts'
import { Loaded } from './rows.tsx'

type Deed = 'change' | 'approve' | 'password' | 'delete'

interface Asked {
  title: string
  lead?: string
  verb: string
  schema: JsonSchema
  initial?: Record<string, unknown>
  send: (value: Record<string, unknown>) => Promise<unknown>
  said: string
}

const OTHER_WAYS = ['are removed', 'stay']
const ROLE = (): JsonSchema => ({ enum: rolesToGive(), title: 'Role' })

const proven = (user: User) => user.verified_email === user.email

function asked(deed: Deed, user: User): Asked {
  const path = `/users/${user.id}`
  switch (deed) {
    case 'change':
      return {
        title: `Change ${user.name}`,
        lead: 'Another address or role ends all their logins.',
        verb: 'Change',
        initial: { ...user },
        schema: {
          properties: {
            name: { type: 'string', title: 'Name' },
            email: { type: 'string', format: 'email', title: 'Email' },
            role: ROLE(),
            allowed_workflows: { type: 'array', items: { type: 'string' }, title: 'Workflows they may start', description: 'One name a line. Empty: every workflow.' },
          },
          required: ['name', 'email', 'role'],
        },
        send: (value) => api.patch(path, { allowed_workflows: null, ...value }),
        said: `${user.name} changed`,
      }
    case 'approve':
      return {
        title: `Let ${user.name} in`,
        verb: 'Let in',
        lead: proven(user) ? undefined : 'Nobody has opened the link that was sent to this address yet: it may be somebody else’s.',
        initial: { role: user.role },
        schema: {
          properties: { role: ROLE(), ...(proven(user) ? {} : { force: { type: 'boolean', title: 'Let in all the same', description: 'Once you know by a way of your own who they are.' } }) },
          required: ['role'],
        },
        send: (value) => api.post(`${path}/approval`, value),
        said: `${user.name} can log in now`,
      }
    case 'password':
      return {
        title: `Set a password for ${user.name}`,
        lead: 'All their logins and tokens end. Tell them the password by a way of your own.',
        verb: 'Set password',
        initial: { other_ways: OTHER_WAYS[0] },
        schema: {
          properties: {
            password: { type: 'string', format: 'password', title: 'Password', description: 'At least 8 characters, better 15.' },
            other_ways: { enum: OTHER_WAYS, title: 'Passkeys and linked accounts', description: 'Remove them if somebody else may have been in the account.' },
          },
          required: ['password', 'other_ways'],
        },
        send: (value) => api.put(`${path}/password`, { ...value, other_ways: value.other_ways === OTHER_WAYS[0] ? 'remove' : 'keep' }),
        said: 'Password set',
      }
    case 'delete':
      return {
        title: `Delete ${user.name}`,
        lead: 'What they own goes to the person you name; without one they have to own nothing. It cannot be undone.',
        verb: 'Delete',
        schema: { properties: { heir: person('Who gets what they own') } },
        send: async (value) => api.delete(value.heir ? `${path}?heir=${encodeURIComponent(await personId(String(value.heir)))}` : path),
        said: `${user.name} deleted`,
      }
  }
}

/** One person, with what an administrator may do about them. */
export function PersonDrawer({ id, onClose, onChanged }: { id: string; onClose: () => void; onChanged: () => void }) {
  const request = useDocument<User>(`/users/${id}`, ['accounts'])
  const logins = useDocument<Page<Login>>(`/users/${id}/logins`, ['accounts'])
  const [deed, setDeed] = useState<Deed | null>(null)
  const user = request.data.value
  const change = deed && user ? asked(deed, user) : null
  const enable = async (enabled: boolean) => {
    await api.patch(`/users/${id}`, { enabled })
    request.refresh()
    onChanged()
    toast(enabled ? `${user?.name} can log in again` : `${user?.name} is shut out; all their logins have ended`)
  }
  const end = async () => {
    await api.delete(`/users/${id}/sessions`)
    toast('They are logged out everywhere')
  }
  return (
    <Dialog as="drawer" title={user?.name ?? 'Person'} onClose={onClose} testid="person-drawer">
      <Loaded of={request} what="The person" rows={5}>
        {(one) => (
          <>
            <KeyValue label="Email">{one.email} <span class="t3">{proven(one) ? 'proven' : 'not proven'}</span></KeyValue>
            <KeyValue label="Role">{one.role}</KeyValue>
            <KeyValue label="May start">{one.allowed_workflows?.join(', ') ?? 'every workflow'}</KeyValue>
            <KeyValue label="Since">{moment(one.created_at, tick.value)}</KeyValue>
            {one.disabled_at && <KeyValue label={one.state === 'waiting' ? 'Waits since' : 'Disabled'}>{moment(one.approval_wanted_at ?? one.disabled_at, tick.value)}</KeyValue>}
            <KeyValue label="Id"><Copy value={one.id} what="id" /></KeyValue>
            <div class="drawer-section row-actions">
              {one.state === 'waiting' && <Button class="primary" testid="approve" run={async () => setDeed('approve')}>Let in…</Button>}
              <Button testid="change-person" run={async () => setDeed('change')}>Change…</Button>
              <Button run={async () => setDeed('password')}>Set password…</Button>
              <Button run={end}>Log out everywhere</Button>
              {one.state === 'active' && <Button testid="disable-person" run={() => enable(false)}>Disable</Button>}
              {one.state === 'disabled' && <Button testid="enable-person" run={() => enable(true)}>Enable</Button>}
              <button type="button" class="button quiet" onClick={() => setDeed('delete')}>Delete…</button>
            </div>
          </>
        )}
      </Loaded>
      <div class="drawer-section">
        <h3>Logins</h3>
        <Loaded of={logins} what="Logins" rows={3}>
          {({ items }) => items.length === 0 ? <Empty>None is kept.</Empty> : <LoginTable rows={items.slice(0, 10)} />}
        </Loaded>
      </div>
      {change && (
        <Dialog title={change.title} onClose={() => setDeed(null)} testid="person-dialog">
          <div class="dialog-body">
            {change.lead && <p class="t2">{change.lead}</p>}
            <Form
              testid="person-form"
              verb={change.verb}
              schema={change.schema}
              initial={change.initial}
              onSend={async (value) => {
                await change.send(value)
                setDeed(null)
                onChanged()
                toast(change.said)
                if (deed === 'delete') onClose()
                else request.refresh()
              }}
            />
          </div>
        </Dialog>
      )}
    </Dialog>
  )
}
