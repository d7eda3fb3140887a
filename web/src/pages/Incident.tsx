import { useState } from 'preact/hooks'
import { href } from '../api/client.ts'
import type { Incident, Page, Timeline as TimelineData, Workflow, Event } from '../api/types.ts'
import { events as liveEvents, recordOf, timelinePath, useDocument, useRecord } from '../live/store.ts'
import { mergeEvents } from '../live/reduce.ts'
import { ago, bytes, clock, count, counted, day, duration, moment, NOT_KNOWN, percent, roughly } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { location, setQuery } from '../lib/router.ts'
import { tick } from '../lib/time.ts'
import { Button } from '../ui/Button.tsx'
import { Copy } from '../ui/KeyValue.tsx'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { EventList } from '../ui/EventList.tsx'
import { Fact, Facts } from '../ui/Fact.tsx'
import { Graph } from '../ui/Graph.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { lookOf } from '../ui/states.ts'
import { Timeline } from '../ui/Timeline.tsx'
import { toast } from '../ui/Toast.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { CancelDialog } from './CancelDialog.tsx'
import { IncidentActions } from './IncidentActions.tsx'
import { ForecastFact } from './Predictions.tsx'
import { Questions } from './Questions.tsx'
import { ShareButton } from './ShareButton.tsx'
import { IncidentTable } from './IncidentTable.tsx'
import { ended, ResultMap, Results, resultsOf } from './Results.tsx'
import { SimulationDrawer } from './SimulationDrawer.tsx'

const VIEWS = ['timeline', 'graph', 'table'] as const

function Head({ incident, timeline, workflow, onCancel }: { incident: Incident; timeline: TimelineData | undefined; workflow: Workflow | undefined; onCancel: () => void }) {
  const now = tick.value
  const item = incident.source_item
  return (
    <div class="page-head">
      <div>
        <h1>{incident.name}</h1>
        <div class="subline">
          <State kind="incident" state={incident.state} strong testid="incident-state" />
          <span>
            opened <b class="b">{moment(incident.opened_at, now)}</b>, {ago(incident.opened_at, now)}
            {incident.finished_at && <>, finished <b class="b">{moment(incident.finished_at, now)}</b></>}
          </span>
          {incident.exercise && <span>exercise</span>}
          {incident.urgency !== 'normal' && <span>{incident.urgency} urgency</span>}
          {incident.rerun_of && <a class="link" href={`/incidents/${incident.rerun_of}`}>run again of an earlier one</a>}
          <a class="link" href={`/workflows#${incident.workflow}`}>{incident.workflow} <span class="mono">{incident.workflow_version.slice(0, 7)}</span></a>
          {item && (item.url && /^https?:/.test(item.url)
            ? <a class="link" href={item.url} target="_blank" rel="noreferrer noopener">{item.source_name} {item.item_key}</a>
            : <a class="link" href={`/sources?incident_id=${incident.id}`}>{item.source_name} {item.item_key}</a>)}
          <Copy value={incident.id} what="id" />
        </div>
        {incident.comment && <p class="t2 prose">{incident.comment}</p>}
      </div>
      <div class="page-actions">
        <Button class="quiet wide" run={() => navigator.clipboard.writeText(window.location.href).then(() => toast('Link copied'))}>Copy link</Button>
        <ShareButton id={incident.id} name={incident.name} />
        <IncidentActions incident={incident} timeline={timeline} workflow={workflow} onCancel={onCancel} />
      </div>
    </div>
  )
}

function TimeFact({ incident }: { incident: Incident }) {
  const now = tick.value
  if (incident.finished_at) {
    const took = (Date.parse(incident.finished_at) - Date.parse(incident.activated_at ?? incident.opened_at)) / 1000
    return <Fact label="Took" value={duration(took)} detail={`finished ${clock(incident.finished_at)} UTC`} />
  }
  if (incident.deadline_at) {
    const left = (Date.parse(incident.deadline_at) - now) / 1000
    return <Fact label="Deadline" value={Math.abs(left) < 43_200 ? clock(incident.deadline_at) : `${day(incident.deadline_at, now)}, ${clock(incident.deadline_at, false)}`} unit="UTC" detail={left > 0 ? `in ${duration(left)}` : <span class="high">{duration(-left)} late</span>} />
  }
  return <Fact label="Running for" value={duration(Math.floor((now - Date.parse(incident.activated_at ?? incident.opened_at)) / 1000))} detail="no deadline" />
}

function IncidentFacts({ incident, timeline, planned }: { incident: Incident; timeline: TimelineData | undefined; planned: string[] }) {
  const lost = timeline?.simulations.filter((one) => one.state === 'lost').length ?? 0
  const stage = timeline?.stages.findLast((one) => one.name === incident.stage)
  const over = ended(incident)
  // Runs are counted by the server; people think in the workflow's stages.
  const done = timeline && planned.length > 0 ? planned.filter((name) => timeline.stages.findLast((one) => one.name === name)?.state === 'succeeded').length : incident.stages_done
  const attempts = stage && stage.attempts > 1 ? `attempt ${stage.attempts}` : 'first attempt'
  const wrong = [
    incident.simulations_failed > 0 && counted(incident.simulations_failed, 'failed', 'failed'),
    lost > 0 && counted(lost, 'not known', 'not known'),
  ].filter(Boolean).join(', ')
  const published = resultsOf(timeline).length
  const table = `?view=table`
  return (
    <Facts label="Figures">
      <Fact
        label="Stage"
        value={incident.stage ?? (over ? 'none open' : NOT_KNOWN)}
        unknown={!incident.stage}
        href={incident.stage ? table : undefined}
        detail={`${count(done)} of ${count(planned.length || incident.stage_count)} done${stage && !over ? `, ${attempts}` : ''}`}
      />
      <Fact
        label="Simulations"
        value={count(incident.simulations_done)}
        unit={`of ${count(incident.simulation_count)} done`}
        href={`/simulations?incident_id=${incident.id}`}
        detail={
          <>
            {incident.simulations_running > 0 ? `${count(incident.simulations_running)} running` : incident.simulation_count > 0 ? percent(incident.simulations_done, incident.simulation_count) : over ? 'none' : 'none yet'}
            {wrong && <>, <span class="high">{wrong}</span></>}
          </>
        }
      />
      <Fact
        label={incident.headline?.label ?? 'Result'}
        value={incident.headline?.value ?? (over && timeline && published === 0 ? 'none' : NOT_KNOWN)}
        unknown={!incident.headline}
        detail={incident.headline?.detail ?? undefined}
      />
      <TimeFact incident={incident} />
      {!over && <ForecastFact incident={incident} />}
      <Fact label="Data sets" value={count(incident.dataset_count)} href={`/data?incident_id=${incident.id}`} detail={incident.dataset_count > 0 ? bytes(incident.dataset_bytes) : over ? 'none' : 'none yet'} />
      {incident.first_result_seconds !== null && published > 0 && <Fact label="First result after" value={duration(incident.first_result_seconds)} detail="from delivery to data set" />}
    </Facts>
  )
}

/** "member 17, member 18 and 3 more". */
function together(names: string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${count(names.length - 2)} more`
}

function Waits({ incident, timeline }: { incident: Incident; timeline: TimelineData | undefined }) {
  const waits = incident.waits ?? []
  const states = new Map(timeline?.simulations.map((one) => [one.id, one.state]))
  const groups = [...Map.groupBy(waits, (wait) => `${wait.kind} ${wait.text} ${states.get(wait.subject_id)}`).values()]
  const own = incident.waiting_on
  if (ended(incident)) return null
  return (
    <Panel title="Waiting on" class="phone-first" testid="waiting-on">
      {groups.slice(0, 8).map(([wait, ...same]) => (
        <Waiting
          key={`${wait!.subject_id} ${wait!.kind}`}
          kind={wait!.kind}
          look={states.has(wait!.subject_id) ? lookOf('simulation', states.get(wait!.subject_id)!) : undefined}
          subject={wait!.subject_id === incident.id ? undefined : together([wait!, ...same].map((one) => one.subject))}
          text={wait!.text}
          since={wait!.since}
          next={same.length === 0 ? wait!.next_check_at : null}
          action={
            wait!.subject_id.startsWith('sim_')
              ? <a class="link sm" href={same.length > 0 ? `/simulations?incident_id=${incident.id}` : `?show=${wait!.subject_id}`}>{same.length > 0 ? 'List' : 'Log'}</a>
              : undefined
          }
        />
      ))}
      {groups.length > 8 && <div class="table-more t2">and {counted(groups.length - 8, 'more wait')}</div>}
      {waits.length === 0 && (own
        ? <Waiting kind={own.kind} text={own.text} since={own.since} next={own.next_check_at} />
        : <Empty>Nothing is waited for.</Empty>)}
    </Panel>
  )
}

function Stages({ incident, timeline, workflow }: { incident: Incident; timeline: TimelineData; workflow: Workflow | undefined }) {
  const stages = workflow?.stages ?? [...new Set(timeline.stages.map((one) => one.name))].map((name) => ({ name, sends: [] }))
  switch (location.value.query.get('view')) {
    case 'graph':
      return (
        <>
          <Graph stages={stages} timeline={timeline} name={incident.name} />
          <p class="table-more t2">
            As a file: <a class="link" href={href(`/incidents/${incident.id}/graph`, { format: 'svg' })} target="_blank" rel="noreferrer">SVG</a>{' '}
            <a class="link" href={href(`/incidents/${incident.id}/graph`, { format: 'dot' })} download={`${incident.id}.dot`}>DOT</a>{' '}
            <a class="link" href={href(`/incidents/${incident.id}/graph`)} target="_blank" rel="noreferrer">JSON</a>
          </p>
        </>
      )
    case 'table':
      return <IncidentTable timeline={timeline} />
    default:
      return <Timeline incident={incident} timeline={timeline} planned={stages.map((stage) => stage.name)} />
  }
}

function IncidentEvents({ id, limit }: { id: string; limit?: number }) {
  const history = useDocument<Page<Event>>(`/events?incident_id=${id}&limit=200`, [])
  const events = mergeEvents(history.data.value?.items ?? [], liveEvents.value.filter((event) => event.incident_id === id).toReversed())
  return <EventList events={events} all={`/logs?tab=events&incident_id=${id}`} log={`/logs?object_id=${id}`} problem={history.error.value} retry={history.refresh} limit={limit} />
}

/** How long it has run, roughly. */
function Span({ incident }: { incident: Incident }) {
  const end = incident.finished_at ? Date.parse(incident.finished_at) : tick.value
  return <>{roughly((end - Date.parse(incident.opened_at)) / 1000)}</>
}

export default function IncidentPage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id!
  const request = useRecord<Incident>(`/incidents/${id}`, id)
  const workflows = useDocument<Page<Workflow>>('/workflows', ['workflows'])
  const [cancelling, setCancelling] = useState(false)
  const incident = request.data.value?.value
  // An id that nothing has is asked for once: a list that showed the incident, or its own answer, says that it exists.
  const timeline = useDocument<TimelineData>(incident || recordOf(id) ? timelinePath(id) : null, [`timeline:${id}`])
  useTitle(incident?.name ?? 'Incident', true)
  usePageCall(`/incidents/${id}`)
  const view = location.value.query.get('view') ?? 'timeline'
  useKeys([{ keys: 't', label: 'Timeline or table', group: 'Timeline', run: () => setQuery({ view: location.value.query.get('view') === 'table' ? null : 'table' }) }])

  if (!incident) {
    return (
      <section class="panel">
        <h1 class="away">Incident</h1>
        {request.error.value?.status === 404 ? (
          <Empty>
            <p>No incident has this id.</p>
            <p><a class="link" href="/incidents">All incidents</a></p>
          </Empty>
        ) : request.error.value ? (
          <Problem of={request.error.value} what="The incident" retry={request.refresh} />
        ) : (
          <Skeleton rows={8} what="the incident" />
        )}
      </section>
    )
  }
  const data = timeline.data.value
  const workflow = workflows.data.value?.items.find((one) => one.name === incident.workflow)
  const show = location.value.query.get('show')
  return (
    <>
      <Head incident={incident} timeline={data} workflow={workflow} onCancel={() => setCancelling(true)} />
      <IncidentFacts incident={incident} timeline={data} planned={workflow?.stages.map((one) => one.name) ?? []} />
      <div class="columns" data-third>
        <div class="stack">
          <Panel
            title="Timeline"
            count={<Span incident={incident} />}
            testid="timeline-panel"
            actions={
              <>
                {view === 'timeline' && <span class="wide keys-hint">keys <kbd>←</kbd> <kbd>→</kbd> pan <kbd>+</kbd> <kbd>−</kbd> zoom <kbd>F</kbd> fit</span>}
                <span class="segments" role="group" aria-label="View">
                  {VIEWS.map((one) => (
                    <button type="button" key={one} aria-pressed={view === one} onClick={() => setQuery({ view: one === 'timeline' ? null : one })}>
                      {one[0]!.toUpperCase() + one.slice(1)}
                    </button>
                  ))}
                </span>
              </>
            }
          >
            {timeline.error.value && <Problem of={timeline.error.value} what="The timeline" retry={timeline.refresh} />}
            {data ? <Stages incident={incident} timeline={data} workflow={workflow} /> : !timeline.error.value && <Skeleton rows={8} what="the timeline" />}
          </Panel>
          <div class="events-below">
            <IncidentEvents id={id} />
          </div>
        </div>
        <div class="stack phone-order">
          <Questions incident={incident} />
          <ResultMap incident={incident} timeline={data} />
          <Waits incident={incident} timeline={data} />
          <Results incident={incident} timeline={data} />
        </div>
        <div class="events-third">
          <IncidentEvents id={id} limit={60} />
        </div>
      </div>
      {cancelling && <CancelDialog incident={incident} onClose={() => setCancelling(false)} />}
      {show?.startsWith('sim_') && <SimulationDrawer id={show} onClose={() => setQuery({ show: null }, { replace: false })} />}
    </>
  )
}
