import { api } from '../api/client.ts'
import type { Login, SessionRow } from '../api/types.ts'
import { browser } from '../lib/browser.ts'
import { sentence } from '../lib/format.ts'
import { leave } from '../lib/session.ts'
import { useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded, usePages } from './rows.tsx'

export function Sessions() {
  const request = useList<SessionRow>('/sessions', ['accounts'])
  const end = async (row: SessionRow) => {
    await api.delete(`/sessions/${row.id}`)
    request.refresh()
    toast('Session ended')
  }
  const endOthers = async () => {
    await api.delete('/sessions')
    request.refresh()
    toast('You are logged in here only')
  }
  const others = (request.data.value?.rows.length ?? 0) > 1
  return (
    <Panel
      title="Where you are logged in"
      actions={<>{others && <Button class="small" testid="end-others" run={endOthers}>End all others</Button>}<Button class="small" testid="logout" run={leave}>Log out</Button></>}
    >
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

/** Logins and failed attempts, of the caller or of the person whose `path` it is. */
export function Logins({ path, title }: { path: string; title: string }) {
  const request = useList<Login>(path, ['accounts'])
  const { rows, more, busy } = usePages(path, request)
  return (
    <Panel title={title}>
      <Loaded of={request} what="Logins" rows={3}>
        {() => rows.length === 0 ? <Empty>None is kept.</Empty> : <LoginTable rows={rows} more={more} busy={busy} />}
      </Loaded>
    </Panel>
  )
}

export function LoginTable({ rows, more, busy }: { rows: Login[]; more?: (() => void) | null; busy?: boolean }) {
  return (
    <Table
      caption="Logins"
      rows={rows}
      id={(login) => login.id}
      testid="login-row"
      more={more}
      busy={busy}
      columns={[
        { label: 'When', cell: (login) => <Age at={login.at} /> },
        { label: 'From', class: 't2 wrap', cell: (login) => <>{browser(login.user_agent)}{login.ip && <span class="mono t3"> {login.ip}</span>}</> },
        { label: 'With', class: 't2', cell: (login) => login.method },
        { label: 'Outcome', class: 'right', cell: (login) => (login.outcome === 'succeeded' ? 'Logged in' : <span class="b">{sentence(login.outcome)}</span>) },
      ]}
    />
  )
}
