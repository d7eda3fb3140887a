import { useEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem as Failure } from '../api/client.ts'
import { LOG_LEVELS, type Event, type LogRecord, type Page } from '../api/types.ts'
import { absolute, clock, count } from '../lib/format.ts'
import { location, withQuery } from '../lib/router.ts'
import { mergeEvents } from '../live/reduce.ts'
import { events as liveEvents, useDocument } from '../live/store.ts'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { EventRow } from '../ui/EventList.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'

const EVERY_MS = 2000
const KEPT = 2000

const keyOf = (record: LogRecord) => `${record.at} ${record.level} ${record.module} ${record.message}`

/** New records behind the held ones, oldest first. */
export function appendRecords(held: LogRecord[], newestFirst: LogRecord[]): LogRecord[] {
  const seen = new Set(held.slice(-newestFirst.length * 2 - 50).map(keyOf))
  const fresh = newestFirst.filter((record) => !seen.has(keyOf(record))).reverse()
  return fresh.length === 0 ? held : [...held, ...fresh].slice(-KEPT)
}

function millis(at: string): string {
  return `${clock(at)}.${String(new Date(at).getUTCMilliseconds()).padStart(3, '0')}`
}

function Tail({ path }: { path: string }) {
  const [records, setRecords] = useState<LogRecord[] | null>(null)
  const [problem, setProblem] = useState<Failure | null>(null)
  const [following, setFollowing] = useState(true)
  const [below, setBelow] = useState(0)
  const end = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    setRecords(null)
    let shown = true
    let timer: ReturnType<typeof setTimeout>
    const read = async () => {
      if (!document.hidden) {
        try {
          const page = await api.get<Page<LogRecord>>(path)
          if (!shown) return
          setProblem(null)
          setRecords((held) => {
            const next = appendRecords(held ?? [], page.items)
            if (held && next !== held && !atEnd.current) setBelow((n) => n + Math.max(0, next.length - held.length))
            return next
          })
        } catch (error) {
          if (shown) setProblem(error as Failure)
        }
      }
      if (shown && following) timer = setTimeout(read, EVERY_MS)
    }
    void read()
    return () => {
      shown = false
      clearTimeout(timer)
    }
  }, [path, following])
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      atEnd.current = entry!.isIntersecting
      if (atEnd.current) setBelow(0)
    }, { rootMargin: '0px 0px 80px 0px' })
    observer.observe(end.current!)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (following && atEnd.current) end.current?.scrollIntoView({ block: 'nearest' })
  }, [records])
  return (
    <Panel
      title="Logs"
      count={records ? `${count(records.length)} records` : undefined}
      actions={
        <>
          {below > 0 && <button type="button" class="link" onClick={() => end.current?.scrollIntoView()}>{count(below)} new</button>}
          <button type="button" class="button small" aria-pressed={following} onClick={() => setFollowing(!following)}>{following ? 'Following' : 'Follow'}</button>
        </>
      }
    >
      {problem && <Problem of={problem} what="Logs" />}
      {records === null && !problem && <Skeleton rows={12} what="the logs" />}
      {records?.length === 0 && <Empty>No record matches.</Empty>}
      <div role="log" aria-label="Log records" aria-live="off" data-testid="log">
        {records?.map((record, index) => (
          <div class="log-row" key={`${record.at}${index}`} data-testid="log-row">
            <time class="t3" dateTime={record.at} title={absolute(record.at)}>{millis(record.at)}</time>
            <State kind="level" state={record.level} />
            <span class="t2 cut" title={record.module ?? undefined}>{record.module?.replace(/^app\./, '')}</span>
            <span>
              {record.message}
              {record.data && Object.keys(record.data).length > 0 && (
                <span class="t3"> {Object.entries(record.data).map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`).join(' ')}</span>
              )}
              {record.incident_id && <span class="inline"> <a class="link" href={`/incidents/${record.incident_id}`}>incident</a></span>}
            </span>
          </div>
        ))}
      </div>
      <div ref={end} />
    </Panel>
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

export default function Logs() {
  useTitle('Logs')
  const query = location.value.query
  const tab = query.get('tab') === 'events' ? 'events' : 'records'
  const parameters = new URLSearchParams({ limit: '200' })
  for (const name of ['level', 'module', 'job_id', 'incident_id', 'simulation_id', 'q']) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = tab === 'records' ? `/logs?${parameters}` : '/events'
  usePageCall(path)
  return (
    <>
      <h1 class="away">Logs</h1>
      <div class="toolbar">
        <nav class="segments" aria-label="Kind">
          <a href={withQuery({ tab: null })} aria-current={tab === 'records' ? 'true' : undefined}>Records</a>
          <a href={withQuery({ tab: 'events' })} aria-current={tab === 'events' ? 'true' : undefined}>Events</a>
        </nav>
        <Filter keys={tab === 'records' ? { level: LOG_LEVELS, module: [], job_id: [], incident_id: [], simulation_id: [] } : { incident_id: [] }} />
      </div>
      {tab === 'records' ? <Tail key={path} path={path} /> : <Events incident={query.get('incident_id')} />}
    </>
  )
}
