import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { User, UserTotals } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Allocations } from './Allocations.tsx'
import { Groups } from './Groups.tsx'
import { Invitations } from './Invitations.tsx'
import { PersonDrawer } from './PersonDrawer.tsx'
import { rolesToGive } from './roles.ts'
import { Loaded, usePages } from './rows.tsx'

const STATES = { active: 'can log in', disabled: 'disabled', waiting: 'waits to be let in' }

function Add({ onClose }: { onClose: (made?: User) => void }) {
  return (
    <Dialog title="Add a person" onClose={() => onClose()} testid="add-person">
      <div class="dialog-body">
        <p class="t2">You choose their password and tell them. To let them choose it, invite them instead.</p>
        <Form
          verb="Add"
          schema={{
            properties: {
              name: { type: 'string', title: 'Name' },
              email: { type: 'string', format: 'email', title: 'Email' },
              role: { enum: rolesToGive(), title: 'Role', default: 'viewer' },
              password: { type: 'string', format: 'password', title: 'Password', description: 'At least 8 characters, better 15.' },
            },
            required: ['name', 'email', 'role', 'password'],
          }}
          onSend={async (value) => onClose(await api.post<User>('/users', value))}
        />
      </div>
    </Dialog>
  )
}

function Search() {
  const text = location.value.query.get('search') ?? ''
  return (
    <form class="toolbar" role="search" onSubmit={(event) => event.preventDefault()}>
      <span class="filter">
        <input type="search" aria-label="Name or email" placeholder="Name or email" value={text} onInput={(event) => setQuery({ search: event.currentTarget.value || null })} />
      </span>
    </form>
  )
}

function Users() {
  const query = location.value.query
  const asked = new URLSearchParams([...query].filter(([name, value]) => ['search', 'role', 'state'].includes(name) && value)).toString()
  const path = asked ? `/users?${asked}` : '/users'
  const request = useList<User>(path, ['accounts'])
  const totals = useDocument<UserTotals>('/users/totals', ['accounts'])
  const { rows, more, busy } = usePages(path, request)
  const [adding, setAdding] = useState(false)
  const show = query.get('show')
  const waiting = totals.data.value?.by_state.waiting ?? 0
  const refresh = () => (request.refresh(), totals.refresh())
  return (
    <Panel
      title="People"
      count={totals.data.value && <>{count(totals.data.value.total)}{totals.data.value.last_sign_up_at && <>, the newest <Age at={totals.data.value.last_sign_up_at} /></>}</>}
      actions={<>
        {waiting > 0 && query.get('state') !== 'waiting' && <a class="link" href={withQuery({ state: 'waiting' })}>{counted(waiting, 'person waits', 'people wait')} to be let in</a>}
        {query.get('state') && <a class="link" href={withQuery({ state: null })}>Show everybody</a>}
        <button type="button" class="button small" data-testid="add-person-open" onClick={() => setAdding(true)}>Add a person…</button>
      </>}
    >
      <Loaded of={request} what="People" rows={3}>
        {() => rows.length === 0 ? <Empty>Nobody fits.</Empty> : (
          <Table
            caption="People"
            rows={rows}
            id={(user) => user.id}
            href={(user) => withQuery({ show: user.id })}
            selected={(user) => user.id === show}
            testid="user-row"
            more={more}
            busy={busy}
            columns={[
              { label: 'Person', class: 'wrap', cell: (user) => <><a class="b" href={withQuery({ show: user.id })}>{user.name}</a> <span class="t3">{user.email}</span></> },
              { label: 'State', class: 't2', cell: (user) => STATES[user.state] },
              { label: 'Since', class: 't2', cell: (user) => <Age at={user.created_at} /> },
              { label: 'Role', class: 'right', cell: (user) => user.role },
            ]}
          />
        )}
      </Loaded>
      {show && <PersonDrawer key={show} id={show} onClose={() => setQuery({ show: null }, { replace: false })} onChanged={refresh} />}
      {adding && <Add onClose={(made) => (setAdding(false), made && (refresh(), toast(`${made.name} can log in now`)))} />}
    </Panel>
  )
}

export default function People() {
  useTitle('People')
  usePageCall('/users')
  return (
    <>
      <h1 class="away">People</h1>
      <Search />
      <div class="halves">
        <div class="stack"><Users /><Allocations /></div>
        <div class="stack"><Invitations /><Groups /></div>
      </div>
    </>
  )
}
