/** One row per thing, time to the right. Canvas draws bars; labels, axis, now line and tooltip are DOM. */
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Incident, Timeline as Data } from '../api/types.ts'
import { clock } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { location, navigate, setQuery, withQuery } from '../lib/router.ts'
import { colour, theme } from '../lib/theme.ts'
import { serverNow, tick } from '../lib/time.ts'
import { fit, follow, pan, readWindow, tickLabel, ticks, tickStep, toTime, toX, writeWindow, zoom, type Window } from '../timeline/axis.ts'
import { describe } from '../timeline/describe.ts'
import { useGestures } from '../timeline/gestures.ts'
import { useSize, useSlice } from '../timeline/measure.ts'
import { placeNotes } from '../timeline/notes.ts'
import { paint, type Palette, type Placed } from '../timeline/paint.ts'
import { bounds, timelineRows, type Choices } from '../timeline/rows.ts'
import { HEIGHT, type Row } from '../timeline/shapes.ts'
import { Legend, ReaderTable, RowLabel } from './TimelineParts.tsx'
import '../styles/timeline.css'

interface Props {
  incident: Incident
  timeline: Data
  /** Stage names of the workflow, in its order. */
  planned: string[]
}

function readPalette(): Palette {
  return {
    run: colour('run'), done: colour('done'), wait: colour('wait'), high: colour('high'),
    text: colour('text'), text2: colour('text-2'), panel: colour('panel'),
  }
}

interface Tip {
  x: number
  y: number
  text: string
}

export function Timeline({ incident, timeline, planned }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width: whole, unit } = useSize(root)
  const live = !['complete', 'cancelled', 'error', 'archived'].includes(incident.state)
  const [moment, setMoment] = useState(serverNow)
  const now = Math.max(moment, tick.value)
  const label = (whole / unit < 560 ? 104 : 184) * unit
  const width = Math.max(1, whole - label)

  // The window: everything, a sliding span, or where a person left it.
  const free = useSignal<Window | null>(readWindow(location.value.query.get('t')))
  const sliding = useSignal(false)
  const extent = bounds(timeline, now, live)
  const window_ = free.value
    ? sliding.value ? follow(free.value, Math.floor(now / 1000) * 1000) : free.value
    : fit(extent.first, extent.last, live)
  const change = (next: Window) => {
    sliding.value = false
    free.value = next
  }
  useEffect(() => {
    const timer = setTimeout(() => setQuery({ t: free.value && !sliding.value ? writeWindow(free.value) : null }), 400)
    return () => clearTimeout(timer)
  }, [free.value, sliding.value])

  const opened = useSignal<ReadonlyMap<string, boolean>>(new Map())
  const unfolded = useSignal<ReadonlySet<string>>(new Set())
  const selected = location.value.query.get('show')
  const choices: Choices = { open: opened.value, unfolded: unfolded.value, selected }
  const rows = useMemo(
    () => timelineRows(timeline, incident, planned, choices),
    [timeline, incident, planned.join(' '), opened.value, unfolded.value, selected],
  )
  const { placed, height } = useMemo(() => {
    let y = 0
    const list: Placed[] = rows.map((row) => {
      const one = { row, y, height: HEIGHT[row.kind] * unit }
      y += one.height
      return one
    })
    return { placed: list, height: y }
  }, [rows, unit])

  const body = useRef<HTMLDivElement>(null)
  const slice = useSlice(body, height)
  const shown = placed.filter((one) => one.y + one.height >= slice.top && one.y <= slice.bottom)

  const palette = useMemo(readPalette, [theme.value])
  const draw = () => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || whole === 0) return
    const ratio = window.devicePixelRatio || 1
    const tall = slice.bottom - slice.top
    const wide = Math.round(width * ratio)
    if (element.width !== wide || element.height !== Math.round(tall * ratio)) {
      element.width = wide
      element.height = Math.round(tall * ratio)
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, tall)
    paint(context, shown, { window: window_, width, now, unit, offsetY: slice.top }, palette)
  }
  useLayoutEffect(draw)
  // Bars, labels and the now line share one moment, taken about once a pixel; at a second or slower the shared tick is enough.
  const period = Math.round(Math.min(1000, Math.max(100, (window_.to - window_.from) / width)) / 50) * 50
  useEffect(() => {
    if (!live || period >= 1000 || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const timer = setInterval(() => !document.hidden && setMoment(serverNow()), period)
    return () => clearInterval(timer)
  }, [live, period])

  const tracks = useRef({ window: window_, width, left: label })
  tracks.current = { window: window_, width, left: label }
  useGestures(root, tracks, change)

  const [tip, setTip] = useState<Tip | null>(null)
  const [focus, setFocus] = useState(0)
  const reachable = placed.filter((one) => one.row.kind !== 'head')
  const focused = reachable[Math.min(focus, reachable.length - 1)]?.row.key

  const open = (row: Row) => {
    if (row.group) opened.value = new Map(opened.value).set(row.group, !row.open)
    else if (row.kind === 'fold') unfolded.value = new Set(unfolded.value).add(row.key)
    else if (row.kind === 'member') setQuery({ show: row.key }, { replace: false })
    else if (row.key === 'datasets') navigate(`/data?incident_id=${incident.id}`)
    else if (row.key === 'deliveries') navigate(`/sources?incident_id=${incident.id}`)
  }
  const middle = (window_.from + window_.to) / 2
  const showAll = () => {
    free.value = null
    sliding.value = false
  }
  const followNow = () => {
    free.value = window_
    sliding.value = true
  }
  const jump = (step: 1 | -1) => {
    const row = reachable.find((one) => one.row.key === focused)?.row
    const times = row ? [...row.segments.map((one) => one.from), ...row.points.map((one) => one.at)].toSorted((a, b) => a - b) : []
    const next = step > 0 ? times.find((at) => at > middle + 1) : times.findLast((at) => at < middle - 1)
    if (next !== undefined) change({ from: next - (middle - window_.from), to: next + (middle - window_.from) })
  }
  const group = 'Timeline'
  const keys: [string, string, () => void][] = [
    ['+', 'Zoom in', () => change(zoom(window_, live ? now : middle, 1 / 1.5))],
    ['-', 'Zoom out', () => change(zoom(window_, live ? now : middle, 1.5))],
    ['f', 'Show all of it', showAll],
    ['0', 'Follow now', followNow],
    ['[', 'Previous event of the row', () => jump(-1)],
    [']', 'Next event of the row', () => jump(1)],
    ['ArrowLeft', 'Pan left', () => change(pan(window_, -0.1))],
    ['ArrowRight', 'Pan right', () => change(pan(window_, 0.1))],
  ]
  useKeys(keys.map(([key, text, run]) => ({ keys: key, label: text, group, run })))

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      const next = Math.max(0, Math.min(reachable.length - 1, focus + step))
      setFocus(next)
      root.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(reachable[next]!.row.key)}"] [role=gridcell]`)?.focus()
    } else if (event.key === 'Enter' || event.key === ' ') {
      const row = reachable.find((one) => one.row.key === focused)?.row
      if (row) {
        event.preventDefault()
        open(row)
      }
    } else if (event.key === 'Escape') setTip(null)
  }

  const hover = (event: PointerEvent) => {
    const box = body.current!.getBoundingClientRect()
    const x = event.clientX - box.left - label
    const y = event.clientY - box.top
    const found = shown.find((one) => y >= one.y && y < one.y + one.height)
    const text = found && x >= 0 ? describe(found.row, toTime(window_, width)(x), (3 * (window_.to - window_.from)) / width) : null
    setTip(text ? { x: event.clientX + 12, y: event.clientY + 16, text } : null)
  }

  const x = toX(window_, width)
  const nowX = now >= window_.from && now <= window_.to && (live || now < extent.last) ? x(now) : null
  const step = tickStep(window_, width, 64 * unit)
  return (
    <>
      <div
        class="timeline"
        ref={root}
        role="grid"
        aria-label={`Timeline of ${incident.name}`}
        aria-rowcount={rows.length}
        style={{ '--label': `${label}px` }}
        onKeyDown={onKeyDown}
        onPointerMove={hover}
        onPointerLeave={() => setTip(null)}
        data-testid="timeline"
      >
        <div class="timeline-axis" role="presentation" aria-hidden="true">
          {ticks(window_, step).filter((at) => x(at) > 16 * unit && x(at) < width - 16 * unit && (nowX === null || Math.abs(x(at) - nowX) > 52 * unit)).map((at) => (
            <span key={at} style={{ left: `${x(at)}px` }}>{tickLabel(at, step)}</span>
          ))}
          {nowX !== null && <span class="timeline-plate" style={{ left: `${Math.max(30 * unit, Math.min(width - 30 * unit, nowX))}px` }}>{clock(now)}</span>}
        </div>
        <div class="timeline-body" ref={body} role="rowgroup" style={{ height: `${height}px` }}>
          <div class="timeline-field" role="presentation" aria-hidden="true">
            {ticks(window_, step).map((at) => <i key={at} style={{ left: `${x(at)}px` }} />)}
            {nowX !== null && <i class="timeline-future" style={{ left: `${nowX}px` }} />}
          </div>
          {shown.map(({ row, y }) => (
            <div
              key={row.key}
              class={`timeline-row ${row.kind} ${row.line ? 'ruled' : ''}`}
              role="row"
              aria-rowindex={rows.indexOf(row) + 1}
              style={{ transform: `translateY(${y}px)` }}
              data-testid="timeline-row"
              data-key={row.key}
              data-name={row.label}
              data-state={row.look?.word}
              data-selected={row.key === selected || undefined}
              onClick={() => open(row)}
            >
              <RowLabel
                row={row}
                tabIndex={row.key === focused ? 0 : -1}
                onFocus={(event) => {
                  const at = reachable.findIndex((one) => one.row.key === row.key)
                  if (at >= 0) setFocus(at)
                  const cell = event.currentTarget
                  if (!cell.matches(':focus-visible')) return
                  const box = cell.getBoundingClientRect()
                  setTip({ x: box.right + 8, y: box.bottom + 4, text: row.sentence })
                }}
                onBlur={() => setTip(null)}
              />
              <div class="timeline-track" role="presentation">
                {placeNotes(row, x, width, nowX, unit).map((note, index) => (
                  <span key={index} class={`timeline-note ${note.tone}`} style={{ left: `${note.x}px`, maxWidth: `${note.room}px` }}>
                    {note.text}
                  </span>
                ))}
              </div>
            </div>
          ))}
          <canvas ref={canvas} class="timeline-canvas" aria-hidden="true" style={{ top: `${slice.top}px`, width: `${width}px`, height: `${slice.bottom - slice.top}px` }} />
          {nowX !== null && <div class="timeline-now" role="presentation" aria-hidden="true"><i style={{ left: `${nowX}px` }} /></div>}
        </div>
      </div>
      <Legend rows={rows} detached={free.value !== null && !sliding.value} onFit={showAll} onFollow={live ? followNow : null} />
      <ReaderTable rows={rows} name={incident.name} more={withQuery({ view: 'table', show: null })} />
      {tip && <div class="tooltip" style={{ left: `${Math.min(tip.x, window.innerWidth - 336)}px`, top: `${Math.min(tip.y, window.innerHeight - 60)}px` }}>{tip.text}</div>}
    </>
  )
}
