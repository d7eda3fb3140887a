import type { ComponentChildren } from 'preact'
import { absolute, moment, sentence } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { Glyph } from './Glyph.tsx'
import type { GlyphName } from './glyphs.ts'

const LOOK: Record<string, [GlyphName, string]> = {
  machine: ['lost', 'high'],
  unreachable: ['lost', 'high'],
  lost: ['lost', 'high'],
  approval: ['person', 'person'],
  credential: ['person', 'person'],
  person: ['person', 'person'],
  running: ['running', 'run'],
  simulation: ['running', 'run'],
  simulations: ['running', 'run'],
  retry: ['timed_out', 't2'],
  backoff: ['timed_out', 't2'],
  paused: ['paused', 't2'],
}

interface Props {
  kind: string
  subject?: ComponentChildren
  text: string
  since: string | null | undefined
  next: string | null | undefined
  action?: ComponentChildren
}

/** Who something waits for, since when, and when we look again. */
export function Waiting({ kind, subject, text, since, next, action }: Props) {
  const [glyph, tone] = LOOK[kind] ?? ['queued', 'wait']
  const now = tick.value
  const times = [since && `since ${moment(since, now)}`, next && `next check ${moment(next, now)}`].filter(Boolean).join(', ')
  return (
    <div class="waiting" data-testid="waiting">
      <Glyph name={glyph} tone={tone} />
      <div>
        {subject ?? sentence(text)}
        {subject && <div class="sm t2">{text}</div>}
        {times && <div class="sm t2" title={since ? absolute(since) : undefined}>{times}</div>}
      </div>
      {action ?? <span />}
    </div>
  )
}
