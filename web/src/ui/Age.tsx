import { absolute, ago, NOT_KNOWN, roughly } from '../lib/format.ts'
import { tick } from '../lib/time.ts'

interface Props {
  at: string | null | undefined
  /** Expected seconds between observations; older than three of them reads as stale. */
  every?: number
  /** "8 s" instead of "8 s ago". */
  bare?: boolean
}

/** "12 min ago", ticking from the one shared timer; both zones on hover. */
export function Age({ at, every, bare = false }: Props) {
  if (!at) return <span class="t3">{NOT_KNOWN}</span>
  const now = tick.value
  const stale = every !== undefined && now - new Date(at).getTime() > every * 3000
  const text = bare ? roughly((now - new Date(at).getTime()) / 1000) : ago(at, now)
  return (
    <time dateTime={at} title={absolute(at)} class={`nowrap ${stale ? 'stale' : ''}`}>
      {stale && !bare ? text.replace(/ ago$/, ' old') : text}
    </time>
  )
}
