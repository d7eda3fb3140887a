/** Draws visible rows on the canvas. All colours come in as a palette read from the tokens. */
import { toX, type Window } from './axis.ts'
import type { Point, Row, Segment } from './shapes.ts'

export interface Palette {
  run: string
  done: string
  wait: string
  high: string
  text: string
  text2: string
  panel: string
}

export interface Placed {
  row: Row
  /** Top and height in pixels. */
  y: number
  height: number
}

export interface View {
  window: Window
  width: number
  now: number
  /** Pixels per design pixel. */
  unit: number
  offsetY: number
}

export function paint(context: CanvasRenderingContext2D, rows: Placed[], view: View, palette: Palette): void {
  const x = toX(view.window, view.width)
  for (const placed of rows) {
    const middle = placed.y - view.offsetY + placed.height / 2
    if (placed.row.area) area(context, placed, x, view, palette)
    placed.row.lanes?.forEach((lane, index, all) => {
      const thick = 2 * view.unit
      const gap = all.length > 4 ? view.unit * 0.8 : view.unit
      const top = middle - ((thick + gap) * all.length - gap) / 2 + index * (thick + gap)
      for (const one of lane) strip(context, one, x, view, palette, top, thick)
    })
    bars(context, placed, middle, x, view, palette)
    points(context, placed.row.points, middle, x, view, palette)
  }
}

function bars(context: CanvasRenderingContext2D, placed: Placed, middle: number, x: (at: number) => number, view: View, palette: Palette): void {
  const thick = (placed.row.kind === 'member' ? 9 : 12) * view.unit
  const thin = 5 * view.unit
  for (const one of placed.row.segments) {
    const left = x(one.from)
    const right = x(one.to ?? view.now)
    if (right < -8 || left > view.width + 8) continue
    const width = Math.max(one.fill === 'staging' || one.fill === 'waiting' ? 1 : 3 * view.unit, right - left)
    const height = one.fill === 'staging' || one.fill === 'waiting' ? thin : thick
    box(context, one, left, middle - height / 2, width, height, view, palette)
    if (one.end) mark(context, one.end, Math.max(right, left + width), middle, view, palette)
  }
}

function box(context: CanvasRenderingContext2D, one: Segment, left: number, top: number, width: number, height: number, view: View, palette: Palette): void {
  const radius = Math.min(2 * view.unit, width / 2)
  switch (one.fill) {
    case 'running':
      context.fillStyle = palette.run
      context.beginPath()
      context.roundRect(left, top, width, height, one.to === null ? [radius, 0, 0, radius] : radius)
      context.fill()
      break
    case 'finished':
      context.fillStyle = palette.done
      context.beginPath()
      context.roundRect(left, top, width, height, radius)
      context.fill()
      break
    case 'staging': {
      context.fillStyle = palette.wait
      const step = 4 * view.unit
      for (let at = left; at < left + width; at += step) context.fillRect(at, top, Math.min(2 * view.unit, left + width - at), height)
      break
    }
    case 'waiting':
    case 'paused':
      context.strokeStyle = palette.wait
      context.lineWidth = 1
      context.beginPath()
      context.roundRect(left + 0.5, top + 0.5, Math.max(1, width - 1), height - 1, radius)
      context.stroke()
      break
    case 'unknown': {
      context.save()
      context.beginPath()
      context.roundRect(left + 0.5, top + 0.5, Math.max(1, width - 1), height - 1, radius)
      context.strokeStyle = palette.high
      context.lineWidth = 1
      context.stroke()
      context.clip()
      context.lineWidth = 2 * view.unit
      context.globalAlpha = 0.75
      context.beginPath()
      const step = 8 * view.unit
      // Anchored to the time axis, so that the hatch does not crawl while the bar grows.
      for (let at = left - height; at < left + width + height; at += step) {
        context.moveTo(at, top + height)
        context.lineTo(at + height, top)
      }
      context.stroke()
      context.restore()
    }
  }
}

function strip(context: CanvasRenderingContext2D, one: Segment, x: (at: number) => number, view: View, palette: Palette, top: number, height: number): void {
  const left = x(one.from)
  const right = x(one.to ?? view.now)
  if (right < 0 || left > view.width) return
  context.fillStyle = one.fill === 'running' ? palette.run : one.fill === 'unknown' || one.end === 'cross' ? palette.high : palette.done
  context.fillRect(left, top, Math.max(1, right - left), height)
}

function mark(context: CanvasRenderingContext2D, end: 'cross' | 'slash', at: number, middle: number, view: View, palette: Palette): void {
  const reach = 3.2 * view.unit
  const draw = () => {
    context.beginPath()
    context.moveTo(at - reach, middle + reach)
    context.lineTo(at + reach, middle - reach)
    if (end === 'cross') {
      context.moveTo(at - reach, middle - reach)
      context.lineTo(at + reach, middle + reach)
    }
    context.stroke()
  }
  context.lineCap = 'round'
  context.strokeStyle = palette.panel
  context.lineWidth = 4.5 * view.unit
  draw()
  context.strokeStyle = palette.text
  context.lineWidth = 1.8 * view.unit
  draw()
  context.lineCap = 'butt'
}

function area(context: CanvasRenderingContext2D, placed: Placed, x: (at: number) => number, view: View, palette: Palette): void {
  const edges = placed.row.area!
  const most = edges.reduce((max, edge) => Math.max(max, edge.count), 0)
  if (most === 0) return
  const bottom = placed.y - view.offsetY + placed.height - 2 * view.unit
  const reach = placed.height - 6 * view.unit
  context.fillStyle = palette.done
  context.globalAlpha = 0.8
  context.beginPath()
  context.moveTo(x(edges[0]!.at), bottom)
  let level = bottom
  for (const edge of edges) {
    const at = x(edge.at)
    context.lineTo(at, level)
    level = bottom - (edge.count / most) * reach
    context.lineTo(at, level)
  }
  const end = edges.at(-1)!.count > 0 ? x(view.now) : x(edges.at(-1)!.at)
  context.lineTo(end, level)
  context.lineTo(end, bottom)
  context.fill()
  context.globalAlpha = 1
}

function points(context: CanvasRenderingContext2D, all: Point[], middle: number, x: (at: number) => number, view: View, palette: Palette): void {
  let lastX = -Infinity
  let lastShape = ''
  for (const one of all) {
    const at = x(one.at)
    if (at < -8 || at > view.width + 8) continue
    // Closer than 3 px they are one mark; an odd one out is still drawn.
    if (at - lastX < 3 && one.shape === lastShape) continue
    lastX = at
    lastShape = one.shape
    shape(context, one.shape, at, middle, view.unit, palette)
  }
}

function shape(context: CanvasRenderingContext2D, kind: Point['shape'], at: number, middle: number, unit: number, palette: Palette): void {
  const diamond = kind === 'diamond' || kind === 'hollow-diamond'
  if (kind === 'cross') {
    const reach = 4 * unit
    context.strokeStyle = palette.text
    context.lineWidth = 2.2 * unit
    context.beginPath()
    context.moveTo(at - reach, middle - reach)
    context.lineTo(at + reach, middle + reach)
    context.moveTo(at + reach, middle - reach)
    context.lineTo(at - reach, middle + reach)
    context.stroke()
    return
  }
  context.beginPath()
  if (diamond) {
    const reach = 6.2 * unit
    context.moveTo(at, middle - reach)
    context.lineTo(at + reach, middle)
    context.lineTo(at, middle + reach)
    context.lineTo(at - reach, middle)
    context.closePath()
  } else {
    const reach = 4.5 * unit
    context.roundRect(at - reach, middle - reach, reach * 2, reach * 2, unit)
  }
  if (kind === 'diamond' || kind === 'square') {
    context.fillStyle = palette.text2
    context.fill()
    // A hairline of the panel keeps neighbours apart.
    context.strokeStyle = palette.panel
    context.lineWidth = 1
    context.stroke()
  } else {
    context.fillStyle = palette.panel
    context.fill()
    context.strokeStyle = palette.wait
    context.lineWidth = 1.5 * unit
    context.stroke()
  }
}
