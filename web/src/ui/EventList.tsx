import type { Problem as Failure } from '../api/client.ts'
import type { Event } from '../api/types.ts'
import { absolute, moment, shortHash } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { Problem } from './Empty.tsx'
import { Glyph } from './Glyph.tsx'
import type { GlyphName } from './glyphs.ts'
import { Panel } from './Panel.tsx'

const LOOK: [RegExp, GlyphName, string][] = [
  [/^alarm\.raised/, 'high', 'high'],
  [/(failed|broken|quarantined|error)$/, 'failed', ''],
  [/^(stage\.started|incident\.opened)/, 'running', 'run'],
  [/(queued|created|retried)$/, 'queued', 'wait'],
  [/^delivery\./, 'delivery', 't2'],
  [/^dataset\./, 'dataset', 't2'],
  [/(succeeded|cleared|acknowledged|loaded|registered)$/, 'ok', 'done'],
]
const STATE: Record<string, [GlyphName, string]> = {
  running: ['running', 'run'], active: ['running', 'run'], completing: ['completing', 'run'],
  succeeded: ['ok', 'done'], complete: ['ok', 'done'], answers: ['ok', 'done'],
  failed: ['failed', ''], error: ['failed', ''], timed_out: ['timed_out', ''],
  cancelled: ['cancelled', 'done'], lost: ['lost', 'high'], unreachable: ['lost', 'high'],
  queued: ['queued', 'wait'], pending: ['queued', 'wait'],
}

export function eventLook(event: Event): [GlyphName, string] {
  const state = STATE[String(event.data.state ?? event.data.after ?? '')]
  if (event.type.endsWith('state_changed') && state) return state
  const found = LOOK.find(([pattern]) => pattern.test(event.type))
  return found ? [found[1], found[2]] : ['note', 'done']
}

function aside(event: Event): string {
  const hash = event.data.sha256
  if (typeof hash === 'string') return shortHash(hash)
  return event.actor ?? ''
}

export function EventRow({ event }: { event: Event }) {
  const [glyph, tone] = eventLook(event)
  return (
    <li class="event" data-testid="event" data-type={event.type}>
      <time class="t3 nowrap" dateTime={event.at} title={absolute(event.at)}>{moment(event.at, tick.value).split(', ').pop()}</time>
      <Glyph name={glyph} tone={tone} />
      <span title={event.text}>{event.text}</span>
      <span class={`t3 ${typeof event.data.sha256 === 'string' ? 'mono' : ''}`}>{aside(event)}</span>
    </li>
  )
}

interface Props {
  events: Event[]
  all: string
  /** Where the log records about the same are. */
  log?: string
  problem?: Failure
  retry: () => void
  limit?: number
}

/** Newest first; the same stream everybody else sees. */
export function EventList({ events, all, log, problem, retry, limit = 12 }: Props) {
  return (
    <Panel title="Events" actions={<>{log && <a class="link" href={log}>Log</a>} <a class="link" href={all}>All {events.length >= 200 ? '200+' : events.length}</a></>}>
      {problem && <Problem of={problem} what="Events" retry={retry} />}
      <ol class="event-list">
        {events.slice(0, limit).map((event) => <EventRow key={event.id} event={event} />)}
        {events.length === 0 && !problem && <li class="event"><span /><span /><span class="t2">Nothing has happened yet.</span></li>}
      </ol>
    </Panel>
  )
}
