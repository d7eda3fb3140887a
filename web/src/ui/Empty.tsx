import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Problem as Failure } from '../api/client.ts'
import { Glyph } from './Glyph.tsx'

/** Nothing here: why, and the next step. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>
}

/** The final geometry in grey, only when the wait is long enough to notice. */
export function Skeleton({ rows = 5, what = 'the server' }: { rows?: number; what?: string }) {
  const [phase, setPhase] = useState<'quiet' | 'grey' | 'slow'>('quiet')
  useEffect(() => {
    const grey = setTimeout(() => setPhase('grey'), 300)
    const slow = setTimeout(() => setPhase('slow'), 5000)
    return () => {
      clearTimeout(grey)
      clearTimeout(slow)
    }
  }, [])
  return (
    <div class="skeleton" aria-busy="true">
      {phase === 'slow' && <span class="sm t2" role="status">Still waiting for {what}.</span>}
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} style={{ width: `${85 - ((index * 17) % 40)}%`, visibility: phase === 'quiet' ? 'hidden' : 'visible' }} />
      ))}
    </div>
  )
}

/** What failed, with its code and one action. Never replaces data that is already shown. */
export function Problem({ of, what, retry }: { of: Failure; what: string; retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Glyph name="failed" />
      <div>
        {what} could not be read. {of.message}
        {!/[.]$/.test(of.message) && '.'}
        <div class="sm t3 mono">
          {of.code}
          {of.requestId && ` · ${of.requestId}`}
        </div>
      </div>
      {retry && <button type="button" class="button small" onClick={retry}>Read again</button>}
    </div>
  )
}
