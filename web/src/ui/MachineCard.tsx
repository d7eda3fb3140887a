import type { Machine } from '../api/types.ts'
import { count, driverName, NOT_KNOWN, percent, sentence } from '../lib/format.ts'
import { Age } from './Age.tsx'
import { Glyph } from './Glyph.tsx'
import { lookOf, machineState } from './states.ts'

/** Seconds between polls; the card greys out what is older than three of them. */
export const POLL_EVERY = 30

/** Glyph, name, batch system; whether it answers; how full it is. */
export function MachineCard({ machine, plain = false }: { machine: Machine; plain?: boolean }) {
  const state = machineState(machine)
  const look = lookOf('machine', state)
  const abnormal = state === 'unreachable'
  const waits = abnormal && machine.login_state != null && !['connected', 'ended'].includes(machine.login_state)
  const { cores, cores_used: used } = machine
  const Tag = plain ? 'div' : 'a'
  return (
    <Tag class={`machine ${abnormal ? 'abnormal' : ''}`} {...(plain ? {} : { href: `/machines#${machine.name}` })} data-testid="machine" data-state={state}>
      <div class="machine-name">
        {abnormal ? <Glyph name="high" tone="high" /> : <Glyph name={look.glyph} tone={look.tone} />}
        <span class="cut">{machine.name}</span>
        <span class="t3">{machine.driver && machine.driver !== machine.name && driverName(machine.driver)}{machine.transport && machine.transport !== 'local' && ` over ${machine.transport}`}</span>
        {machine.test_mode && <span class="boxed">test</span>}
      </div>
      <div class="machine-line">
        <span class={abnormal ? 'high' : ''}>{waits ? 'Waits for a login' : abnormal ? 'Does not answer' : sentence(look.word)}</span>
        <span class={abnormal ? 'high' : 't3'}>{machine.last_polled_at ? <>{!abnormal && 'polled '}<Age at={machine.last_polled_at} every={POLL_EVERY} /></> : 'not polled yet'}</span>
      </div>
      <span class="meter" aria-hidden="true"><i class={machine.transport === 'local' ? 'ours' : ''} style={{ width: cores && used ? `${Math.min(100, (100 * used) / cores)}%` : '0' }} /></span>
      <div class="machine-line">
        <span>{cores === null ? NOT_KNOWN : cores > 16 ? `${percent(used ?? 0, cores)} busy` : `${count(used ?? 0)} of ${count(cores)} cores`}</span>
        <span>{count(machine.running_count)} running, {count(machine.queued_count)} queued</span>
      </div>
    </Tag>
  )
}
