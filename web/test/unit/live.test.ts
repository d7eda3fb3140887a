import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Event, Timeline } from '../../src/api/types.ts'
import { coalesced } from '../../src/live/coalesce.ts'
import { applyPatch, mergeEvents, patchTimeline, reduce } from '../../src/live/reduce.ts'
import { createParser, type Message } from '../../src/live/sse.ts'
import { timeline } from '../fixture/scenario.ts'

const event = (fields: Partial<Event>): Event => ({ id: '1', at: '2018-02-06T16:00:00Z', type: 'incident.opened', subject_id: 'inc_1', incident_id: null, actor: null, text: '', data: {}, ...fields })

test('an event patches what the object itself says and marks every list it touches', () => {
  const { patch, stale } = reduce(event({ type: 'simulation.state_changed', subject_id: 'sim_1', incident_id: 'inc_1', data: { state: 'running', machine_load: 3 } }))
  expect(patch).toEqual({ id: 'sim_1', fields: { state: 'running' } })
  expect(stale.toSorted()).toEqual(['inc_1', 'incidents', 'machines', 'sim_1', 'simulations', 'timeline:inc_1'])
})

test('types that name a state carry it without data; unknown types patch nothing', () => {
  expect(reduce(event({ type: 'stage.failed', subject_id: 'stg_1' })).patch).toEqual({ id: 'stg_1', fields: { state: 'failed' } })
  expect(reduce(event({ type: 'weather.changed', subject_id: 'x_1' }))).toEqual({ patch: null, stale: ['x_1'] })
})

test('a patch never adds fields and keeps the record when nothing changes', () => {
  const record = { id: 'sim_1', state: 'queued' }
  expect(applyPatch(record, { state: 'running', exit_code: 1 })).toEqual({ id: 'sim_1', state: 'running' })
  expect(applyPatch(record, { state: 'queued' })).toBe(record)
})

test('one simulation of the timeline is patched, the rest keeps its identity', () => {
  const before: Timeline = timeline(Date.parse('2018-02-06T16:04:18Z'))
  const target = before.simulations.find((one) => one.state === 'running')!
  const after = patchTimeline(before, target.id, { state: 'succeeded' })
  expect(after.simulations.find((one) => one.id === target.id)!.state).toBe('succeeded')
  expect(after.stages).toBe(before.stages)
  expect(patchTimeline(before, 'sim_unknown', { state: 'failed' })).toBe(before)
})

test('events stay newest first, without doubles, bounded', () => {
  const held = mergeEvents([], [event({ id: '1' }), event({ id: '2' })])
  expect(held.map((one) => one.id)).toEqual(['2', '1'])
  expect(mergeEvents(held, [event({ id: '2' }), event({ id: '3' }), event({ id: '3' })]).map((one) => one.id)).toEqual(['3', '2', '1'])
  expect(mergeEvents(held, [event({ id: '2' })])).toBe(held)
  expect(mergeEvents(held, [event({ id: '4' })], 2)).toHaveLength(2)
})

function parse(chunks: string[]): { messages: Message[]; comments: number } {
  const messages: Message[] = []
  let comments = 0
  const feed = createParser((message) => messages.push(message), () => (comments += 1))
  chunks.forEach(feed)
  return { messages, comments }
}

test('the stream parser takes any chunking, line end and field order', () => {
  const text = ': beat\r\n\r\nevent: hello\ndata: {"a":1}\n\nid: 7\nevent: stage.queued\ndata: one\ndata: two\n\ndata:tight\r\rid: 8\n\n'
  const whole = parse([text])
  expect(whole.messages).toEqual([
    { id: null, event: 'hello', data: '{"a":1}' },
    { id: '7', event: 'stage.queued', data: 'one\ntwo' },
    { id: '7', event: 'message', data: 'tight' },
  ])
  expect(whole.comments).toBe(1)
  expect(parse([...text])).toEqual(whole)
})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a burst of events costs one request per interval and the last one is never lost', async () => {
  let time = 0
  const starts: number[] = []
  let finish = () => {}
  const task = coalesced(() => (starts.push(time), new Promise<void>((resolve) => (finish = resolve))), 250, () => time)
  const pass = async (by: number) => {
    time += by
    await vi.advanceTimersByTimeAsync(by)
  }
  task.ask()
  await pass(0)
  for (let n = 0; n < 50; n += 1) task.ask()
  await pass(600)
  expect(starts).toEqual([0])
  finish()
  await pass(1)
  expect(starts).toHaveLength(2)
  finish()
  await pass(1000)
  expect(starts).toHaveLength(2)
})
