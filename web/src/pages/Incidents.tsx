import { useState } from 'preact/hooks'
import { INCIDENT_STATES, type Incident } from '../api/types.ts'
import { useList } from '../live/store.ts'
import { lookOf } from '../ui/states.ts'
import { location, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { Age } from '../ui/Age.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Glyph } from '../ui/Glyph.tsx'
import { Table, type Column } from '../ui/Table.tsx'
import { IncidentOpen } from './IncidentOpen.tsx'
import { Loaded, SimulationMeter, usePages, withWords } from './rows.tsx'

/** What an incident is doing, in a word or two: the stage while active, else its state. */
export function IncidentDoing({ incident }: { incident: Incident }) {
  const look = lookOf('incident', incident.state)
  const person = incident.waiting_on && ['approval', 'credential', 'person'].includes(incident.waiting_on.kind)
  return (
    <span class={person ? 'person' : look.tone} data-testid="incident-row-state" data-state={incident.state}>
      {person ? incident.waiting_on!.text : incident.state === 'active' && incident.stage ? incident.stage : look.word}
    </span>
  )
}

export const incidentColumns: Column<Incident>[] = [
  {
    label: '', name: 'State', class: 'narrow',
    cell: (incident) => {
      const look = lookOf('incident', incident.state)
      return <span title={look.word}><Glyph name={look.glyph} tone={look.tone} /><span class="away">{look.word}</span></span>
    },
  },
  {
    label: 'Incident', class: 'wrap keep',
    cell: (incident) => (
      <>
        <a class="b" href={`/incidents/${incident.id}`}>{incident.name}</a>
        <div class="sm t3">
          {incident.workflow}
          {incident.exercise && ', exercise'}
          {incident.state === 'active' && incident.waiting_on && `, waits: ${incident.waiting_on.text}`}
        </div>
      </>
    ),
  },
  { label: 'State', cell: (incident) => <IncidentDoing incident={incident} /> },
  { label: 'Simulations', cell: (incident) => <SimulationMeter incident={incident} /> },
  { label: 'Opened', class: 'right t2', cell: (incident) => <Age at={incident.opened_at} /> },
]

export default function Incidents() {
  useTitle('Incidents')
  const query = location.value.query
  const state = query.get('state')
  const parameters = new URLSearchParams()
  for (const name of ['state', 'workflow', 'urgency', 'exercise', 'owned']) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = `/incidents${query.size > 0 ? `?${parameters}` : ''}`
  const request = useList<Incident>(path, ['incidents'])
  const { rows: loaded, more, busy } = usePages(path, request)
  const rows = withWords(loaded, (one) => `${one.name} ${one.workflow} ${one.id} ${one.key ?? ''}`)
  usePageCall(path)
  const [opening, setOpening] = useState(false)
  const tabs = [null, 'pending', 'active', 'completing', 'complete', 'error', 'cancelled', 'archived'] as const
  return (
    <>
      <h1 class="away">Incidents</h1>
      <div class="toolbar">
        <nav class="segments" aria-label="State">
          {tabs.map((tab) => (
            <a key={tab ?? 'all'} href={withQuery({ state: tab })} aria-current={state === tab || (!state && !tab) ? 'true' : undefined}>
              {tab === null ? 'All' : tab[0]!.toUpperCase() + tab.slice(1)}
            </a>
          ))}
        </nav>
        <Filter keys={{ state: INCIDENT_STATES, workflow: [], urgency: ['critical', 'high', 'normal', 'low'], exercise: ['true', 'false'], owned: ['true', 'false'] }} />
        {allowed('runner') && <button type="button" class="button" data-testid="open-an-incident" onClick={() => setOpening(true)}>Open incident…</button>}
      </div>
      <Panel title="Incidents" count={request.data.value ? `${rows.length}${more ? '+' : ''}${state ? ` ${state}` : ''}` : undefined}>
        <Loaded of={request} what="Incidents" rows={8}>
          {() =>
            rows.length > 0 ? (
              <Table caption="Incidents" columns={incidentColumns} rows={rows} id={(one) => one.id} href={(one) => `/incidents/${one.id}`} testid="incident-row" more={more} busy={busy} />
            ) : (
              <Empty>
                {query.size > 0 ? (
                  <>
                    <p>No incident matches the filter.</p>
                    <p><a class="link" href="/incidents">Clear filter</a></p>
                  </>
                ) : (
                  <p class="inline">No incident yet. One opens when a delivery of a <a class="link" href="/sources">source</a> fits a <a class="link" href="/workflows">workflow</a>.</p>
                )}
              </Empty>
            )
          }
        </Loaded>
      </Panel>
      {opening && <IncidentOpen onClose={() => setOpening(false)} />}
    </>
  )
}
