import { ALARM_PRIORITIES, ALARM_STATES, type Alarm } from '../api/types.ts'
import { mostUrgentFirst } from '../lib/alarms.ts'
import { count, counted } from '../lib/format.ts'
import { location } from '../lib/router.ts'
import { serverNow } from '../lib/time.ts'
import { useList } from '../live/store.ts'
import { Empty } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { AlarmTable } from './Overview.tsx'
import { Loaded, usePages } from './rows.tsx'

export default function Alarms() {
  useTitle('Alarms')
  const path = '/alarms?state=all&limit=100'
  usePageCall(path)
  const request = useList<Alarm>(path, ['alarms'])
  const { rows, more } = usePages(path, request)
  const query = location.value.query
  const text = query.get('q')?.toLowerCase()
  const shown = mostUrgentFirst(rows).filter(
    (alarm) =>
      (!query.get('state') || alarm.state === query.get('state')) &&
      (!query.get('priority') || alarm.priority === query.get('priority')) &&
      (!text || `${alarm.title} ${alarm.consequence ?? ''}`.toLowerCase().includes(text)),
  )
  const open = shown.filter((alarm) => alarm.state === 'new' || alarm.state === 'acknowledged' || (alarm.state === 'gone' && !alarm.seen))
  const shelved = shown.filter((alarm) => alarm.state === 'shelved')
  const past = shown.filter((alarm) => !open.includes(alarm) && !shelved.includes(alarm)).toSorted((a, b) => b.raised_at.localeCompare(a.raised_at))
  const old = open.filter((alarm) => serverNow() - Date.parse(alarm.raised_at) > 86400_000).length
  return (
    <>
      <h1 class="away">Alarms</h1>
      <div class="toolbar"><Filter keys={{ state: ALARM_STATES, priority: ALARM_PRIORITIES }} /></div>
      <Panel title="Open" class="clip" count={open.length > 0 ? `${count(open.length)}${old > 0 ? `, ${count(old)} over 24 h` : ''}` : undefined}>
        <Loaded of={request} what="Alarms" rows={3}>{() => (open.length > 0 ? <AlarmTable alarms={open} /> : <Empty>Nothing is wrong.</Empty>)}</Loaded>
      </Panel>
      {shelved.length > 0 && <Panel title="Shelved" class="clip" count={count(shelved.length)}><AlarmTable alarms={shelved} /></Panel>}
      {past.length > 0 && (
        <Panel title="Gone" class="clip" count={counted(past.length, 'alarm')}>
          <AlarmTable alarms={past} />
          {more && <div class="table-more"><button type="button" class="button small quiet" onClick={more}>Load more</button></div>}
        </Panel>
      )}
    </>
  )
}
