import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import { counted } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

type Loops = components['schemas']['NodeLoopsView']
type Loop = components['schemas']['NodeLoopView']
/** A loop, or a role, which has no figures. */
type Row = Pick<Loop, 'name' | 'switched_off'> & Partial<Loop>

const rowsOf = (seen: Loops): Row[] => [...seen.roles.map((role) => ({ ...role, name: `role:${role.name}` })), ...seen.items]
/** What people come for: what is stopped, or stumbled. */
const notable = (row: Row) => row.state === undefined || row.switched_off || row.state === 'stopped' || row.state === 'backing_off' || (row.failures ?? 0) > 0

function Figures({ of: row }: { of: Row }) {
  if (row.state === undefined) return null
  return (
    <div class="sm t3">
      {row.since && <>since <Age at={row.since} />, </>}{counted(row.runs ?? 0, 'run')}
      {(row.failures ?? 0) > 0 && `, ${counted(row.failures ?? 0, 'failure')}`}
      {(row.restarts ?? 0) > 0 && `, ${counted(row.restarts ?? 0, 'restart')}`}
      {row.last_error && <div class="wrapped">{row.last_error}</div>}
    </div>
  )
}

/** Roles and background loops of a node; administrators stop and start them, and they stay so over restarts. */
export function NodeLoops({ node }: { node: string }) {
  const request = useDocument<Loops>(`/nodes/${node}/loops`, ['nodes'])
  const [all, setAll] = useState(false)
  const may = allowed('admin')
  const ask = (row: Row, verb: 'start' | 'stop') => api.post(`/nodes/${node}/loops/${encodeURIComponent(row.name)}/${verb}`).then(request.refresh)
  const stop = async (row: Row) => {
    await ask(row, 'stop')
    toast(`${row.name} stops, and stays stopped over restarts`, () => ask(row, 'start'))
  }
  const start = async (row: Row) => {
    await ask(row, 'start')
    toast(`${row.name} starts`)
  }
  return (
    <div class="drawer-section" data-testid="node-loops">
      <h3>Roles and loops</h3>
      <Loaded of={request} what="Loops" rows={3}>
        {(seen) => {
          const rows = rowsOf(seen)
          const shown = all ? rows : rows.filter(notable)
          return (
            <>
              <Table
                caption="Roles and loops"
                rows={shown}
                id={(row) => row.name}
                ends={false}
                testid="node-loop-row"
                columns={[
                  { label: 'Name', class: 'wrap', cell: (row) => <><span class="mono wrapped">{row.name}</span><Figures of={row} /></> },
                  { label: 'State', cell: (row) => <State kind="loop" state={row.state ?? (row.switched_off ? 'stopped' : 'running')}>{row.switched_off && row.state && row.state !== 'stopped' && <span class="t3">stopping</span>}</State> },
                  ...(may ? [{ label: '', name: 'Actions', class: 'right', cell: (row: Row) => row.essential ? null : row.switched_off
                    ? <Button class="small" testid="start-loop" run={() => start(row)}>Start</Button>
                    : <Button class="small quiet" testid="stop-loop" run={() => stop(row)}>Stop</Button> }] : []),
                ]}
              />
              {rows.length > shown.length && <div class="table-more"><button type="button" class="button small quiet" data-testid="all-loops" onClick={() => setAll(true)}>{counted(rows.length - shown.length, 'more loop')} without a failure</button></div>}
            </>
          )
        }}
      </Loaded>
    </div>
  )
}
