import { useMemo } from 'preact/hooks'
import { LOG_LEVELS, type Event, type LogNode, type Page } from '../api/types.ts'
import { count } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { mergeEvents } from '../live/reduce.ts'
import { events as liveEvents, useDocument } from '../live/store.ts'
import { Empty, Problem } from '../ui/Empty.tsx'
import { EventRow } from '../ui/EventList.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { LogNodes } from './LogNodes.tsx'
import { logQuery, Tail } from './LogTail.tsx'

const NAMES = ['level', 'module', 'node', 'object_id', 'incident_id', 'simulation_id', 'job_id', 'request_id', 'since', 'until', 'q'] as const
const TIMES = [['', 'Any time'], ['15m', '15 minutes'], ['1h', '1 hour'], ['1d', '1 day'], ['7d', '7 days']] as const

function Records() {
  const query = location.value.query
  const nodes = useDocument<Page<LogNode>>('/logs/nodes', [])
  const asked = NAMES.map((name) => query.get(name) ?? '').join('\n')
  const { query: wanted, wrong } = useMemo(() => logQuery(NAMES), [asked])
  const keys: Record<string, readonly string[]> = Object.fromEntries(NAMES.filter((name) => name !== 'q').map((name) => [name, []]))
  keys.level = LOG_LEVELS
  keys.node = nodes.data.value?.items.map((node) => node.node) ?? []
  keys.since = ['15m', '1h', '1d']
  const since = query.get('since') ?? ''
  return (
    <>
      <div class="toolbar">
        <Tabs tab="records" />
        <select aria-label="Time" value={since} onChange={(event) => setQuery({ since: event.currentTarget.value || null, until: null }, { replace: false })}>
          {TIMES.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          {!TIMES.some(([value]) => value === since) && <option value={since}>since {since}</option>}
        </select>
        <Filter keys={keys} />
      </div>
      {wrong ? <Panel title="Logs"><Empty>{wrong}</Empty></Panel> : <Tail key={asked} query={wanted} />}
    </>
  )
}

function Events({ incident }: { incident: string | null }) {
  const history = useDocument<Page<Event>>(`/events?limit=200${incident ? `&incident_id=${incident}` : ''}`, [])
  const live = liveEvents.value.filter((event) => !incident || event.incident_id === incident)
  const all = mergeEvents(history.data.value?.items ?? [], live.toReversed())
  const text = location.value.query.get('q')?.toLowerCase()
  const shown = all.filter((event) => !text || `${event.type} ${event.text}`.toLowerCase().includes(text))
  return (
    <Panel title="Events" count={`${count(shown.length)}, newest first`}>
      {history.error.value && <Problem of={history.error.value} what="Events" retry={history.refresh} />}
      <ol class="event-list">{shown.map((event) => <EventRow key={event.id} event={event} />)}</ol>
      {shown.length === 0 && <Empty>No event matches.</Empty>}
    </Panel>
  )
}

function Tabs({ tab }: { tab: 'records' | 'events' | 'nodes' }) {
  return (
    <nav class="segments" aria-label="Kind">
      <a href={withQuery({ tab: null })} aria-current={tab === 'records' ? 'true' : undefined}>Records</a>
      <a href={withQuery({ tab: 'events' })} aria-current={tab === 'events' ? 'true' : undefined}>Events</a>
      <a href={withQuery({ tab: 'nodes' })} aria-current={tab === 'nodes' ? 'true' : undefined}>Nodes</a>
    </nav>
  )
}

export default function Logs() {
  useTitle('Logs')
  const query = location.value.query
  const tab = query.get('tab') === 'events' ? 'events' : query.get('tab') === 'nodes' ? 'nodes' : 'records'
  usePageCall(tab === 'records' ? '/logs' : tab === 'nodes' ? '/logs/nodes' : '/events')
  return (
    <>
      <h1 class="away">Logs</h1>
      {tab === 'records' && <Records />}
      {tab === 'events' && (
        <>
          <div class="toolbar"><Tabs tab="events" /><Filter keys={{ incident_id: [] }} /></div>
          <Events incident={query.get('incident_id')} />
        </>
      )}
      {tab === 'nodes' && (
        <>
          <div class="toolbar"><Tabs tab="nodes" /></div>
          <LogNodes />
        </>
      )}
    </>
  )
}
