import { expect, test } from 'vitest'
import { clampSpan, fit, follow, readWindow, tickLabel, ticks, tickStep, toTime, toX, writeWindow, zoom } from '../../src/timeline/axis.ts'
import { layout } from '../../src/timeline/graph.ts'
import { placeNotes } from '../../src/timeline/notes.ts'
import { bounds, pack, simulationRows, stageRows, steps, timelineRows } from '../../src/timeline/rows.ts'
import { simulationSegments, stageSegments } from '../../src/timeline/segments.ts'
import type { Segment } from '../../src/timeline/shapes.ts'
import { describe as under } from '../../src/timeline/describe.ts'
import { at, incident, timeline } from '../fixture/scenario.ts'

const NOW = at('16:04:18')
const MINUTE = 60_000
const none = { open: new Map<string, boolean>(), unfolded: new Set<string>(), selected: null }
const stages = ['assess', 'ensemble', 'combine', 'publish']

test('labels are never closer than asked, from 100 ms to a year', () => {
  for (let span = 100; span < 366 * 86_400_000; span *= 1.7) {
    const window = { from: NOW, to: NOW + span }
    const step = tickStep(window, 800)
    expect((step / span) * 800).toBeGreaterThanOrEqual(64)
    expect(ticks(window, step).length).toBeLessThanOrEqual(13)
  }
  expect(tickLabel(NOW, 2 * MINUTE)).toBe('16:04')
  expect(tickLabel(NOW, 5000)).toBe('16:04:18')
  expect(tickLabel(at('00:00:00'), 3_600_000)).toBe('6 Feb')
})

test('the fitted window holds everything, leaves room after now and rarely changes its scale', () => {
  const first = at('15:52:06')
  const spans = new Set<number>()
  for (let now = first + MINUTE; now < first + 60 * MINUTE; now += 1000) {
    const window = fit(first, now, true)
    expect(window.from).toBeLessThan(first)
    expect((window.to - now) / (window.to - window.from)).toBeGreaterThan(0.1)
    spans.add(Math.round(window.to - window.from))
  }
  expect(spans.size).toBeLessThan(35)
})

test('zoom keeps the time under the pointer, within the limits', () => {
  const window = { from: 0, to: 1000_000 }
  const closer = zoom(window, 250_000, 0.5)
  expect(toX(closer, 800)(250_000)).toBeCloseTo(toX(window, 800)(250_000))
  expect(toTime(closer, 800)(toX(closer, 800)(123))).toBeCloseTo(123)
  const limit = zoom(window, 0, 1e-9)
  expect(limit.to - limit.from).toBeCloseTo(100)
  expect(clampSpan({ from: 0, to: 1e15 }, 0).to).toBe(366 * 86_400_000)
  expect(follow(window, NOW).to - follow(window, NOW).from).toBeCloseTo(1000_000)
})

test('a window survives the address, nonsense does not', () => {
  const window = { from: NOW, to: NOW + 90_000 }
  expect(readWindow(writeWindow(window))).toEqual(window)
  expect(readWindow('5-1')).toBeNull()
  expect(readWindow('<script>')).toBeNull()
})

test('a simulation is staging, waiting, running; what is not known is never drawn as running', () => {
  const data = timeline(NOW)
  const lost = data.simulations.find((one) => one.state === 'lost')!
  const fills = simulationSegments(lost, at('15:58:12')).map((one) => one.fill)
  expect(fills).toEqual(['staging', 'waiting', 'finished', 'unknown'])
  const running = data.simulations.find((one) => one.state === 'running')!
  const bars = simulationSegments(running, null)
  expect(bars.at(-1)).toMatchObject({ fill: 'running', to: null })
  expect(bars.filter((one) => one.to === null)).toHaveLength(1)
})

test('failed and cancelled bars end in their mark, wherever they ended', () => {
  const base = { ...timeline(NOW).simulations[0]!, finished_at: '2018-02-06T16:00:00Z' }
  expect(simulationSegments({ ...base, state: 'failed' }, null).at(-1)!.end).toBe('cross')
  expect(simulationSegments({ ...base, state: 'cancelled', started_at: null }, null).at(-1)).toMatchObject({ fill: 'waiting', end: 'slash' })
  expect(simulationSegments({ ...base, state: 'failed', started_at: null, queued_at: null }, null)).toMatchObject([{ fill: 'staging', end: 'cross' }])
})

test('a retried stage keeps its attempts on one row with a hollow gap', () => {
  const combine = timeline(at('16:07:15')).stages.find((one) => one.name === 'combine')!
  expect(stageSegments(combine).map((one) => [one.fill, one.end])).toEqual([['waiting', undefined], ['finished', 'cross'], ['waiting', undefined], ['running', undefined]])
})

test('stages follow the workflow, runs share a row, what is not reached waits until the incident is over', () => {
  const rows = stageRows(timeline(NOW), stages, false)
  expect(rows.map((row) => [row.label, row.count])).toEqual([['assess', '2 runs'], ['ensemble', 'running'], ['combine', 'waits'], ['publish', 'waits']])
  expect(stageRows(timeline(NOW), stages, true).map((row) => row.label)).toEqual(['assess', 'ensemble'])
})

test('abnormal machines come first, ordinary members fold, the chosen one never does', () => {
  const rows = simulationRows(timeline(NOW), new Map(), none)
  expect(rows.filter((row) => row.kind === 'group').map((row) => row.label)).toEqual(['heron', 'local', 'nordsee'])
  expect(rows.find((row) => row.label === 'local')).toMatchObject({ open: false, lanes: expect.any(Array) })
  expect(rows.filter((row) => row.kind === 'fold').map((row) => row.label)).toEqual(['7 more, all succeeded'])
  const thirteenth = timeline(NOW).simulations.find((one) => one.name === 'member 13')!
  expect(simulationRows(timeline(NOW), new Map(), { ...none, selected: thirteenth.id }).map((row) => row.label)).toContain('member 13')
  const unfolded = simulationRows(timeline(NOW), new Map(), { ...none, unfolded: new Set(['machine:nordsee:succeeded']) })
  expect(unfolded.filter((row) => row.kind === 'fold')).toEqual([])
})

test('every row has a unique key and a sentence of its own', () => {
  const rows = timelineRows(timeline(NOW), incident(NOW), stages, none)
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
  for (const row of rows) expect(row.sentence.length).toBeGreaterThan(3)
})

const bar = (from: number, to: number | null): Segment => ({ from, to, fill: 'finished', what: '' })

test('steps count what runs at once, lanes never overlap and give up rather than grow', () => {
  expect(steps([bar(0, 10), bar(5, 15), bar(10, 20)]).map((one) => one.count)).toEqual([1, 2, 1, 2, 1, 0])
  const lanes = pack([bar(0, 10), bar(5, 15), bar(10, 20)])!
  expect(lanes).toHaveLength(2)
  for (const lane of lanes) for (let n = 1; n < lane.length; n += 1) expect(lane[n]!.from).toBeGreaterThanOrEqual(lane[n - 1]!.to!)
  expect(pack(Array.from({ length: 9 }, (_, n) => bar(n, null)))).toBeNull()
})

test('ten thousand simulations lay out in a fraction of a second', () => {
  const data = timeline(NOW)
  const many = { ...data, simulations: Array.from({ length: 10_000 }, (_, n) => ({ ...data.simulations[n % 24]!, id: `sim_${n}`, name: `member ${n}` })) }
  const begun = performance.now()
  const rows = timelineRows(many, incident(NOW), stages, none)
  expect(bounds(many, NOW, true).last).toBe(NOW)
  expect(rows.length).toBeGreaterThan(400)
  expect(performance.now() - begun).toBeLessThan(1000)
})

test('notes stop at the now line or the next bar and are dropped when nothing fits', () => {
  const row = { key: 'x', kind: 'lane' as const, label: 'x', segments: [bar(0, 100), bar(300, 400)], points: [], sentence: '', notes: [{ at: 100, text: 'a text that is long enough' }] }
  const wide = placeNotes(row, (one) => one * 2, 2000, 1500, 1)
  expect(wide[0]!.x + wide[0]!.room).toBeLessThanOrEqual(600)
  expect(placeNotes(row, (one) => one * 0.3, 2000, 1500, 1)).toEqual([])
  const [late] = placeNotes({ ...row, notes: [{ at: null, text: 'after now' }] }, (one) => one, 2000, 1500, 1)
  expect(late!.x).toBeGreaterThan(1500)
})

test('the pointer finds points first, then bars', () => {
  const rows = timelineRows(timeline(NOW), incident(NOW), stages, none)
  const find = (label: string) => rows.find((row) => row.label === label)!
  expect(under(find('Deliveries'), at('15:58:31'), 1000)).toContain('M 6.1 → 6.4')
  expect(under(find('ensemble'), at('16:00:00'), 1000)).toContain('since 15:52:12')
  expect(under(find('assess'), at('15:55:00'), 1000)).toBeNull()
})

test('the stage graph puts later stages to the right and draws sends to oneself as loops', () => {
  const { nodes, edges } = layout([
    { name: 'publish', sends: [] }, { name: 'assess', sends: ['assess', 'ensemble', 'publish'] },
    { name: 'ensemble', sends: ['combine'] }, { name: 'combine', sends: ['publish', 'ensemble', 'nowhere'] },
  ])
  const column = Object.fromEntries(nodes.map((node) => [node.name, node.column]))
  expect(column).toEqual({ assess: 0, ensemble: 1, combine: 2, publish: 3 })
  expect(edges.filter((edge) => edge.back).map((edge) => `${edge.from} ${edge.to}`)).toEqual(['assess assess', 'combine ensemble'])
})
