/** The records a filter lets through: those there are, older ones on demand, and new ones as they are written. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem as Failure, type Query } from '../api/client.ts'
import type { LogRecord } from '../api/types.ts'
import { count, counted, roughly } from '../lib/format.ts'
import { location } from '../lib/router.ts'
import { momentOf } from '../lib/since.ts'
import { serverNow } from '../lib/time.ts'
import { followLog, type LogPage, type TailState } from '../live/tail.ts'
import { Button } from '../ui/Button.tsx'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { LogRows } from '../ui/LogRows.tsx'
import { Panel } from '../ui/Panel.tsx'

const FIRST = 200
const KEPT = 2000
const STATES: Record<TailState['state'], string> = { connecting: 'connecting', live: 'live', listed: 'read every 3 s', lost: 'connection lost, trying again' }

/** What the address asks for, as the API is asked; a time that is none is told, not sent. */
export function logQuery(names: readonly string[]): { query: Query; wrong: string | null } {
  const asked: Query = {}
  let wrong: string | null = null
  for (const name of names) {
    const text = location.value.query.get(name)
    if (!text) continue
    if (name !== 'since' && name !== 'until') {
      asked[name] = text
      continue
    }
    const at = momentOf(text, serverNow())
    if (at === null) wrong = `${name}: ${text} is no time; write 2h or 2026-02-06T13:56Z`
    else asked[name] = at
  }
  return { query: asked, wrong }
}

export function Tail({ query }: { query: Query }) {
  const [records, setRecords] = useState<LogRecord[] | null>(null)
  const [page, setPage] = useState<LogPage | null>(null)
  const [problem, setProblem] = useState<Failure | null>(null)
  const [tail, setTail] = useState<TailState>({ state: 'connecting', skipped: 0, problem: null })
  const [paused, setPaused] = useState(false)
  const [held, setHeld] = useState<LogRecord[]>([])
  const [below, setBelow] = useState(0)
  const stopped = useRef(false)
  const end = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const past = Boolean(query.until)

  useEffect(() => {
    let shown = true
    let stop: (() => void) | undefined
    const read = async () => {
      try {
        const first = await api.get<LogPage>('/logs', { query: { ...query, limit: FIRST } })
        if (!shown) return
        const oldestFirst = first.items.toReversed()
        setPage(first)
        setRecords(oldestFirst)
        if (past) return
        stop = followLog(query, oldestFirst, (fresh) => {
          if (stopped.current) return setHeld((before) => [...before, ...fresh].slice(-KEPT))
          if (!atEnd.current) setBelow((n) => n + fresh.length)
          setRecords((before) => [...(before ?? []), ...fresh].slice(-KEPT))
        }, setTail)
      } catch (error) {
        if (shown) setProblem(error as Failure)
      }
    }
    void read()
    return () => {
      shown = false
      stop?.()
    }
  }, [])
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      atEnd.current = entry!.isIntersecting
      if (atEnd.current) setBelow(0)
    }, { rootMargin: '0px 0px 80px 0px' })
    observer.observe(end.current!)
    return () => observer.disconnect()
  }, [])
  // Before the observer sees that the end has moved.
  useLayoutEffect(() => {
    if (!paused && atEnd.current) end.current?.scrollIntoView({ block: 'nearest' })
  }, [records])

  const pause = () => {
    stopped.current = !paused
    setPaused(!paused)
    if (!paused) return
    setRecords((before) => [...(before ?? []), ...held].slice(-KEPT))
    setHeld([])
    requestAnimationFrame(() => end.current?.scrollIntoView({ block: 'nearest' }))
  }
  const older = async () => {
    const more = await api.get<LogPage>('/logs', { query: { ...query, limit: FIRST, cursor: page!.next_cursor } })
    setRecords((before) => [...more.items.toReversed(), ...(before ?? [])])
    setPage({ ...more, behind: page!.behind, not_searched: [...page!.not_searched, ...more.not_searched] })
  }
  const state = past ? 'the past' : paused ? `paused, ${counted(held.length, 'new record')}` : STATES[tail.state]
  return (
    <Panel
      title="Logs"
      count={records ? <>{counted(records.length, 'record')} · <span data-testid="tail-state" role="status">{state}</span></> : undefined}
      actions={
        <>
          {below > 0 && <button type="button" class="link" onClick={() => end.current?.scrollIntoView()}>{count(below)} new</button>}
          {!past && <button type="button" class="button small" data-testid="pause" aria-pressed={paused} onClick={pause}>{paused ? 'Go on' : 'Pause'}</button>}
        </>
      }
    >
      {problem && <Problem of={problem} what="Logs" />}
      {tail.problem && <Problem of={tail.problem} what="What is being written" />}
      {page?.behind.map((one) => (
        <p class="table-more t2" key={one.node} data-testid="behind">
          The newest records of {one.node} are not here yet: {one.readable_until ? `${roughly(one.behind_seconds)} behind` : 'nothing of it was shipped'}.
        </p>
      ))}
      {page?.not_searched.map((one, at) => (
        <p class="table-more t2" key={at} data-testid="not-searched">
          Not searched: {counted(one.segment_count, 'segment')} of {one.node}’s log. {one.why}
        </p>
      ))}
      {tail.skipped > 0 && <p class="table-more t2">More was written than could be shown: {counted(tail.skipped, 'record')} left out. Search for what is missing.</p>}
      {page?.next_cursor && <div class="table-more"><Button class="small quiet" run={older} testid="older">Older records</Button></div>}
      {records === null && !problem && <Skeleton rows={12} what="the logs" />}
      {records?.length === 0 && !page?.next_cursor && <Empty>No record matches.</Empty>}
      {records && records.length > 0 && <LogRows records={records} node={!query.node} />}
      <div ref={end} />
    </Panel>
  )
}
