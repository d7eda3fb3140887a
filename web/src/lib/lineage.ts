/** Where a data set came from, laid out: causes to the left of what they led to, people and versions left to the words. */
import type { ProvenanceGraph } from '../api/types.ts'
import { layout, type GraphNode } from '../timeline/graph.ts'

export interface LineageNode extends GraphNode {
  id: string
  kind: string
  label: string
  /** So many data sets that are alike in where they come from and lead to, drawn as one. */
  members: number
  root: boolean
  deleted: boolean
}
export interface Lineage {
  nodes: LineageNode[]
  edges: { from: string; to: string }[]
  columns: number
  rows: number
}

type Raw = ProvenanceGraph['nodes'][number]
/** More of one kind with the same causes and effects are one node. */
const ALIKE = 4

export function lineage(graph: ProvenanceGraph): Lineage {
  const kept = new Map(graph.nodes.filter((one) => one.kind !== 'person').map((one) => [one.id, one]))
  // PROV reads from the later to the earlier; the drawing goes the way time does.
  let pairs = graph.edges.filter((one) => kept.has(one.source) && kept.has(one.target)).map((one) => ({ from: one.target, to: one.source, derived: one.relation === 'wasDerivedFrom' }))
  // "made from" says no more where what made it used the same.
  const made = new Map<string, Set<string>>()
  for (const { from, to, derived } of pairs) if (!derived) made.set(to, (made.get(to) ?? new Set()).add(from))
  pairs = pairs.filter(({ from, to, derived }) => !derived || ![...(made.get(to) ?? [])].some((maker) => made.get(maker)?.has(from)))
  const groups = grouped([...kept.values()], pairs, graph.root)
  const nameOf = new Map(groups.flatMap((group) => group.map((one) => [one.id, group[0]!.id] as const)))
  const edges = new Map(pairs.map(({ from, to }) => [nameOf.get(from)!, nameOf.get(to)!] as const).filter(([from, to]) => from !== to).map(([from, to]) => [`${from} ${to}`, { from, to }]))
  const drawn = layout(groups.map(([first]) => ({ name: first!.id, sends: [...edges.values()].filter((one) => one.from === first!.id).map((one) => one.to) })))
  const { nodes: placed, columns, rows } = beside(drawn.nodes, [...edges.values()], graph.root)
  const groupOf = new Map(groups.map((group) => [group[0]!.id, group]))
  const nodes = placed.map((node) => {
    const group = groupOf.get(node.name)!
    const first = group[0]!
    return { ...node, id: first.id, kind: first.kind, label: first.label, members: group.length, root: first.id === graph.root, deleted: first.dataset?.deleted === true }
  })
  return { nodes, edges: [...edges.values()], columns, rows }
}

/** What nothing led to stands right before what it led to, so that no line runs behind the things between. */
function beside(nodes: GraphNode[], edges: { from: string; to: string }[], root: string): { nodes: GraphNode[]; columns: number; rows: number } {
  const column = new Map(nodes.map((node) => [node.name, node.column]))
  for (const node of nodes) {
    const to = edges.filter((one) => one.from === node.name).map((one) => column.get(one.to)!)
    if (node.name !== root && to.length > 0 && !edges.some((one) => one.to === node.name)) column.set(node.name, Math.min(...to) - 1)
  }
  const first = Math.min(...column.values())
  const used = new Map<number, number>()
  const placed = nodes.map((node) => {
    const at = column.get(node.name)! - first
    const row = used.get(at) ?? 0
    used.set(at, row + 1)
    return { ...node, column: at, row }
  })
  return { nodes: placed, columns: Math.max(0, ...placed.map((node) => node.column)) + 1, rows: Math.max(1, ...used.values()) }
}

function grouped(nodes: Raw[], pairs: { from: string; to: string }[], root: string): Raw[][] {
  const around = new Map<string, string[]>(nodes.map((one) => [one.id, []]))
  for (const { from, to } of pairs) {
    around.get(from)!.push(`>${to}`)
    around.get(to)!.push(`<${from}`)
  }
  const alike = Map.groupBy(nodes, (one) => (one.id === root ? one.id : `${one.kind} ${around.get(one.id)!.toSorted().join(' ')}`))
  return [...alike.values()].flatMap((group) => (group.length >= ALIKE ? [group] : group.map((one) => [one])))
}
