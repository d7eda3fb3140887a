/** Glyph, tone and word of every state in the API. test/states.test.ts fails when one is missing. */
import type { Machine } from '../api/types.ts'
import type { GlyphName } from './glyphs.ts'

export interface Look {
  glyph: GlyphName
  /** A colour class; most states are grey on purpose. */
  tone: '' | 'run' | 'wait' | 'done' | 't2' | 'person' | 'high' | 'critical' | 'low' | 'stale'
  word: string
}

const look = (glyph: GlyphName, tone: Look['tone'], word: string): Look => ({ glyph, tone, word })

const WORK = {
  created: look('queued', 'wait', 'created'),
  scheduled: look('queued', 'wait', 'scheduled'),
  queued: look('queued', 'wait', 'queued'),
  running: look('running', 'run', 'running'),
  completing: look('completing', 'run', 'completing'),
  paused: look('paused', 't2', 'paused'),
  succeeded: look('ok', 'done', 'succeeded'),
  failed: look('failed', '', 'failed'),
  timed_out: look('timed_out', '', 'timed out'),
  cancelled: look('cancelled', 'done', 'cancelled'),
  lost: look('lost', 'high', 'lost'),
  quarantined: look('failed', '', 'quarantined'),
  /** Of attempts: handed back by a node that stopped, or put off by the handler. */
  released: look('paused', 't2', 'handed back'),
  snoozed: look('queued', 'wait', 'snoozed'),
}

export const LOOKS = {
  incident: {
    pending: look('queued', 'wait', 'pending'),
    active: look('running', 'run', 'active'),
    completing: WORK.completing,
    complete: look('ok', 'done', 'complete'),
    cancelled: WORK.cancelled,
    error: look('failed', '', 'error'),
    archived: look('archived', 'done', 'archived'),
  },
  stage: WORK,
  simulation: {
    ...WORK,
    prepared: look('paused', 'person', 'prepared'),
    unknown: look('lost', 'high', 'in doubt'),
  },
  job: WORK,
  machine: {
    answers: look('ok', 'done', 'answers'),
    unreachable: look('lost', 'high', 'unreachable'),
    pending: look('queued', 'wait', 'pending'),
    cordoned: look('cordon', 't2', 'cordoned'),
    disabled: look('cordon', 't2', 'disabled'),
  },
  source: {
    waiting: look('queued', 'wait', 'waiting'),
    polling: look('running', 'run', 'polling'),
    paused: WORK.paused,
    failing: look('failed', 'high', 'failing'),
  },
  delivery: {
    queued: WORK.queued,
    accepted: look('ok', 'done', 'accepted'),
    delivered: look('ok', 'done', 'delivered'),
    ignored: look('cancelled', 'done', 'ignored'),
    duplicate: look('cancelled', 'done', 'duplicate'),
    quarantined: WORK.quarantined,
  },
  workflow: {
    loaded: look('ok', 'done', 'loaded'),
    broken: look('failed', 'high', 'broken'),
  },
  transfer: {
    planned: look('queued', 'wait', 'planned'),
    waiting: look('queued', 'wait', 'waiting'),
    running: WORK.running,
    completing: WORK.completing,
    complete: look('ok', 'done', 'complete'),
    failed: look('failed', 'high', 'failed'),
    cancelled: WORK.cancelled,
  },
  webhook: {
    enabled: look('running', 'run', 'enabled'),
    failing: look('failed', 'high', 'failing'),
    disabled: look('cordon', 't2', 'disabled'),
  },
  webhook_message: {
    pending: look('queued', 'wait', 'pending'),
    delivered: look('ok', 'done', 'delivered'),
    failed: look('failed', 'high', 'given up'),
  },
  alarm: {
    new: look('high', 'high', 'new'),
    acknowledged: look('ok', 'done', 'acknowledged'),
    shelved: look('paused', 't2', 'shelved'),
    gone: look('ok', 'done', 'gone'),
  },
  loop: {
    running: WORK.running,
    waiting: look('queued', 'wait', 'waiting'),
    backing_off: look('timed_out', 'high', 'backing off'),
    stopped: look('paused', 't2', 'stopped'),
  },
  node: {
    initializing: look('initializing', 'wait', 'initializing'),
    waiting: look('queued', 'done', 'waiting'),
    working: look('running', 'run', 'working'),
    paused: look('paused', 't2', 'paused'),
    dead: look('failed', 'high', 'dead'),
    unresponsive: look('lost', 'high', 'unresponsive'),
    terminated: look('cancelled', 'done', 'terminated'),
  },
  queue: {
    active: look('running', 'run', 'active'),
    paused: WORK.paused,
    draining: look('completing', 'wait', 'draining'),
  },
  batch: {
    open: look('initializing', 'wait', 'open'),
    sealed: look('running', 'run', 'sealed'),
    finished: look('ok', 'done', 'finished'),
  },
  schedule: {
    enabled: look('running', 'run', 'enabled'),
    paused: WORK.paused,
  },
  module: {
    ok: look('ok', 'done', 'ok'),
    degraded: look('failed', 'high', 'degraded'),
  },
  check: {
    ok: look('ok', 'done', 'ok'),
    degraded: look('failed', 'high', 'degraded'),
    off: look('cordon', 't2', 'off'),
    unknown: look('queued', 'wait', 'not asked yet'),
    running: WORK.running,
    passed: look('ok', 'done', 'passed'),
    failed: look('failed', 'high', 'failed'),
  },
  link: {
    open: look('running', 'run', 'open'),
    ended: look('cancelled', 'done', 'ended'),
    revoked: look('cancelled', 'done', 'revoked'),
  },
  storage: {
    pending: look('queued', 'wait', 'not asked yet'),
    answers: look('ok', 'done', 'answers'),
    unreachable: look('lost', 'high', 'unreachable'),
    refused: look('failed', 'high', 'refuses its login'),
    off: look('cordon', 't2', 'switched off'),
  },
  replica: {
    present: look('ok', 'done', 'present'),
    missing: look('lost', 'high', 'missing'),
    damaged: look('failed', 'high', 'damaged'),
  },
  level: {
    debug: look('note', 'done', 'debug'),
    info: look('note', 't2', 'info'),
    warning: look('low', 'low', 'warning'),
    error: look('failed', 'high', 'error'),
    critical: look('critical', 'critical', 'critical'),
  },
} satisfies Record<string, Record<string, Look>>

export type StateKind = keyof typeof LOOKS

/** A state the page has no drawing for is shown as unlike anything known. */
export function lookOf(kind: StateKind, state: string): Look {
  return (LOOKS[kind] as Record<string, Look>)[state] ?? look('lost', 'wait', state.replaceAll('_', ' '))
}

export function machineState(machine: Pick<Machine, 'state' | 'cordoned' | 'enabled'>): string {
  if (!machine.enabled) return 'disabled'
  if (machine.state === 'unreachable') return 'unreachable'
  return machine.cordoned ? 'cordoned' : machine.state
}

export function storageState(storage: { enabled: boolean; state: string }): string {
  return storage.enabled ? storage.state : 'off'
}

/** The five states, and the two reasons that are worth a look of their own. */
export function nodeState(node: { state: string; reason: string | null }): string {
  if (node.state === 'dead') return node.reason === 'terminated' ? 'terminated' : 'dead'
  return node.reason === 'unresponsive' ? 'unresponsive' : node.state
}

const ORDER: GlyphName[] = ['critical', 'high', 'lost', 'failed', 'timed_out', 'low', 'person', 'running', 'completing', 'paused', 'queued', 'cancelled', 'ok']

/** A group shows its worst member. */
export function worst(looks: Look[]): Look | null {
  return looks.reduce<Look | null>((held, next) => (!held || rank(next) < rank(held) ? next : held), null)
}

function rank(one: Look): number {
  const at = ORDER.indexOf(one.glyph)
  return at < 0 ? ORDER.length : at
}
