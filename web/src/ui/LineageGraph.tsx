import { useLayoutEffect, useRef } from 'preact/hooks'
import { counted } from '../lib/format.ts'
import type { Lineage, LineageNode } from '../lib/lineage.ts'
import '../styles/timeline.css'

const WIDE = 184
const TALL = 46
const GAP_X = 40
const GAP_Y = 14
const LETTERS = 20

const GLYPHS: Record<string, string> = { dataset: 'dataset', simulation: 'running', stage: 'completing', incident: 'high', delivery: 'delivery', source: 'queued' }
const cut = (text: string) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text)

function pageOf({ kind, id }: LineageNode): string | null {
  if (kind === 'dataset') return `/data/${id}`
  if (kind === 'simulation') return `/simulations?show=${id}`
  if (kind === 'incident') return `/incidents/${id}`
  if (kind === 'delivery') return `/sources?show=${id}`
  return kind === 'source' ? `/sources?source_id=${id}` : null
}

/** What led to a data set and what was made of it, from left to right; each thing leads to its page. */
export function LineageGraph({ of: { nodes, edges, columns, rows }, name }: { of: Lineage; name: string }) {
  const place = new Map(nodes.map((node) => [node.id, { x: 4 + node.column * (WIDE + GAP_X), y: 4 + node.row * (TALL + GAP_Y) }]))
  const frame = useRef<HTMLDivElement>(null)
  const root = nodes.find((node) => node.root)
  const middle = root ? place.get(root.id)!.x + WIDE / 2 : 0
  useLayoutEffect(() => {
    if (frame.current) frame.current.scrollLeft = middle - frame.current.clientWidth / 2
  }, [middle])
  const width = columns * (WIDE + GAP_X) - GAP_X + 8
  const height = rows * (TALL + GAP_Y) - GAP_Y + 8
  return (
    <div ref={frame} class="graph lineage" tabIndex={0} role="region" aria-label={`Where ${name} came from`} data-testid="lineage">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={`Where ${name} came from`}>
        {edges.map(({ from, to }) => {
          const [a, b] = [place.get(from)!, place.get(to)!]
          const [ax, ay, bx, by] = [a.x + WIDE, a.y + TALL / 2, b.x, b.y + TALL / 2]
          return (
            <g key={`${from} ${to}`} aria-hidden="true">
              <path class="edge taken" d={`M${ax} ${ay}C${ax + GAP_X / 2} ${ay} ${bx - GAP_X / 2} ${by} ${bx - 5} ${by}`} />
              <path class="arrow" d={`M${bx - 6} ${by - 3.5}v7l6-3.5z`} />
            </g>
          )
        })}
        {nodes.map((node) => {
          const { x, y } = place.get(node.id)!
          const many = node.members > 1
          const title = many ? `${counted(node.members, node.kind === 'dataset' ? 'data set' : node.kind)} like ${node.label}` : node.label
          const word = node.root ? 'this data set' : many ? 'alike in where they come from' : node.deleted ? 'deleted' : node.kind === 'dataset' ? 'data set' : node.kind
          const href = node.root || many ? null : pageOf(node)
          const body = (
            <g transform={`translate(${x} ${y})`}>
              <title>{`${title}, ${word}`}</title>
              <rect class={`node ${node.root ? 'root' : ''} ${node.deleted ? 'unreached' : ''}`} width={WIDE} height={TALL} rx="4" />
              <use class="graph-glyph t2" href={`#glyph-${GLYPHS[node.kind] ?? 'note'}`} x="10" y="8" width="14" height="14" />
              <text x="32" y="20">{cut(many ? counted(node.members, node.kind === 'dataset' ? 'data set' : node.kind) : node.label)}</text>
              <text class="node-detail" x="32" y="36">{cut(many ? `like ${node.label}` : word)}</text>
            </g>
          )
          return href ? <a key={node.id} href={href} data-testid="lineage-node" data-kind={node.kind}>{body}</a> : <g key={node.id} role="img" aria-label={`${title}, ${word}`} data-testid="lineage-node" data-kind={node.kind}>{body}</g>
        })}
      </svg>
    </div>
  )
}
