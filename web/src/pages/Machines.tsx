import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Machine } from '../api/types.ts'
import { absolute, count } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { markStale, put, useList } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { MachineCard } from '../ui/MachineCard.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { toast } from '../ui/Toast.tsx'
import { AddMachine, ConfirmKey, look, RemoveMachine } from './MachineDialogs.tsx'
import { MachineHistory } from './MachineHistory.tsx'
import { LoginToMachine, waitsForLogin } from './MachineLogin.tsx'
import { MachinePace, MachineWaits } from './Predictions.tsx'
import { MachineSoftware } from './MachineSoftware.tsx'
import { Loaded } from './rows.tsx'

async function change(machine: Machine, fields: Partial<Pick<Machine, 'cordoned' | 'enabled'>>, said: string): Promise<void> {
  const before = { cordoned: machine.cordoned, enabled: machine.enabled }
  put(await api.patch<Machine>(`/machines/${machine.id}`, fields))
  toast(said, async () => put(await api.patch<Machine>(`/machines/${machine.id}`, before)))
}

interface CardProps {
  machine: Machine
  onUnconfirmed: (machine: Machine) => void
  onAsks: (machine: Machine) => void
}

function Card({ machine, onUnconfirmed, onAsks }: CardProps) {
  const [removing, setRemoving] = useState(false)
  const [showsSoftware, setShowsSoftware] = useState(false)
  const report = machine.report
  const probe = async () => {
    const found = await look(machine)
    if (found === 'unconfirmed') onUnconfirmed(machine)
    if (found === 'asks') onAsks(machine)
  }
  return (
    <section class="panel clip" id={machine.name} aria-label={machine.name}>
      <MachineCard machine={machine} plain />
      <KeyValue label="Simulations of ours"><a class="link" href={`/simulations?machine=${machine.name}`}>{count(machine.running_count)} running, {count(machine.queued_count)} queued</a></KeyValue>
      {report && <KeyValue label="Host">{report.host}, {report.system}{report.batch_version ? `, ${report.batch_version}` : ''}</KeyValue>}
      {report?.partitions && report.partitions.length > 0 && <KeyValue label="Partitions">{report.partitions.map((one) => one.name).join(', ')}</KeyValue>}
      <MachineHistory machine={machine} />
      <MachineWaits machine={machine} />
      <MachinePace machine={machine} />
      {report?.remarks?.map((remark) => <KeyValue key={remark} label="Mind">{remark}</KeyValue>)}
      {report?.callbacks_reach_us && <KeyValue label="Callbacks">Its login host reaches us</KeyValue>}
      {machine.refused_tags.length > 0 && <KeyValue label="Takes no data tagged">{machine.refused_tags.join(', ')}</KeyValue>}
      {machine.only_tags.length > 0 && <KeyValue label="Takes only data tagged">{machine.only_tags.join(', ')}</KeyValue>}
      {machine.maintenance_until && <KeyValue label="Maintained until">{absolute(machine.maintenance_until)}</KeyValue>}
      {machine.login_node && <KeyValue label="Logged in from">{machine.login_node}</KeyValue>}
      {machine.last_error && <KeyValue label="Last error">{machine.last_error}</KeyValue>}
      <KeyValue label="Software"><button type="button" class="button small quiet" data-testid="software-open" onClick={() => setShowsSoftware(true)}>What is installed…</button></KeyValue>
      <KeyValue label="Id"><Copy value={machine.id} what="id" /></KeyValue>
      {allowed('operator') && (
        <div class="card-actions">
          {waitsForLogin(machine) && <button type="button" class="button small primary" data-testid="answer-login" onClick={() => onAsks(machine)}>Log in…</button>}
          {machine.cordoned
            ? <Button class="small" testid="uncordon" run={() => change(machine, { cordoned: false }, `${machine.name} takes simulations again`)}>Uncordon</Button>
            : <Button class="small" testid="cordon" run={() => change(machine, { cordoned: true }, `${machine.name} takes no new simulation`)}>Cordon</Button>}
          {machine.enabled
            ? <Button class="small quiet" run={() => change(machine, { enabled: false }, `${machine.name} is disabled`)}>Disable</Button>
            : <Button class="small quiet" run={() => change(machine, { enabled: true }, `${machine.name} is enabled`)}>Enable</Button>}
          {machine.transport !== 'local' && <Button class="small quiet" testid="probe-machine" run={probe}>Look at it</Button>}
          {machine.transport !== 'local' && allowed('admin') && <button type="button" class="button small quiet" data-testid="remove-machine-open" onClick={() => setRemoving(true)}>Remove…</button>}
        </div>
      )}
      {showsSoftware && <MachineSoftware machine={machine} onClose={() => setShowsSoftware(false)} />}
      {removing && <RemoveMachine machine={machine} onClose={() => setRemoving(false)} onRemoved={() => markStale(new Set(['machines']))} />}
    </section>
  )
}

export default function Machines() {
  useTitle('Machines')
  usePageCall('/machines')
  const request = useList<Machine>('/machines', ['machines'])
  const ready = request.data.value !== undefined
  const [adding, setAdding] = useState(false)
  const [unconfirmed, setUnconfirmed] = useState<Machine | null>(null)
  const [asks, setAsks] = useState<Machine | null>(null)
  const added = async (machine: Machine) => {
    setAdding(false)
    markStale(new Set(['machines']))
    try {
      const found = await look(machine)
      if (found === 'unconfirmed') setUnconfirmed(machine)
      if (found === 'asks') setAsks(machine)
    } catch (problem) {
      toast((problem as Error).message) // it is registered all the same
    }
  }
  useEffect(() => {
    if (ready && location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ block: 'nearest' })
  }, [ready])
  return (
    <>
      <h1 class="away">Machines</h1>
      <Loaded of={request} what="Machines" rows={4}>
        {(list) => list.rows.length > 0
          ? <div class="cards">{list.rows.map((row) => <Card key={row.value.id} machine={row.value} onUnconfirmed={setUnconfirmed} onAsks={setAsks} />)}</div>
          : <Panel title="Machines"><Empty>No machine yet. Simulations need one to run on.</Empty></Panel>}
      </Loaded>
      {allowed('admin') && <div class="card-actions"><button type="button" class="button" data-testid="add-machine" onClick={() => setAdding(true)}>Add machine…</button></div>}
      {adding && <AddMachine onClose={() => setAdding(false)} onAdded={added} />}
      {unconfirmed && <ConfirmKey machine={unconfirmed} onClose={() => setUnconfirmed(null)} onAsks={() => setAsks(unconfirmed)} />}
      {asks && <LoginToMachine machine={asks} onClose={() => setAsks(null)} />}
    </>
  )
}
