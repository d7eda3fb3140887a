import type { ComponentChildren } from 'preact'
import { absolute, moment, sentence } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { Glyph } from './Glyph.tsx'
import type { GlyphName } from './glyphs.ts'
import type { Look } from './states.ts'

/** Kinds that do not simply wait for their turn. */
const LOOK: Record<string, [GlyphName, string]> = {
  unreachable: ['lost', 'high'],
  lost: ['lost', 'high'],
  handler_missing: ['lost', 'high'],
  run: ['running', 'run'],
  feed: ['running', 'run'],
  outputs: ['completing', 'run'],
  cancellation: ['completing', 'run'],
  approval: ['person', 'person'],
  credential: ['person', 'person'],
  person: ['person', 'person'],
  running: ['running', 'run'],
  retry: ['timed_out', 't2'],
  backoff: ['timed_out', 't2'],
  paused: ['paused', 't2'],
}

interface Props {
  kind: string
  /** What the thing itself shows, when that is known better than the kind. */
  look?: Look
  subject?: ComponentChildren
  text?: string
  since: string | null | undefined
  next: string | null | undefined
  action?: ComponentChildren
}

/** Who something waits for, since when, and when we look again. */
export function Waiting({ kind, look, subject, text = '', since, next, action }: Props) {
  const [glyph, tone] = look ? [look.glyph, look.tone] : (LOOK[kind] ?? ['queued', 'wait'])
  const now = tick.value
  const times = [since && `since ${moment(since, now)}`, next && `next check ${moment(next, now)}`].filter(Boolean).join(', ')
  return (
    <div class="waiting" data-testid="waiting">
      <Glyph name={glyph} tone={tone} />
      <div>
        {subject ?? (/^waits\b|^paused\b|^due\b|^not\b/i.test(text) ? sentence(text) : <>Waits: {text}</>)}
        {subject && text && <div class="sm t2">{text}</div>}
        {times && <div class="sm t2" title={since ? absolute(since) : undefined}>{times}</div>}
      </div>
      {action ?? <span />}
    </div>
  )
}
