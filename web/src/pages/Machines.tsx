import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Machine } from '../api/types.ts'
import { count } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { put, useList } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { MachineCard } from '../ui/MachineCard.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

async function change(machine: Machine, fields: Partial<Pick<Machine, 'cordoned' | 'enabled'>>, said: string): Promise<void> {
  const before = { cordoned: machine.cordoned, enabled: machine.enabled }
  put(await api.patch<Machine>(`/machines/${machine.id}`, fields))
  toast(said, async () => put(await api.patch<Machine>(`/machines/${machine.id}`, before)))
}

function Card({ machine }: { machine: Machine }) {
  return (
    <section class="panel clip" id={machine.name} aria-label={machine.name}>
      <MachineCard machine={machine} plain />
      <KeyValue label="Simulations of ours"><a class="link" href={`/simulations?machine=${machine.name}`}>{count(machine.running_count)} running, {count(machine.queued_count)} queued</a></KeyValue>
      {machine.last_error && <KeyValue label="Last error">{machine.last_error}</KeyValue>}
      <KeyValue label="Id"><Copy value={machine.id} what="id" /></KeyValue>
      {allowed('operator') && (
        <div class="card-actions">
          {machine.cordoned
            ? <Button class="small" testid="uncordon" run={() => change(machine, { cordoned: false }, `${machine.name} takes simulations again`)}>Uncordon</Button>
            : <Button class="small" testid="cordon" run={() => change(machine, { cordoned: true }, `${machine.name} takes no new simulation`)}>Cordon</Button>}
          {machine.enabled
            ? <Button class="small quiet" run={() => change(machine, { enabled: false }, `${machine.name} is disabled`)}>Disable</Button>
            : <Button class="small quiet" run={() => change(machine, { enabled: true }, `${machine.name} is enabled`)}>Enable</Button>}
        </div>
      )}
    </section>
  )
}

export default function Machines() {
  useTitle('Machines')
  usePageCall('/machines')
  const request = useList<Machine>('/machines', ['machines'])
  const ready = request.data.value !== undefined
  useEffect(() => {
    if (ready && location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ block: 'nearest' })
  }, [ready])
  return (
    <>
      <h1 class="away">Machines</h1>
      <Loaded of={request} what="Machines" rows={4}>
        {(list) => list.rows.length > 0
          ? <div class="cards">{list.rows.map((row) => <Card key={row.value.id} machine={row.value} />)}</div>
          : <Panel title="Machines"><Empty>No machine yet. Simulations need one to run on.</Empty></Panel>}
      </Loaded>
    </>
  )
}
