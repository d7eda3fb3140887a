import { SIMULATION_STATES, type Machine, type Simulation } from '../api/types.ts'
import { count, duration } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { tick } from '../lib/time.ts'
import { useList } from '../live/store.ts'
import { isOver } from '../timeline/segments.ts'
import { Age } from '../ui/Age.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { IncidentLink } from './origin.tsx'
import { Loaded, usePages, withWords } from './rows.tsx'
import { SimulationDrawer } from './SimulationDrawer.tsx'

function Took({ simulation }: { simulation: Simulation }) {
  if (simulation.seconds !== null) return <>{duration(simulation.seconds)}</>
  if (!simulation.started_at) return null
  const end = simulation.finished_at ? Date.parse(simulation.finished_at) : isOver(simulation.state) ? null : tick.value
  return end === null ? null : <>{duration(Math.floor((end - Date.parse(simulation.started_at)) / 1000))}</>
}

export default function Simulations() {
  useTitle('Simulations')
  const query = location.value.query
  const parameters = new URLSearchParams()
  for (const name of ['state', 'machine', 'incident_id']) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = `/simulations${query.size > 0 ? `?${parameters}` : ''}`
  const request = useList<Simulation>(path, ['simulations'])
  const machines = useList<Machine>('/machines', ['machines'])
  const { rows: loaded, more, busy } = usePages(path, request)
  const rows = withWords(loaded, (one) => `${one.name} ${one.machine ?? ''} ${one.native_id ?? ''} ${one.error ?? ''}`)
  const show = query.get('show')
  usePageCall(path)
  return (
    <>
      <h1 class="away">Simulations</h1>
      <div class="toolbar">
        <Filter keys={{ state: SIMULATION_STATES, machine: machines.data.value?.rows.map((row) => row.value.name) ?? [], incident_id: [] }} />
      </div>
      <Panel title="Simulations" count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}>
        <Loaded of={request} what="Simulations" rows={10}>
          {() => rows.length === 0 ? (
            <Empty>{query.size > 0 ? <>No simulation matches the filter. <a class="link" href="/simulations">Clear filter</a></> : 'No simulation yet. Stages of an incident create them.'}</Empty>
          ) : (
            <Table
              caption="Simulations, newest first"
              rows={rows}
              id={(simulation) => simulation.id}
              href={(simulation) => withQuery({ show: simulation.id })}
              selected={(simulation) => simulation.id === show}
              testid="simulation-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'Simulation', cell: (simulation) => <a class="b" href={withQuery({ show: simulation.id })}>{simulation.name}</a> },
                { label: 'Incident', class: 'fill half keep t2', cell: (simulation) => <IncidentLink id={simulation.incident_id} /> },
                { label: 'Machine', class: 't2', cell: (simulation) => simulation.machine ?? 'not placed yet' },
                { label: 'Waits on or failed with', class: 'fill t2', cell: (simulation) => <span title={simulation.error ?? simulation.waiting_on?.text}>{simulation.error ?? simulation.waiting_on?.text}</span> },
                { label: 'Ran', class: 'right t2', cell: (simulation) => <Took simulation={simulation} /> },
                { label: 'Created', class: 'right t2', cell: (simulation) => <Age at={simulation.created_at} /> },
                { label: 'State', cell: (simulation) => <State kind="simulation" state={simulation.state} native={simulation.native_state} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {show?.startsWith('sim_') && <SimulationDrawer key={show} id={show} onClose={() => setQuery({ show: null }, { replace: false })} />}
    </>
  )
}
