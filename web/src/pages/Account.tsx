import { useState } from 'preact/hooks'
import { api, href } from '../api/client.ts'
import type { Archive, IdentityList, Page, Profile } from '../api/types.ts'
import { bytes, moment } from '../lib/format.ts'
import { allowed, forget, session } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import type { JsonSchema } from '../api/types.ts'
import { Identities } from './AccountIdentities.tsx'
import { Logins, Sessions } from './AccountSessions.tsx'
import { SharedByYou, SharedWithYou } from './AccountShares.tsx'
import { Tokens } from './AccountTokens.tsx'
import { Groups } from './Groups.tsx'
import { Loaded } from './rows.tsx'

interface Change {
  title: string
  verb: string
  schema: JsonSchema
  send: (value: Record<string, unknown>) => Promise<unknown>
  said: string
}

const PRESENT: JsonSchema = { type: 'string', format: 'password', title: 'Password', description: 'Your present one.' }

const CHANGES: Record<'name' | 'email' | 'password', Change> = {
  name: {
    title: 'Change your name',
    verb: 'Change name',
    schema: { properties: { name: { type: 'string', title: 'Name', description: 'It stands beside what you do.' } }, required: ['name'] },
    send: (value) => api.patch('/profile', value),
    said: 'Name changed',
  },
  email: {
    title: 'Change your address',
    verb: 'Change address',
    schema: { properties: { email: { type: 'string', format: 'email', title: 'New email address' }, password: PRESENT }, required: ['email', 'password'] },
    send: (value) => api.put('/profile/email', value),
    said: 'Address changed; your other sessions ended',
  },
  password: {
    title: 'Change your password',
    verb: 'Change password',
    schema: {
      properties: { old_password: PRESENT, new_password: { type: 'string', format: 'password', title: 'New password', description: 'At least 8 characters, better 15.' } },
      required: ['old_password', 'new_password'],
    },
    send: (value) => api.put('/profile/password', value),
    said: 'Password changed; your other sessions ended',
  },
}

/** Whether who is logged in has a password; who has none shows who they are by logging in again. */
function useHasPassword() {
  return useDocument<IdentityList>('/identities', ['accounts']).data.value?.has_password !== false
}

function asked(schema: JsonSchema, hasPassword: boolean): JsonSchema {
  if (hasPassword) return schema
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'password'))
  return { ...schema, properties, required: schema.required?.filter((name) => name !== 'password') }
}

function You() {
  const request = useDocument<Profile>('/profile', ['accounts'])
  const hasPassword = useHasPassword()
  const [changing, setChanging] = useState<keyof typeof CHANGES | null>(null)
  const change = changing && CHANGES[changing]
  const edit = (what: keyof typeof CHANGES) => <Button class="small quiet" testid={`change-${what}`} run={async () => setChanging(what)}>Change…</Button>
  return (
    <Panel title="You">
      <Loaded of={request} what="Your account" rows={4}>
        {(you) => (
          <>
            <KeyValue label="Name">{you.name} {edit('name')}</KeyValue>
            <KeyValue label="Email">{you.email} {edit('email')}</KeyValue>
            <KeyValue label="Password">{hasPassword ? edit('password') : 'none: you log in another way'}</KeyValue>
            <KeyValue label="Role">{you.role}</KeyValue>
            <KeyValue label="May start">{you.allowed_workflows?.join(', ') ?? 'every workflow'}</KeyValue>
            <KeyValue label="Id"><Copy value={you.id} what="id" /></KeyValue>
            <KeyValue label="Logged in until">{session.value?.expires_at ? moment(session.value.expires_at, tick.value) : 'you log out'}</KeyValue>
          </>
        )}
      </Loaded>
      {change && (
        <Dialog title={change.title} onClose={() => setChanging(null)} testid="profile-dialog">
          <div class="dialog-body">
            <Form
              testid="profile-form"
              verb={change.verb}
              schema={asked(change.schema, hasPassword)}
              initial={changing === 'name' ? { name: request.data.value?.name } : undefined}
              onSend={async (value) => {
                await change.send(value)
                setChanging(null)
                request.refresh()
                toast(change.said)
              }}
            />
          </div>
        </Dialog>
      )}
    </Panel>
  )
}

function YourData() {
  const request = useDocument<Page<Archive>>('/profile/exports', ['accounts', 'jobs'])
  const [deleting, setDeleting] = useState(false)
  const hasPassword = useHasPassword()
  const order = async () => {
    await api.post('/profile/exports')
    request.refresh()
    toast('Your archive is being made')
  }
  return (
    <Panel title="Your data" actions={<Button class="small" testid="order-archive" run={order}>Make an archive</Button>}>
      <Loaded of={request} what="Archives" rows={1}>
        {({ items }) => items.length === 0 ? <Empty>An archive holds what is kept about you and what you own, as JSON in a ZIP file.</Empty> : (
          <Table
            caption="Archives of your data"
            rows={items}
            id={(one) => one.id}
            testid="archive-row"
            columns={[
              { label: 'Made', cell: (one) => moment(one.created_at, tick.value) },
              { label: 'Size', class: 't2', cell: (one) => (one.bytes === null ? '' : bytes(one.bytes)) },
              { label: 'Kept until', class: 't2', cell: (one) => moment(one.expires_at, tick.value) },
              {
                label: '', name: 'Archive', class: 'right',
                cell: (one) => one.state === 'ready'
                  ? <a class="link" href={href(`/profile/exports/${one.id}/content`)} download>Download</a>
                  : one.state === 'failed' ? <span title={one.error ?? undefined}>failed</span> : <a class="link" href={`/jobs/${one.job_id}`}>being made</a>,
              },
            ]}
          />
        )}
      </Loaded>
      <div class="card-actions"><button type="button" class="button small quiet" data-testid="delete-account" onClick={() => setDeleting(true)}>Delete your account…</button></div>
      {deleting && (
        <Dialog title="Delete your account" onClose={() => setDeleting(false)} testid="delete-account-dialog">
          <div class="dialog-body">
            <p>You are logged out everywhere and cannot come back. What you own goes to the person you name; without one you have to own nothing. It cannot be undone.</p>
            <Form
              verb="Delete my account"
              schema={asked({
                properties: { password: PRESENT, heir_email: { type: 'string', format: 'email', title: 'Who gets what you own', description: 'Their email address.' } },
                required: ['password'],
              }, hasPassword)}
              onSend={async (value) => (await api.post('/profile/deletion', value), forget())}
            />
          </div>
        </Dialog>
      )}
    </Panel>
  )
}

export default function Account() {
  useTitle('Your account')
  usePageCall('/profile')
  return (
    <>
      <h1 class="away">Your account</h1>
      <div class="halves">
        <div class="stack"><You /><Identities /><Tokens />{!allowed('admin') && <Groups />}</div>
        <div class="stack"><Sessions /><Logins path="/profile/logins" title="Your logins" /><SharedByYou /><SharedWithYou /><YourData /></div>
      </div>
    </>
  )
}
