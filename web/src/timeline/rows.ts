/** The rows of an incident's timeline, in fixed order: deliveries, stages, simulations by machine, data sets. */
import type { Incident, Timeline, TimelineSimulation, TimelineStage } from '../api/types.ts'
import { bytes, clock, count, counted, driverName, duration, mediaFormat } from '../lib/format.ts'
import { lookOf, worst, type Look } from '../ui/states.ts'
import { isAbnormal, isOver, simulationSegments, stageSegments } from './segments.ts'
import type { Row, Segment } from './shapes.ts'

const ms = (at: string) => new Date(at).getTime()
/** "member 2" before "member 10". Keys are made once: a collator is ten times slower over a large ensemble. */
const naturalKey = (name: string) => name.replace(/\d+/g, (digits) => digits.padStart(12, '0'))
const byName = <T extends { name: string }>(items: T[]): T[] =>
  items.map((item) => ({ item, key: naturalKey(item.name) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item)

export interface Choices {
  /** Groups a person opened or closed. */
  open: ReadonlyMap<string, boolean>
  /** Folds a person unfolded. */
  unfolded: ReadonlySet<string>
  selected: string | null
}

const row = (fields: Partial<Row> & Pick<Row, 'key' | 'kind' | 'label'>): Row => ({
  segments: [], points: [], notes: [], sentence: fields.label, ...fields,
})

/** How many members of one ordinary state are shown before the rest folds. Abnormal ones never fold. */
const SHOWN: Record<string, number> = { succeeded: 6, cancelled: 6, created: 6, queued: 12, running: 24, completing: 24 }

export function deliveriesRow(timeline: Timeline): Row {
  const quarantined = timeline.deliveries.filter((one) => one.state === 'quarantined').length
  return row({
    key: 'deliveries', kind: 'lane', label: 'Deliveries', count: count(timeline.deliveries.length),
    look: lookOf('delivery', quarantined > 0 ? 'quarantined' : 'delivered'),
    points: timeline.deliveries.map((one) => ({
      at: ms(one.at),
      shape: one.state === 'quarantined' ? 'cross' : one.state === 'ignored' || one.state === 'duplicate' ? 'hollow-diamond' : 'diamond',
      tip: [one.label, lookOf('delivery', one.state).word, `revision ${one.revision}`, clock(one.at)].filter(Boolean).join(', '),
      label: one.label ?? undefined,
    })),
    sentence: `deliveries, ${count(timeline.deliveries.length)}, last at ${timeline.deliveries.length > 0 ? clock(timeline.deliveries.map((one) => one.at).sort().at(-1)!) : 'no time'}`,
  })
}

/** Runs of one stage share a row; stages of the workflow that have not run yet wait below. */
export function stageRows(timeline: Timeline, planned: string[], over: boolean): Row[] {
  const byName = Map.groupBy(timeline.stages.toSorted((a, b) => ms(a.queued_at) - ms(b.queued_at)), (stage) => stage.name)
  const names = [...new Set([...planned, ...byName.keys()])]
  return names.flatMap((name) => {
    const runs = byName.get(name) ?? []
    const last = runs.at(-1)
    if (!last) {
      if (over) return []
      return [row({ key: `stage:${name}`, kind: 'lane', label: name, look: lookOf('stage', 'queued'), count: 'waits', sentence: `${name}, not reached yet` })]
    }
    return [stageRow(name, runs, last)]
  })
}

function stageRow(name: string, runs: TimelineStage[], last: TimelineStage): Row {
  const segments = runs.flatMap(stageSegments)
  const ran = last.started_at && last.finished_at ? (ms(last.finished_at) - ms(last.started_at)) / 1000 : null
  const failures = runs.reduce((sum, run) => sum + run.attempts_log.filter((attempt) => attempt.error).length, 0)
  const retried = failures > 0 && last.state !== 'failed' ? `retried ${failures === 1 ? 'once' : `${failures} times`}` : ''
  const text = [last.state === 'failed' ? last.error : last.label, ran !== null && duration(ran), retried].filter(Boolean).join(', ')
  const look = worst(runs.map((run) => lookOf('stage', run.state)).filter((one) => one.glyph !== 'ok')) ?? lookOf('stage', last.state)
  return row({
    key: `stage:${name}`, kind: 'lane', label: name, segments,
    look,
    count: runs.length > 1 ? `${runs.length} runs` : last.state === 'succeeded' ? undefined : look.word,
    countTone: last.state === 'failed' ? 'high' : undefined,
    notes: text ? [{ at: last.finished_at ? ms(last.finished_at) : null, text }] : [],
    sentence: [name, look.word, runs.length > 1 && `${runs.length} runs`, ran !== null && `ran ${duration(ran)}`, counted(last.attempts || 1, 'attempt'), last.error].filter(Boolean).join(', '),
  })
}

export function simulationRows(timeline: Timeline, unknownSince: ReadonlyMap<string, number>, choices: Choices): Row[] {
  const groups = [...Map.groupBy(timeline.simulations, (one) => one.machine ?? '')]
    .map(([machine, members]) => group(machine, byName(members)))
    .toSorted((a, b) => Number(b.abnormal > 0) - Number(a.abnormal > 0) || a.machine.localeCompare(b.machine))
  const single = groups.length === 1
  return groups.flatMap((one) => {
    const key = `machine:${one.machine}`
    const open = choices.open.get(key) ?? (single || one.abnormal > 0 || one.active > 0)
    const segmentsOf = (member: TimelineSimulation) => simulationSegments(member, unknownSince.get(member.id) ?? null)
    const head = groupRow(one, key, open, segmentsOf)
    return open ? [head, ...memberRows(one, key, segmentsOf, choices)] : [head]
  })
}

interface Group {
  machine: string
  members: TimelineSimulation[]
  done: number
  active: number
  running: number
  abnormal: number
  look: Look
}

function group(machine: string, members: TimelineSimulation[]): Group {
  return {
    machine, members,
    done: members.filter((one) => one.state === 'succeeded').length,
    running: members.filter((one) => one.state === 'running' || one.state === 'completing').length,
    active: members.filter((one) => !isOver(one.state)).length,
    abnormal: members.filter((one) => isAbnormal(one.state)).length,
    look: worst(members.map((one) => lookOf('simulation', one.state)))!,
  }
}

function groupRow(one: Group, key: string, open: boolean, segmentsOf: (member: TimelineSimulation) => Segment[]): Row {
  const { members } = one
  const finished = members.flatMap((member) => (member.finished_at ? [ms(member.finished_at)] : []))
  const allOver = one.active === 0 && finished.length > 0
  const end = allOver ? Math.max(...finished) : null
  const begin = Math.min(...members.map((member) => ms(member.created_at)))
  const tally = new Map<string, number>()
  for (const member of members) tally.set(member.state, (tally.get(member.state) ?? 0) + 1)
  const words = [...tally].map(([state, n]) => `${count(n)} ${state === 'succeeded' ? 'done' : lookOf('simulation', state).word}`)
  const text = allOver && one.abnormal === 0 && one.done === members.length ? `done in ${duration((end! - begin) / 1000)}` : words.join(', ')
  const packed = open ? null : pack(members.flatMap((member) => segmentsOf(member).filter((part) => part.fill !== 'staging' && part.fill !== 'waiting')))
  return row({
    key, kind: 'group', label: one.machine || 'not placed yet', sub: members[0]?.driver && members[0].driver !== one.machine ? driverName(members[0].driver) : undefined, look: one.look,
    count: `${count(one.done)}/${count(members.length)}`,
    countTone: one.abnormal > 0 ? 'high' : undefined,
    ...(packed ? { lanes: packed } : { area: steps(members.flatMap((member) => segmentsOf(member).filter((part) => part.fill === 'running' || part.fill === 'finished'))) }),
    notes: [{ at: end, text }],
    group: key, open,
    sentence: `${one.machine || 'not placed yet'}, ${counted(members.length, 'simulation')}: ${words.join(', ')}`,
  })
}

function memberRows(one: Group, key: string, segmentsOf: (member: TimelineSimulation) => Segment[], choices: Choices): Row[] {
  const shown: Row[] = []
  const folded = new Map<string, number>()
  const taken = new Map<string, number>()
  for (const member of one.members) {
    const limit = SHOWN[member.state]
    const used = taken.get(member.state) ?? 0
    if (limit !== undefined && used >= limit && !choices.unfolded.has(`${key}:${member.state}`) && choices.selected !== member.id) {
      folded.set(member.state, (folded.get(member.state) ?? 0) + 1)
      continue
    }
    taken.set(member.state, used + 1)
    shown.push(memberRow(member, segmentsOf(member)))
  }
  const folds = [...folded].map(([state, n]) =>
    row({
      key: `${key}:${state}`, kind: 'fold', label: `${count(n)} more, all ${lookOf('simulation', state).word}`,
      sentence: `${count(n)} more on ${one.machine}, all ${lookOf('simulation', state).word}`,
    }),
  )
  return [...shown, ...folds]
}

function memberRow(member: TimelineSimulation, segments: Segment[]): Row {
  const look = lookOf('simulation', member.state)
  const queued = member.queued_at ? ms(member.queued_at) : null
  const started = member.started_at ? ms(member.started_at) : null
  const finished = member.finished_at ? ms(member.finished_at) : null
  const retried = member.attempt > 1 ? `retried ${member.attempt === 2 ? 'once' : `${member.attempt - 1} times`}` : null
  const text = [
    isAbnormal(member.state) ? (member.error ?? look.word) : null,
    retried,
    member.state === 'running' && member.progress != null ? `${Math.round(member.progress * 100)} %` : null,
  ].filter(Boolean).join(', ')
  return row({
    key: member.id, kind: 'member', label: member.name, look, segments,
    notes: text ? [{ at: finished, text, tone: isAbnormal(member.state) ? 'high' : undefined }] : [],
    href: `?show=${member.id}`,
    sentence: [
      member.name,
      look.word + (member.native_state ? ` (${member.native_state})` : ''),
      queued !== null && started !== null && `waited ${duration((started - queued) / 1000)}`,
      started !== null && finished !== null && `ran ${duration((finished - started) / 1000)}`,
      counted(member.attempt, 'attempt'),
      member.error,
    ].filter(Boolean).join(', '),
  })
}

export function datasetsRow(timeline: Timeline): Row {
  const total = timeline.datasets.reduce((sum, one) => sum + one.bytes, 0)
  const unverified = timeline.datasets.some((one) => !one.sha256)
  return row({
    key: 'datasets', kind: 'lane', label: 'Data sets', count: count(timeline.datasets.length),
    look: lookOf('stage', unverified || timeline.datasets.length === 0 ? 'queued' : 'succeeded'),
    points: timeline.datasets.toSorted((a, b) => ms(a.at) - ms(b.at)).map((one) => ({
      at: ms(one.at),
      shape: one.sha256 ? 'square' : 'hollow-square',
      tip: `${one.name}, ${bytes(one.bytes)} ${mediaFormat(one.media_type)}, ${clock(one.at)}`,
    })),
    sentence: `data sets, ${count(timeline.datasets.length)}, ${bytes(total)}`,
  })
}

const head = (label: string): Row => row({ key: `head:${label}`, kind: 'head', label, line: true })

export function timelineRows(timeline: Timeline, incident: Incident, planned: string[], choices: Choices): Row[] {
  const over = ['complete', 'cancelled', 'error', 'archived'].includes(incident.state)
  const unknownSince = new Map((incident.waits ?? []).flatMap((wait) => (wait.since ? [[wait.subject_id, ms(wait.since)] as const] : [])))
  const stages = stageRows(timeline, planned, over)
  return [
    deliveriesRow(timeline),
    ...(stages.length > 0 ? [head('Stages'), ...stages] : []),
    ...(timeline.simulations.length > 0 ? [head('Simulations'), ...simulationRows(timeline, unknownSince, choices)] : []),
    head('Data'),
    datasetsRow(timeline),
  ]
}

/** How many run at each time. */
export function steps(segments: Segment[]): { at: number; count: number }[] {
  const edges = segments.flatMap((one) => [{ at: one.from, by: 1 }, ...(one.to === null ? [] : [{ at: one.to, by: -1 }])])
  let running = 0
  return edges.toSorted((a, b) => a.at - b.at || a.by - b.by).map(({ at, by }) => ({ at, count: (running += by) }))
}

const LANES = 5
/** Segments into few lanes without overlap; null when they need more lanes than a row has room for. */
export function pack(segments: Segment[]): Segment[][] | null {
  const lanes: { end: number; items: Segment[] }[] = []
  for (const one of segments.toSorted((a, b) => a.from - b.from)) {
    let lane = lanes.find((candidate) => candidate.end <= one.from)
    if (!lane) {
      if (lanes.length === LANES) return null
      lane = { end: 0, items: [] }
      lanes.push(lane)
    }
    lane.items.push(one)
    lane.end = one.to ?? Infinity
  }
  return lanes.map((lane) => lane.items)
}

/** First and last moment drawn. */
export function bounds(timeline: Timeline, now: number, live: boolean): { first: number; last: number } {
  const times: number[] = []
  const add = (at: string | null) => {
    if (at) times.push(ms(at))
  }
  for (const one of timeline.deliveries) add(one.at)
  for (const one of timeline.stages) add(one.queued_at), add(one.finished_at)
  for (const one of timeline.simulations) add(one.created_at), add(one.finished_at)
  for (const one of timeline.datasets) add(one.at)
  if (times.length === 0) add(timeline.from_at), add(timeline.to_at)
  // A spread argument list overflows the stack at some 100,000 bars.
  let first = Infinity
  let last = -Infinity
  for (const at of times) {
    if (at < first) first = at
    if (at > last) last = at
  }
  return { first, last: live ? Math.max(last, now) : last }
}
