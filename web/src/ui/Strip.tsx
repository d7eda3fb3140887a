/** What state something was in, over a span of time: height and tone tell the states apart, a sentence sums them up. */
import { duration } from '../lib/format.ts'
import { lookOf, type StateKind } from './states.ts'

export interface Span {
  state: string
  from: number
  to: number
}

/** Neighbouring moments in one state become one span; a moment lasts until the next one, the last until `end`. */
export function spans(moments: { at: number; state: string }[], end: number, longest = Infinity): Span[] {
  const found: Span[] = []
  for (const [index, { at, state }] of moments.entries()) {
    const to = Math.min(moments[index + 1]?.at ?? end, at + longest)
    const last = found.at(-1)
    if (last && last.state === state && last.to >= at) last.to = to
    else found.push({ state, from: at, to })
  }
  return found
}

export function Strip({ kind, spans: all, from, to }: { kind: StateKind; spans: Span[]; from: number; to: number }) {
  const whole = to - from
  const sums = new Map<string, number>()
  for (const one of all) sums.set(one.state, (sums.get(one.state) ?? 0) + (one.to - one.from) / 1000)
  const text = [...sums].sort((a, b) => b[1] - a[1]).map(([state, seconds]) => `${lookOf(kind, state).word} ${duration(Math.round(seconds))}`).join(', ')
  return (
    <svg class="strip" viewBox="0 0 120 14" preserveAspectRatio="none" role="img" aria-label={text || 'not known'}>
      <title>{text || 'not known'}</title>
      {all.map((one, index) => (
        <rect key={index} class={`strip-${one.state}`} x={(120 * (one.from - from)) / whole} width={Math.max(0.4, (120 * (one.to - one.from)) / whole)} y="0" height="14" />
      ))}
    </svg>
  )
}
