import { useEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem as Failure } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import type { Simulation } from '../api/types.ts'
import { useDocument, useRecord } from '../live/store.ts'
import { bytes, clock, counted, duration, moment, NOT_KNOWN, percent } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { Button } from '../ui/Button.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem, Skeleton } from '../ui/Empty.tsx'
import { State } from '../ui/State.tsx'
import { isOver } from '../timeline/segments.ts'
import { toast } from '../ui/Toast.tsx'
import { Waiting } from '../ui/Waiting.tsx'

const TAIL_BYTES = 16384
const KEPT_CHARACTERS = 200_000

/** What a simulation writes, as it is written; its end when it has ended. */
function Tail({ id, stream, live }: { id: string; stream: 'stdout' | 'stderr'; live: boolean }) {
  const [text, setText] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const box = useRef<HTMLPreElement>(null)
  useEffect(() => {
    let shown = true
    const show = (change: (before: string) => string) => {
      if (!shown) return
      const atEnd = !box.current || box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < 24
      setText((before) => change(before ?? '').slice(-KEPT_CHARACTERS))
      if (atEnd) requestAnimationFrame(() => box.current?.scrollTo(0, box.current.scrollHeight))
    }
    const read = async () => {
      try {
        const found = await api.text(`/simulations/${id}/output`, { stream, tail_bytes: TAIL_BYTES })
        show(() => found)
      } catch (error) {
        if (shown) setProblem((error as Failure).message)
      }
    }
    if (!live) {
      void read()
      return () => { shown = false }
    }
    const source = new EventSource(`/api/v1/simulations/${id}/output/stream?stream=${stream}&tail_bytes=${TAIL_BYTES}`)
    source.addEventListener('hello', () => show(() => ''))
    source.addEventListener('output', (event) => show((before) => before + (JSON.parse((event as MessageEvent<string>).data) as { text: string }).text))
    source.addEventListener('trouble', (event) => { if (shown) setProblem((JSON.parse((event as MessageEvent<string>).data) as { text: string | null }).text) })
    source.addEventListener('end', () => source.close())
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) void read() }
    return () => {
      shown = false
      source.close()
    }
  }, [id, stream, live])
  if (text === null) return <p class="drawer-section t2">{problem ?? '\u00a0'}</p>
  return text === '' ? <p class="drawer-section t2">It has written nothing here.</p> : <pre class="tail" ref={box} tabIndex={0} role="region" aria-label={stream} data-testid={stream}>{text}</pre>
}

/** What the run's own tools told of its performance; nothing where they told nothing. */
function Figures({ id }: { id: string }) {
  const told = useDocument<components['schemas']['FiguresView']>(`/simulations/${id}/figures`, [id]).data.value?.figures ?? {}
  return (
    <>
      {Object.entries(told).map(([kind, figures]) => (
        <div class="drawer-section" key={kind}>
          <h3>Figures: {kind}</h3>
          {Object.entries(figures).map(([name, value]) => <KeyValue key={name} label={name}>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</KeyValue>)}
        </div>
      ))}
    </>
  )
}

function command(value: Simulation['command']): string | null {
  return value === null ? null : Array.isArray(value) ? value.join(' ') : value
}

function Body({ simulation }: { simulation: Simulation }) {
  const [stream, setStream] = useState<'stdout' | 'stderr'>(simulation.state === 'failed' ? 'stderr' : 'stdout')
  const now = tick.value
  const over = isOver(simulation.state)
  const seconds = simulation.seconds ?? (simulation.started_at && !over ? Math.floor((now - Date.parse(simulation.started_at)) / 1000) : null)
  const { resources, usage, placement, performance } = simulation
  const line = command(simulation.command)
  const cancel = async () => {
    await api.post(`/simulations/${simulation.id}/cancellation`)
    toast(`Cancelling ${simulation.name}`)
  }
  const release = async () => {
    await api.post(`/simulations/${simulation.id}/submission`)
    toast(`Submitting ${simulation.name}`)
  }
  const refresh = async () => {
    await api.post(`/simulations/${simulation.id}/refresh`)
    toast(`${simulation.machine} was asked`)
  }
  const rerun = async () => {
    await api.post(`/simulations/${simulation.id}/reruns`)
    toast(`${simulation.name} runs again`)
  }
  const resolve = async (became: 'lost' | 'repeat') => {
    await api.post(`/simulations/${simulation.id}/resolution`, { became })
    toast(became === 'repeat' ? `${simulation.name} runs again` : `${simulation.name} is taken for lost`)
  }
  return (
    <>
      <KeyValue label="State"><State kind="simulation" state={simulation.state} native={simulation.native_state} testid="simulation-state" /></KeyValue>
      {simulation.error && <KeyValue label="Error">{simulation.error}</KeyValue>}
      {simulation.exit_code !== null && <KeyValue label="Exit code">{simulation.exit_code}</KeyValue>}
      {simulation.waiting_on && <Waiting kind={simulation.waiting_on.kind} text={simulation.waiting_on.text} since={simulation.waiting_on.since} next={simulation.waiting_on.next_check_at} />}
      <KeyValue label="Machine">{simulation.machine ? <a class="link" href={`/machines#${simulation.machine}`}>{simulation.machine}</a> : 'not placed yet'}</KeyValue>
      {simulation.native_id && <KeyValue label="Batch id"><Copy value={simulation.native_id} what="batch id" /></KeyValue>}
      <KeyValue label="Created">{moment(simulation.created_at, now)}</KeyValue>
      <KeyValue label="Waited">{simulation.queued_at && simulation.started_at ? duration((Date.parse(simulation.started_at) - Date.parse(simulation.queued_at)) / 1000) : NOT_KNOWN}</KeyValue>
      <KeyValue label={over ? 'Ran' : 'Running for'}>{duration(seconds)}{simulation.finished_at && `, to ${clock(simulation.finished_at)}`}</KeyValue>
      {simulation.called_at && <KeyValue label="Called back">{simulation.called_state === 'ended' ? 'that it ended' : 'that it began'}, {clock(simulation.called_at)}</KeyValue>}
      {resources && (
        <KeyValue label="Asked for">
          {[resources.cores && counted(resources.cores, 'core'), resources.memory_bytes && bytes(resources.memory_bytes), resources.walltime_seconds && duration(resources.walltime_seconds)].filter(Boolean).join(', ') || NOT_KNOWN}
        </KeyValue>
      )}
      <KeyValue label="Used">
        {usage ? [usage.cpu_seconds != null && `${duration(usage.cpu_seconds)} of CPU`, usage.max_rss_bytes > 0 && `${bytes(usage.max_rss_bytes)} at most`].filter(Boolean).join(', ') : NOT_KNOWN}
      </KeyValue>
      {performance?.cpu_efficiency != null && (
        <KeyValue label="Of what it asked for">
          {[`${percent(performance.cpu_efficiency, 1)} of its cores`, performance.memory_efficiency != null && `${percent(performance.memory_efficiency, 1)} of its memory`].filter(Boolean).join(', ')}
        </KeyValue>
      )}
      {simulation.application && <KeyValue label="Application">{simulation.application}</KeyValue>}
      {placement?.rung && <KeyValue label="Climbed to">{placement.rung.kind}, {placement.rung.core_hours} core-hours at most</KeyValue>}
      {placement?.rung && placement.rung.victim_count > 0 && (
        <KeyValue label="Stops">
          {placement.rung.victims.length ? placement.rung.victims.map((one) => `${one.native_id} of ${one.user ?? 'somebody'}`).join(', ') : counted(placement.rung.victim_count, 'job')}
        </KeyValue>
      )}
      {simulation.deadline_at && <KeyValue label="Needed by">{moment(simulation.deadline_at, now)}</KeyValue>}
      {simulation.directory && <KeyValue label="Directory"><Copy value={simulation.directory} what="directory" /></KeyValue>}
      {simulation.incident_id && <KeyValue label="Incident"><a class="link" href={`/incidents/${simulation.incident_id}`}>Open</a></KeyValue>}
      <KeyValue label="Data"><a class="link" href={`/data?simulation_id=${simulation.id}`}>Data sets of it</a></KeyValue>
      <KeyValue label="Log"><a class="link" href={`/logs?object_id=${simulation.id}`}>Records about it</a></KeyValue>
      <KeyValue label="Id"><Copy value={simulation.id} what="id" /></KeyValue>
      {placement && placement.reasons.length > 0 && (
        <div class="drawer-section">
          <h3>Why {placement.machine ?? 'not placed'}</h3>
          <ul class="sm t2">{placement.reasons.map((reason, index) => <li key={index}>{typeof reason === 'string' ? reason : JSON.stringify(reason)}</li>)}</ul>
        </div>
      )}
      <Figures id={simulation.id} />
      {line && <div class="drawer-section"><h3>Command</h3><code class="mono t2">{line}</code></div>}
      <div class="drawer-section">
        <span class="segments" role="group" aria-label="Output">
          {(['stdout', 'stderr'] as const).map((one) => <button type="button" key={one} aria-pressed={stream === one} onClick={() => setStream(one)}>{one}</button>)}
        </span>
      </div>
      <Tail key={stream} id={simulation.id} stream={stream} live={!over} />
      {allowed('operator') && (
        <div class="drawer-section">
          {simulation.state === 'prepared' && <Button run={release} testid="release-simulation">Submit</Button>}
          {simulation.state === 'unknown' && <Button run={() => resolve('repeat')} testid="repeat-simulation">It is gone: run it again</Button>}
          {simulation.state === 'unknown' && <Button run={() => resolve('lost')} testid="lost-simulation">It is lost</Button>}
          {['queued', 'running', 'unknown'].includes(simulation.state) && <Button run={refresh} testid="refresh-simulation">Ask the machine now</Button>}
          {over && <Button run={rerun} testid="rerun-simulation">Run again</Button>}
          {!over && <Button run={cancel} testid="cancel-simulation">Cancel simulation</Button>}
        </div>
      )}
    </>
  )
}

/** One simulation: where it ran and why, what it used, what it wrote. */
export function SimulationDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const request = useRecord<Simulation>(`/simulations/${id}`, id)
  const simulation = request.data.value?.value
  return (
    <Dialog as="drawer" title={simulation?.name ?? 'Simulation'} onClose={onClose} testid="simulation-drawer">
      {request.error.value && <Problem of={request.error.value} what="The simulation" retry={request.refresh} />}
      {simulation ? <Body key={simulation.id} simulation={simulation} /> : !request.error.value && <Skeleton rows={8} what="the simulation" />}
    </Dialog>
  )
}
