import type { Timeline } from '../api/types.ts'
import { counted, duration, sentence } from '../lib/format.ts'
import { layout, type GraphStage } from '../timeline/graph.ts'
import { lookOf } from './states.ts'

interface Props {
  stages: GraphStage[]
  timeline: Timeline
  name: string
}

const WIDE = 168
const TALL = 46
const GAP_X = 64
const GAP_Y = 22

/** Stages of the workflow and who sends to whom, with what each did in this incident. */
export function Graph({ stages, timeline, name }: Props) {
  const { nodes, edges, columns, rows } = layout(stages)
  const place = new Map(nodes.map((node) => [node.name, { x: 4 + node.column * (WIDE + GAP_X), y: 24 + node.row * (TALL + GAP_Y) }]))
  const runs = Map.groupBy(timeline.stages, (stage) => stage.name)
  const width = columns * (WIDE + GAP_X) - GAP_X + 8
  const height = 24 + rows * (TALL + GAP_Y) - GAP_Y + 4
  return (
    <div class="graph" tabIndex={0} role="region" aria-label={`Stages of ${name}`}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="list" aria-label={`Stages of ${name}`}>
        {edges.map((edge) => {
          const from = place.get(edge.from)!
          const to = place.get(edge.to)!
          const taken = runs.has(edge.from) && runs.has(edge.to)
          const path = edge.back ? loop(from, to) : `M${from.x + WIDE} ${from.y + TALL / 2}C${from.x + WIDE + GAP_X / 2} ${from.y + TALL / 2} ${to.x - GAP_X / 2} ${to.y + TALL / 2} ${to.x - 5} ${to.y + TALL / 2}`
          const tip = edge.back ? `M${to.x + WIDE / 2 - 3.5} ${to.y - 6}h7l-3.5 6z` : `M${to.x - 6} ${to.y + TALL / 2 - 3.5}v7l6-3.5z`
          return (
            <g key={`${edge.from} ${edge.to}`} aria-hidden="true">
              <path class={`edge ${edge.back ? 'back' : ''} ${taken ? 'taken' : ''}`} d={path} />
              <path class="arrow" d={tip} />
            </g>
          )
        })}
        {nodes.map((node) => {
          const { x, y } = place.get(node.name)!
          const mine = runs.get(node.name) ?? []
          const last = mine.at(-1)
          const look = last ? lookOf('stage', last.state) : lookOf('stage', 'queued')
          const took = last?.started_at && last.finished_at ? duration((Date.parse(last.finished_at) - Date.parse(last.started_at)) / 1000) : null
          const detail = last ? [look.word, mine.length > 1 ? counted(mine.length, 'run') : took].filter(Boolean).join(', ') : 'not reached'
          const state = !last ? 'unreached' : look.tone === 'run' ? 'run' : last.state === 'failed' ? 'abnormal' : ''
          return (
            <g key={node.name} role="listitem" aria-label={`${node.name}: ${detail}`} transform={`translate(${x} ${y})`}>
              <title>{sentence(last?.error ?? `${node.name}: ${detail}`)}</title>
              <rect class={`node ${state}`} width={WIDE} height={TALL} rx="4" />
              <use class={`graph-glyph ${look.tone}`} href={`#glyph-${look.glyph}`} x="10" y="8" width="14" height="14" />
              <text x="32" y="20">{node.name.length > 18 ? `${node.name.slice(0, 17)}…` : node.name}</text>
              <text class="node-detail" x="32" y="36">{detail}</text>
            </g>
          )
        })}
      </svg>
    </div>
  )
}

function loop(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const top = Math.min(from.y, to.y) - 18
  const left = to.x + WIDE / 2
  const right = from.x + WIDE / 2 + (from === to ? 24 : 0)
  return `M${right} ${from.y}C${right} ${top - 8} ${left} ${top - 8} ${left} ${to.y - 5}`
}
