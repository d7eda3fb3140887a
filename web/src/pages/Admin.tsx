import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Driver, Page, SessionRow, Token, TokenCreated, User, Version } from '../api/types.ts'
import { count, moment } from '../lib/format.ts'
import { allowed, leave, session } from '../lib/session.ts'
import { serverNow, tick } from '../lib/time.ts'
import { useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const LIFETIMES: Record<string, number | null> = { 'a day': 1, 'a week': 7, 'a month': 30, 'a year': 365, 'until revoked': null }

function TokenDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<TokenCreated | null>(null)
  const create = async (value: Record<string, unknown>) => {
    const days = LIFETIMES[String(value.lifetime)] ?? null
    setMade(await api.post<TokenCreated>('/tokens', {
      name: value.name,
      ...(value.scopes ? { scopes: value.scopes } : {}),
      ...(days ? { expires_at: new Date(serverNow() + days * 86400_000).toISOString() } : {}),
    }))
  }
  return (
    <Dialog title={made ? `Token “${made.name}”` : 'Create a token'} onClose={onClose} testid="token-dialog">
      {made ? (
        <>
          <div class="dialog-body">
            <p>It is shown only now. Whoever holds it can do what you can.</p>
            <code class="once" data-testid="token-once">{made.token}</code>
          </div>
          <DialogActions>
            <Button run={() => navigator.clipboard.writeText(made.token).then(() => toast('Token copied'))}>Copy token</Button>
            <button type="button" class="button primary" onClick={onClose}>Close</button>
          </DialogActions>
        </>
      ) : (
        <div class="dialog-body">
          <Form
            testid="token-form"
            verb="Create token"
            onSend={create}
            schema={{
              properties: {
                name: { type: 'string', title: 'Name', description: 'Where it will be used, for example ci or laptop.' },
                lifetime: { enum: Object.keys(LIFETIMES), title: 'Good for', default: 'a month' },
                scopes: { type: 'array', items: { type: 'string' }, title: 'Scopes', description: 'One a line. Empty means all of yours.' },
              },
              required: ['name', 'lifetime'],
            }}
          />
        </div>
      )}
    </Dialog>
  )
}

function Tokens() {
  const request = useList<Token>('/tokens', ['accounts'])
  const [creating, setCreating] = useState(false)
  const revoke = async (token: Token) => {
    await api.delete(`/tokens/${token.id}`)
    request.refresh()
    toast(`Revoked ${token.name}`)
  }
  return (
    <Panel title="API tokens" actions={<button type="button" class="button small" data-testid="create-token" onClick={() => setCreating(true)}>Create token…</button>}>
      <Loaded of={request} what="Tokens" rows={2}>
        {(list) => list.rows.length === 0 ? <Empty>No token yet. Scripts and the command line use one.</Empty> : (
          <Table
            caption="API tokens"
            rows={list.rows.map((row) => row.value)}
            id={(token) => token.id}
            testid="token-row"
            columns={[
              { label: 'Token', class: 'wrap', cell: (token) => <><span class="b">{token.name}</span> <span class="mono t3">{token.prefix}…</span></> },
              { label: 'Scopes', class: 't2 wrap', cell: (token) => token.scopes?.join(', ') || 'all of yours' },
              { label: 'Last used', class: 't2', cell: (token) => (token.last_used_at ? <Age at={token.last_used_at} /> : 'not yet') },
              { label: 'Good until', class: 't2', cell: (token) => (token.expires_at ? moment(token.expires_at, tick.value) : 'revoked') },
              { label: '', name: 'Action', class: 'right', cell: (token) => <Button class="small" run={() => revoke(token)}>Revoke</Button> },
            ]}
          />
        )}
      </Loaded>
      {creating && <TokenDialog onClose={() => (setCreating(false), request.refresh())} />}
    </Panel>
  )
}

function Sessions() {
  const request = useList<SessionRow>('/sessions', ['accounts'])
  const end = async (row: SessionRow) => {
    await api.delete(`/sessions/${row.id}`)
    request.refresh()
    toast('Session ended')
  }
  return (
    <Panel title="Your sessions" actions={<Button class="small" testid="logout" run={leave}>Log out</Button>}>
      <Loaded of={request} what="Sessions" rows={2}>
        {(list) => (
          <Table
            caption="Sessions"
            rows={list.rows.map((row) => row.value)}
            id={(row) => row.id}
            testid="session-row"
            columns={[
              { label: 'Browser', class: 'wrap', cell: (row) => <><span class="b">{browser(row.user_agent)}</span>{row.current && <span class="t3"> this one</span>}</> },
              { label: 'Began', class: 't2', cell: (row) => <Age at={row.created_at} /> },
              { label: 'Last seen', class: 't2', cell: (row) => <Age at={row.last_seen_at} /> },
              { label: '', name: 'Action', class: 'right', cell: (row) => !row.current && <Button class="small" run={() => end(row)}>End</Button> },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

/** "Firefox 140 on Linux" out of a user agent; the whole of it when it is something else. */
export function browser(agent: string | null): string {
  if (!agent) return 'not known'
  const [, name, version] = agent.match(/(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/) ?? []
  const system = agent.match(/Windows|Mac OS X|Android|iPhone|iPad|Linux/)?.[0]
  const called = { Edg: 'Edge', OPR: 'Opera', Version: 'Safari' }[name ?? ''] ?? name
  return called ? `${called} ${version}${system ? ` on ${system.replace('Mac OS X', 'macOS')}` : ''}` : agent
}

function Server() {
  const version = useDocument<Version>('/version', [])
  const drivers = useDocument<Page<Driver>>('/drivers', [])
  return (
    <Panel title="Server">
      <Loaded of={version} what="The version" rows={2}>
        {(one) => (
          <>
            <KeyValue label="Version">{one.version}{one.commit && <span class="mono t3"> {one.commit.slice(0, 10)}</span>}</KeyValue>
            {one.schema_revision && <KeyValue label="Schema"><span class="mono">{one.schema_revision}</span></KeyValue>}
          </>
        )}
      </Loaded>
      {drivers.data.value && (
        <KeyValue label={`${count(drivers.data.value.items.length)} drivers`}>
          {drivers.data.value.items.map((driver) => (
            <div key={`${driver.kind} ${driver.name}`}>
              {driver.title || driver.name} <span class="t3">{driver.kind}{!driver.available && ', not available'}</span>
              {driver.error && <div class="sm t2">{driver.error}</div>}
            </div>
          ))}
        </KeyValue>
      )}
    </Panel>
  )
}

function Users() {
  const request = useList<User>('/users', ['accounts'])
  return (
    <Panel title="Users" count={request.data.value ? count(request.data.value.rows.length) : undefined}>
      <Loaded of={request} what="Users" rows={2}>
        {(list) => (
          <Table
            caption="Users"
            rows={list.rows.map((row) => row.value)}
            id={(user) => user.id}
            testid="user-row"
            columns={[
              { label: 'User', class: 'wrap', cell: (user) => <><span class="b">{user.name}</span> <span class="t3">{user.email}</span></> },
              { label: 'Since', class: 't2', cell: (user) => <Age at={user.created_at} /> },
              { label: 'Role', class: 'right', cell: (user) => (user.disabled_at ? `${user.role}, disabled` : user.role) },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

export default function Admin() {
  useTitle('Admin')
  usePageCall('/sessions/current')
  const user = session.value?.user
  return (
    <>
      <h1 class="away">Admin</h1>
      <div class="halves">
        <div class="stack">
          <Tokens />
          <Sessions />
          {allowed('admin') && <Users />}
        </div>
        <div class="stack">
          <Panel title="You">
            <KeyValue label="Name">{user?.name}</KeyValue>
            <KeyValue label="Email">{user?.email}</KeyValue>
            <KeyValue label="Role">{session.value?.role}</KeyValue>
            <KeyValue label="Logged in until">{session.value?.expires_at ? moment(session.value.expires_at, tick.value) : 'you log out'}</KeyValue>
          </Panel>
          <Server />
        </div>
      </div>
    </>
  )
}
