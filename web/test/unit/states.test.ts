import { expect, test } from 'vitest'
import * as types from '../../src/api/types.ts'
import { GLYPHS } from '../../src/ui/glyphs.ts'
import { LOOKS, lookOf, machineState, nodeState, worst, type StateKind } from '../../src/ui/states.ts'
import { spans } from '../../src/ui/Strip.tsx'

const ENUMS: [StateKind, readonly string[]][] = [
  ['incident', types.INCIDENT_STATES], ['stage', types.STAGE_STATES], ['simulation', types.SIMULATION_STATES], ['job', types.JOB_STATES],
  ['machine', types.MACHINE_STATES], ['source', types.SOURCE_STATES], ['delivery', types.DELIVERY_STATES], ['workflow', types.WORKFLOW_STATES],
  ['alarm', types.ALARM_STATES], ['loop', types.LOOP_STATES], ['module', types.MODULE_STATES], ['level', types.LOG_LEVELS], ['replica', types.REPLICA_STATES],
  ['storage', types.STORAGE_STATES], ['node', types.NODE_STATES], ['queue', types.QUEUE_STATES],
]

test('each state of the API has a glyph and a word of its own', () => {
  for (const [kind, states] of ENUMS) {
    for (const state of states) {
      const look = (LOOKS[kind] as Record<string, unknown>)[state]
      expect(look, `${kind} ${state}`).toBeDefined()
      expect(GLYPHS[lookOf(kind, state).glyph], `${kind} ${state}`).toBeDefined()
      expect(lookOf(kind, state).word.length).toBeGreaterThan(0)
    }
    const words = states.map((state) => lookOf(kind, state).word)
    expect(new Set(words).size, kind).toBe(words.length)
  }
})

test('states that are told apart by colour are also told apart by shape', () => {
  for (const [kind, states] of ENUMS) {
    if (kind === 'alarm' || kind === 'level') continue
    const looks = states.map((state) => lookOf(kind, state))
    for (const a of looks) for (const b of looks) if (a.tone !== b.tone) expect(a.glyph, `${kind}: ${a.word} and ${b.word}`).not.toBe(b.glyph)
  }
})

test('a state nobody drew is shown as not known, with its own word', () => {
  expect(lookOf('job', 'brand_new')).toMatchObject({ glyph: 'lost', word: 'brand new' })
})

test('a group shows its worst member; a machine that does not answer is not shown as cordoned', () => {
  expect(worst(['succeeded', 'running', 'lost', 'queued'].map((state) => lookOf('simulation', state)))!.word).toBe('lost')
  expect(machineState({ state: 'unreachable', cordoned: true, enabled: true })).toBe('unreachable')
  expect(machineState({ state: 'answers', cordoned: true, enabled: true })).toBe('cordoned')
  expect(machineState({ state: 'answers', cordoned: true, enabled: false })).toBe('disabled')
})

test('a node that does not answer is not shown as waiting, one that said good-bye not as dead', () => {
  expect(nodeState({ state: 'working', reason: 'unresponsive' })).toBe('unresponsive')
  expect(nodeState({ state: 'dead', reason: 'terminated' })).toBe('terminated')
  expect(nodeState({ state: 'dead', reason: 'lost' })).toBe('dead')
  expect(nodeState({ state: 'paused', reason: 'asked' })).toBe('paused')
})

test('moments of one state become a span; a silence is not known', () => {
  const moments = [[0, 'waiting'], [10, 'waiting'], [20, 'working'], [100, 'working']].map(([at, state]) => ({ at: Number(at), state: String(state) }))
  expect(spans(moments, 110, 30)).toEqual([
    { state: 'waiting', from: 0, to: 20 },
    { state: 'working', from: 20, to: 50 },
    { state: 'working', from: 100, to: 110 },
  ])
})
