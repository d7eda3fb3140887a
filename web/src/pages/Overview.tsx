import type { Alarm, Dataset, Delivery, Health, Incident, Job, Machine, Simulation, Storage } from '../api/types.ts'
import { acknowledge, mostUrgentFirst, saying, shelving, unshelve } from '../lib/alarms.ts'
import { bytes, clock, count, counted, percent } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { useDocument, useList, type List } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Badge } from '../ui/Badge.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Fact, Facts } from '../ui/Fact.tsx'
import { Glyph } from '../ui/Glyph.tsx'
import { MachineCard } from '../ui/MachineCard.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { lookOf } from '../ui/states.ts'
import { Table } from '../ui/Table.tsx'
import { incidentColumns } from './Incidents.tsx'
import { Loaded } from './rows.tsx'

/** Where the thing an alarm is about can be looked at. */
export function subjectHref(alarm: Pick<Alarm, 'subject_id'>): string | null {
  const id = alarm.subject_id
  if (!id) return null
  const places: Record<string, string> = { inc: `/incidents/${id}`, sim: `/simulations?show=${id}`, dst: `/data?show=${id}`, src: `/sources?source_id=${id}`, dlv: `/sources?show=${id}`, mch: '/machines', job: `/jobs?show=${id}` }
  return places[id.split('_')[0]!] ?? null
}

export function AlarmVerb({ alarm }: { alarm: Alarm }) {
  if (!allowed('operator')) return null
  if (alarm.state === 'shelved') return <button type="button" class="button small quiet" onClick={() => void unshelve(alarm)}>Put back</button>
  if (alarm.state === 'acknowledged') return <button type="button" class="button small quiet" onClick={() => (shelving.value = alarm)}>Shelve…</button>
  return <button type="button" class="button small" onClick={() => void acknowledge(alarm)}>Acknowledge</button>
}

export function AlarmTable({ alarms }: { alarms: Alarm[] }) {
  return (
    <div class="scroller">
      <table>
        <caption class="away">Alarms, most urgent first</caption>
        <thead class="away"><tr><th scope="col">Priority</th><th scope="col">What</th><th scope="col">Since</th><th scope="col">Who</th><th scope="col">Do</th></tr></thead>
        <tbody>
          {alarms.map((alarm) => {
            const subject = subjectHref(alarm)
            return (
              <tr key={alarm.id} class={alarm.state === 'new' ? `unseen ${alarm.priority}` : ''} data-testid="alarm-row" data-id={alarm.id} data-state={alarm.state}>
                <td class="alarm-badge"><Badge alarm={alarm} /></td>
                <td class="wrap">
                  {subject ? <a class="b" href={subject}>{saying(alarm)}</a> : <span class="b">{saying(alarm)}</span>}
                  {alarm.count > 1 && <span class="t3"> {counted(alarm.count, 'time')}</span>}
                  <div class="sm t2">{[alarm.consequence, alarm.state !== 'gone' && alarm.action].filter(Boolean).map((text) => String(text).replace(/\.?$/, '.')).join(' ')}</div>
                </td>
                <td class="t2">
                  <Age at={alarm.raised_at} bare />
                  <div class="sm t3">{clock(alarm.raised_at)}</div>
                </td>
                <td class="t2 wide">
                  {alarm.state === 'shelved'
                    ? <>shelved until {clock(alarm.shelved_until ?? alarm.raised_at, false)}<div class="sm t3">{alarm.shelved_reason && `“${alarm.shelved_reason}”`}</div></>
                    : alarm.acknowledged_at
                      ? <>{alarm.acknowledged_by ?? 'somebody'} acknowledged {clock(alarm.acknowledged_at, false)}<div class="sm t3">{alarm.note && `“${alarm.note}”`}</div></>
                      : alarm.state === 'gone' ? `gone, ${alarm.seen ? 'seen' : 'not seen'}` : ''}
                </td>
                <td class="right wide"><AlarmVerb alarm={alarm} /></td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Wrong() {
  const request = useList<Alarm>('/alarms?state=open', ['alarms'])
  const alarms = mostUrgentFirst((request.data.value?.rows ?? []).map((row) => row.value)).filter((alarm) => alarm.state !== 'gone' || !alarm.seen)
  const unseen = alarms.filter((alarm) => alarm.state === 'new').length
  return (
    <Panel title="Wrong now" class="clip" testid="wrong-now" count={alarms.length > 0 ? `${counted(alarms.length, 'alarm')}, ${count(unseen)} not acknowledged` : undefined} actions={<a class="link" href="/alarms">History</a>}>
      <Loaded of={request} what="Alarms" rows={2}>
        {() => (alarms.length > 0 ? <AlarmTable alarms={alarms} /> : <Empty>Nothing is wrong. Conditions that need a person are listed here.</Empty>)}
      </Loaded>
    </Panel>
  )
}

const total = (list: List<unknown> | undefined): string => (list ? count(list.rows.length) + (list.next ? '+' : '') : '\u00a0')

function Figures() {
  const incidents = useList<Incident>('/incidents?state=pending&state=active&state=completing&limit=200', ['incidents'])
  const running = useList<Simulation>('/simulations?state=running&limit=200', ['simulations'])
  const queued = useList<Simulation>('/simulations?state=queued&limit=200', ['simulations'])
  const jobs = useList<Job>('/jobs?state=queued&limit=200', ['jobs'])
  const deliveries = useList<Delivery>('/deliveries?limit=200', ['deliveries'])
  const quarantined = useList<Delivery>('/deliveries?state=quarantined&limit=200', ['deliveries'])
  const datasets = useList<Dataset>('/datasets?limit=200', ['datasets'])
  const storages = useDocument<{ items: Storage[] }>('/storages', ['storages'])
  // An incident that opened and ended within the hour counts as well.
  const newest = useList<Incident>('/incidents?limit=200', ['incidents'])
  const now = tick.value
  const hour = (at: string) => now - Date.parse(at) < 3600_000
  const opened = newest.data.value?.rows.filter((row) => hour(row.value.opened_at)).length
  const oldest = jobs.data.value?.rows.map((row) => row.value.run_at ?? row.value.created_at).sort()[0]
  const arrived = deliveries.data.value?.rows.filter((row) => hour(row.value.received_at)).length
  const stuck = quarantined.data.value?.rows.length ?? 0
  const recent = datasets.data.value?.rows.map((row) => row.value) ?? []
  const today = recent.filter((one) => now - Date.parse(one.created_at) < 86400_000)
  const disks = storages.data.value?.items ?? []
  const used = disks.reduce((sum, one) => sum + (one.bytes_used ?? 0), 0)
  const free = disks.reduce((sum, one) => sum + (one.bytes_free ?? 0), 0)
  return (
    <Facts label="Figures">
      <Fact label="Open incidents" value={total(incidents.data.value)} href="/incidents?state=active" detail={opened === undefined ? undefined : opened >= 200 ? 'the newest 200 opened in the last hour' : `${count(opened)} opened in the last hour`} />
      <Fact label="Simulations" value={total(running.data.value)} unit="running" href="/simulations?state=running" detail={<a class="quiet-link" href="/simulations?state=queued">{total(queued.data.value)} queued</a>} />
      <Fact label="Jobs queued" value={total(jobs.data.value)} href="/jobs?state=queued" detail={oldest ? <>oldest <Age at={oldest} bare /></> : 'none waits'} />
      <Fact
        label="Deliveries, last hour"
        value={arrived === undefined ? '\u00a0' : count(arrived) + (arrived >= 200 ? '+' : '')}
        href="/sources?tab=deliveries"
        detail={stuck > 0 ? <a class="quiet-link high" href="/sources?tab=deliveries&state=quarantined">{count(stuck)} in quarantine</a> : 'none in quarantine'}
      />
      <Fact label="Data, last 24 h" value={datasets.data.value ? bytes(today.reduce((sum, one) => sum + one.bytes, 0)) + (today.length >= 200 ? '+' : '') : '\u00a0'} href="/data" detail={(today.length >= 200 ? 'newest 200 data sets' : counted(today.length, 'data set')) + (today.some((one) => !one.sha256) ? ', not all verified' : '')} />
      <Fact label="Storage" value={disks.length > 0 ? bytes(free) : '\u00a0'} unit="free" href="/storages" detail={used + free > 0 ? `${percent(used, used + free)} used, ${counted(disks.length, 'storage')}` : undefined} />
    </Facts>
  )
}

function Modules() {
  const request = useDocument<Health>('/health', ['health'])
  return (
    <Panel title="Modules" testid="module-health" count={request.data.value?.node.name}>
      <Loaded of={request} what="Health" rows={4}>
        {(health) => health.modules.map((module) => {
          const failing = module.loops.filter((loop) => loop.state === 'backing_off' || loop.state === 'stopped')
          const look = lookOf('module', module.status)
          return (
            <details class="module" key={module.name} open={module.status !== 'ok' || undefined}>
              <summary>
                <Glyph name={look.glyph} tone={look.tone} />
                <span>{module.name}</span>
                <span class="t2 cut">{module.text ?? (module.status === 'ok' ? '' : look.word)}</span>
                <span class="t3 sm nowrap">{failing.length > 0 ? <span class="high">{counted(failing.length, 'loop')} failing</span> : counted(module.loops.length, 'loop')}</span>
              </summary>
              {module.loops.map((loop) => {
                const state = lookOf('loop', loop.state)
                return (
                  <div class="module-loop" key={loop.name}>
                    <Glyph name={state.glyph} tone={state.tone} />
                    <span>{loop.name} <span class="t3">{state.word}</span>{loop.last_error && <div class="sm t2">{loop.last_error}</div>}</span>
                    <span class="t3 sm nowrap">{loop.last_run_at ? <Age at={loop.last_run_at} /> : 'not run yet'}</span>
                  </div>
                )
              })}
            </details>
          )
        })}
      </Loaded>
    </Panel>
  )
}

export default function Overview() {
  useTitle('Overview')
  usePageCall('/health')
  const machines = useList<Machine>('/machines', ['machines'])
  const incidents = useList<Incident>('/incidents?limit=8', ['incidents'])
  return (
    <>
      <h1 class="away">Overview</h1>
      <Wrong />
      <Figures />
      <Panel title="Machines" class="clip" actions={<a class="link" href="/machines">All machines</a>}>
        <Loaded of={machines} what="Machines" rows={3}>
          {(list) => list.rows.length > 0
            ? <div class="machines">{list.rows.map((row) => <MachineCard key={row.value.id} machine={row.value} />)}</div>
            : <Empty>No machine yet.</Empty>}
        </Loaded>
      </Panel>
      <div class="halves">
        <Panel title="Incidents" actions={<a class="link" href="/incidents">All incidents</a>}>
          <Loaded of={incidents} what="Incidents" rows={5}>
            {(list) => list.rows.length > 0
              ? <Table caption="Newest incidents" columns={incidentColumns} rows={list.rows.map((row) => row.value)} id={(one) => one.id} href={(one) => `/incidents/${one.id}`} testid="incident-row" />
              : <Empty>No incident yet. One opens when a delivery of a <a class="link" href="/sources">source</a> fits a <a class="link" href="/workflows">workflow</a>.</Empty>}
          </Loaded>
        </Panel>
        <Modules />
      </div>
    </>
  )
}
