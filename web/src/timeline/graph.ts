/** Columns by the longest way from a start; sends that go back or stay are drawn as loops. */

export interface GraphStage {
  name: string
  sends: string[]
}
export interface GraphNode {
  name: string
  column: number
  row: number
}
export interface GraphEdge {
  from: string
  to: string
  back: boolean
}

export function layout(stages: GraphStage[]): { nodes: GraphNode[]; edges: GraphEdge[]; columns: number; rows: number } {
  const names = new Set(stages.map((stage) => stage.name))
  const sends = new Map(stages.map((stage) => [stage.name, stage.sends.filter((to) => names.has(to))]))
  const edges: GraphEdge[] = []
  const done = new Set<string>()
  const onWay = new Set<string>()
  const visit = (name: string) => {
    onWay.add(name)
    for (const to of sends.get(name) ?? []) {
      edges.push({ from: name, to, back: onWay.has(to) })
      if (!onWay.has(to) && !done.has(to)) visit(to)
    }
    onWay.delete(name)
    done.add(name)
  }
  const received = new Set(stages.flatMap((stage) => stage.sends.filter((to) => to !== stage.name)))
  for (const stage of [...stages.filter((one) => !received.has(one.name)), ...stages]) if (!done.has(stage.name)) visit(stage.name)

  const column = new Map(stages.map((stage) => [stage.name, 0]))
  // Forward edges have no cycle, so as many rounds as stages are enough.
  for (let round = 0; round < stages.length; round += 1) {
    for (const edge of edges) if (!edge.back) column.set(edge.to, Math.max(column.get(edge.to)!, column.get(edge.from)! + 1))
  }
  const used = new Map<number, number>()
  const nodes = stages.map((stage) => {
    const at = column.get(stage.name)!
    const row = used.get(at) ?? 0
    used.set(at, row + 1)
    return { name: stage.name, column: at, row }
  })
  return { nodes, edges, columns: Math.max(1, ...nodes.map((node) => node.column + 1)), rows: Math.max(1, ...used.values()) }
}
