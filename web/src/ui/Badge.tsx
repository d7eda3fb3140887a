import type { Alarm } from '../api/types.ts'
import { sentence } from '../lib/format.ts'
import { Glyph } from './Glyph.tsx'

/** An alarm's priority: filled while nobody has acknowledged it, outlined after. */
export function Badge({ alarm }: { alarm: Pick<Alarm, 'priority' | 'state'> }) {
  return (
    <span class={`badge ${alarm.priority} ${alarm.state === 'new' ? '' : 'outlined'}`}>
      <Glyph name={alarm.priority} />
      {sentence(alarm.priority)}
    </span>
  )
}
