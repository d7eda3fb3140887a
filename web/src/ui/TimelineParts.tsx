import type { Fill, Point, Row } from '../timeline/shapes.ts'
import { Glyph } from './Glyph.tsx'

interface LabelProps {
  row: Row
  tabIndex: number
  onFocus: (event: FocusEvent & { currentTarget: HTMLElement }) => void
  onBlur: () => void
}

export function RowLabel({ row, tabIndex, onFocus, onBlur }: LabelProps) {
  if (row.kind === 'head') return <div class="timeline-label" role="rowheader"><h3>{row.label}</h3></div>
  return (
    <div class="timeline-label" role="gridcell" tabIndex={tabIndex} aria-expanded={row.group ? row.open : undefined} onFocus={onFocus} onBlur={onBlur}>
      {row.group && <span class="timeline-caret t3" aria-hidden="true">{row.open ? '▾' : '▸'}</span>}
      {row.look && <Glyph name={row.look.glyph} tone={row.look.tone} />}
      <span class={`cut ${row.kind === 'fold' ? 't3' : ''}`}>
        {row.label}
        {row.sub && <span class="t3"> {row.sub}</span>}
      </span>
      {row.count && <span class={`timeline-count ${row.countTone ?? 't3'}`}>{row.count}</span>}
      <span class="away">: {row.sentence}</span>
    </div>
  )
}

const FILLS: [Fill, string][] = [
  ['staging', 'staging'],
  ['waiting', 'waiting'],
  ['running', 'running'],
  ['finished', 'finished'],
  ['unknown', 'not known'],
]
const SHAPES: [Point['shape'], string][] = [
  ['diamond', 'delivery'],
  ['hollow-diamond', 'not used'],
  ['square', 'data set'],
  ['hollow-square', 'not verified'],
]

interface LegendProps {
  rows: Row[]
  detached: boolean
  onFit: () => void
  onFollow: (() => void) | null
}

/** Only what the timeline shows now, and the way back when a person has moved the window. */
export function Legend({ rows, detached, onFit, onFollow }: LegendProps) {
  const fills = new Set(rows.flatMap((row) => row.segments.map((one) => one.fill)))
  const shapes = new Set(rows.flatMap((row) => row.points.map((one) => one.shape)))
  return (
    <div class="timeline-legend">
      {FILLS.filter(([fill]) => fills.has(fill)).map(([fill, word]) => <span key={fill}><i class="swatch" data-kind={fill} />{word}</span>)}
      {SHAPES.filter(([shape]) => shapes.has(shape)).map(([shape, word]) => <span key={shape}><i class="swatch" data-kind={shape} />{word}</span>)}
      {detached && (
        <span class="timeline-back">
          <button type="button" class="button small" onClick={onFit}>Show all</button>
          {onFollow && <button type="button" class="button small" onClick={onFollow}>Follow</button>}
        </span>
      )}
    </div>
  )
}

const READ_ALOUD = 200

/** The same rows for readers, off the screen. */
export function ReaderTable({ rows, name, more }: { rows: Row[]; name: string; more: string }) {
  const spoken = rows.filter((row) => row.kind !== 'head')
  return (
    <div class="away">
      <table>
        <caption>Timeline of {name}</caption>
        <thead><tr><th scope="col">Row</th><th scope="col">What happened</th></tr></thead>
        <tbody>
          {spoken.slice(0, READ_ALOUD).map((row) => (
            <tr key={row.key}><th scope="row">{row.label}</th><td>{row.sentence}</td></tr>
          ))}
        </tbody>
      </table>
      {spoken.length > READ_ALOUD && <a href={more} tabIndex={-1}>All rows as a table</a>}
    </div>
  )
}
