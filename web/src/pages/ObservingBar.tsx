import type { Signal } from '@preact/signals'
import { OBSERVER_MODES, type HistoryPoint } from '../api/types.ts'
import { ago, clock, counted, duration } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { observing, snapshot, start, stop, switchTo } from '../live/observation.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Spark, thinned } from '../ui/Spark.tsx'

const PERIODS = [1, 5, 15, 60]

function said(): string {
  const { state, latency, note, mode, period } = observing.value
  const nodes = snapshot.value?.nodes.filter((node) => node.state !== 'dead').length ?? 0
  if (state === 'starting') return 'Starting to observe'
  if (state === 'lost') return 'The stream is lost; trying again'
  if (state === 'off') return note ? `${note}. What is shown stands still.` : 'Not observing: what is shown stands still.'
  const how = mode === 'live' ? 'live' : mode === 'periodic' ? `every ${duration(period)}` : 'when asked'
  return `Observing ${counted(nodes, 'node')}, ${how}${latency !== null && mode !== 'manual' ? `, ${duration(latency / 1000)} old when sent` : ''}`
}

/** Start, stop and mode; below it the hour as a slider whose right end is now. */
export function ObservingBar({ points, at, onRefresh }: { points: HistoryPoint[]; at: Signal<number | null>; onRefresh: () => Promise<void> }) {
  const { state, mode, period, problem } = observing.value
  const on = state !== 'off'
  const index = at.value === null ? points.length : Math.max(0, points.findLastIndex((one) => Date.parse(one.at) <= at.value!))
  const shown = at.value === null ? null : points[index]
  const depths = thinned(points.map((point) => point.queues.reduce((sum, queue) => sum + queue.depth, 0)))
  return (
    <Panel
      title="Observer"
      count={<span role="status" data-testid="observing" data-state={state}>{said()}</span>}
      actions={on ? (
        <>
          <span class="segments" role="group" aria-label="Mode">
            {OBSERVER_MODES.map((one) => (
              <button type="button" key={one} aria-pressed={mode === one} onClick={() => void switchTo(one)}>{one}</button>
            ))}
          </span>
          {mode === 'periodic' && (
            <select aria-label="Period" value={String(period)} onChange={(event) => void switchTo('periodic', Number(event.currentTarget.value))}>
              {[...new Set([...PERIODS, period])].sort((a, b) => a - b).map((one) => <option key={one} value={String(one)}>{duration(one)}</option>)}
            </select>
          )}
          {mode === 'manual' && <Button class="small" run={onRefresh} testid="observer-refresh">Refresh</Button>}
          <Button class="small" run={stop} testid="stop-observing">Stop</Button>
        </>
      ) : (
        <>
          <Button class="small quiet" run={onRefresh} testid="observer-refresh">Refresh</Button>
          <Button class="small primary" run={() => void start()} testid="start-observing">Start observing</Button>
        </>
      )}
    >
      {problem && <Problem of={problem} what="Live nodes and queues" retry={() => void start()} />}
      <div class="time-slider">
        <Spark values={depths} label="Jobs queued over the last hour" />
        <input
          type="range"
          min={0}
          max={points.length}
          value={index}
          disabled={points.length === 0}
          aria-label="Moment of the last hour"
          aria-valuetext={shown ? clock(shown.at) : 'now'}
          data-testid="time-slider"
          onInput={(event) => {
            const next = points[Number(event.currentTarget.value)]
            at.value = next ? Date.parse(next.at) : null
          }}
        />
        <span class="nowrap sm t2">
          {shown ? <>{clock(shown.at)}, {ago(shown.at, tick.value)} <button type="button" class="link" onClick={() => (at.value = null)}>Now</button></> : points.length > 0 ? 'now' : 'no history yet'}
        </span>
      </div>
    </Panel>
  )
}
