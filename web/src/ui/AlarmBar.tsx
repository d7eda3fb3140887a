import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Alarm } from '../api/types.ts'
import { connection, retryNow } from '../live/stream.ts'
import { useList } from '../live/store.ts'
import { acknowledge, mostUrgentFirst, saying, shelving } from '../lib/alarms.ts'
import { ago, clock, counted, moment, roughly } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { allowed } from '../lib/session.ts'
import { serverNow, tick } from '../lib/time.ts'
import { Badge } from './Badge.tsx'
import { Glyph } from './Glyph.tsx'

const shown = signal(0)
const FLOOD = 10
const FLOOD_WINDOW_MS = 600_000

/** The reserved row under the header: lost connection first, else the most urgent alarm, else quiet. */
export function AlarmBar() {
  const request = useList<Alarm>('/alarms?state=open', ['alarms'])
  const alarms = mostUrgentFirst((request.data.value?.rows ?? []).map((row) => row.value).filter((alarm) => alarm.state !== 'shelved'))
  const open = alarms.filter((alarm) => alarm.state !== 'gone' || !alarm.seen)
  const unseen = open.filter((alarm) => alarm.state === 'new')
  const index = open.length > 0 ? shown.value % open.length : 0
  const alarm = open[index]
  const link = connection.value

  useEffect(() => {
    const bare = document.title.replace(/^\(\d+\) /, '')
    const title = unseen.length > 0 ? `(${unseen.length}) ${bare}` : bare
    if (document.title !== title) document.title = title
  })
  useKeys(
    [
      { keys: 'n', label: 'Next alarm', group: 'Alarms', run: () => (shown.value = index + 1) },
      { keys: 'a', label: 'Acknowledge the shown alarm', group: 'Alarms', run: () => alarm?.state === 'new' && acknowledge(alarm) },
    ],
  )
  // New alarms pull the bar back to the most urgent one.
  const newest = unseen[0]?.id
  const before = useRef(newest)
  useEffect(() => {
    if (newest && newest !== before.current) shown.value = 0
    before.current = newest
  }, [newest])

  if (link.state === 'lost') {
    const left = Math.max(0, Math.ceil(((link.retryAt ?? 0) - tick.value) / 1000))
    return (
      <div class="alarm" data-tone="lost" role="status" data-testid="alarm-bar">
        <Glyph name="lost" tone="high" />
        <span class="alarm-what">
          <b class="b">Live updates lost since {clock(link.lostAt ?? serverNow())}.</b>{' '}
          <span class="t2">Values may be old. Trying again {left > 0 ? `in ${left} s` : 'now'}.</span>
        </span>
        <span class="alarm-side"><button type="button" class="button small" onClick={retryNow}>Refresh</button></span>
      </div>
    )
  }
  if (!alarm) {
    const gone = (request.data.value?.rows ?? []).map((row) => row.value.cleared_at ?? row.value.raised_at).sort().at(-1)
    return (
      <div class="alarm" role="status" data-testid="alarm-bar">
        <span class="alarm-what">{gone ? `No open alarms, last one ${ago(gone, tick.value)}` : request.data.value ? 'No open alarms' : '\u00a0'}</span>
      </div>
    )
  }
  const recent = unseen.filter((one) => serverNow() - new Date(one.raised_at).getTime() < FLOOD_WINDOW_MS)
  const flood = recent.length > FLOOD
  const fresh = alarm.state === 'new' && tick.value - new Date(alarm.raised_at).getTime() < 4000
  return (
    <div
      key={alarm.id}
      class="alarm"
      data-tone={alarm.state === 'new' ? alarm.priority : undefined}
      data-fresh={fresh || undefined}
      role={alarm.priority === 'critical' && fresh ? 'alert' : 'status'}
      data-testid="alarm-bar"
    >
      <Badge alarm={alarm} />
      <a class="alarm-what" href="/alarms" title={[saying(alarm), alarm.consequence, alarm.action].filter(Boolean).join('. ')}>
        <b class="b">{flood ? `${recent.length} alarms in 10 min, first: ${recent.at(-1)!.title}` : saying(alarm)}</b>{' '}
        <span class="t2">
          {alarm.state === 'gone' ? 'raised' : 'since'} {moment(alarm.raised_at, tick.value)}
          {alarm.state !== 'gone' && alarm.consequence && ` · ${alarm.consequence}`}
          {alarm.count > 1 && ` · ${counted(alarm.count, 'time')}`}
          {alarm.state === 'acknowledged' && ` · acknowledged${alarm.acknowledged_by ? ` by ${alarm.acknowledged_by}` : ''}`}
          {alarm.state === 'gone' && ` · lasted ${roughly((new Date(alarm.cleared_at ?? alarm.raised_at).getTime() - new Date(alarm.raised_at).getTime()) / 1000)}, not seen`}
        </span>
      </a>
      <span class="alarm-side">
        {open.length > 1 && (
          <button type="button" class="t2 wide" title="Next alarm, N" onClick={() => (shown.value = index + 1)}>{index + 1} of {open.length}</button>
        )}
        {allowed('operator') && <button type="button" class="button small quiet wide" onClick={() => (shelving.value = alarm)}>Shelve…</button>}
        {alarm.state !== 'acknowledged' && allowed('operator') && (
          <button type="button" class="button small" data-testid="acknowledge" onClick={() => acknowledge(alarm)}>
            Acknowledge<kbd class="wide">A</kbd>
          </button>
        )}
      </span>
    </div>
  )
}
