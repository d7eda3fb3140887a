import { useEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { JobBulk as Bulk } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { toast } from '../ui/Toast.tsx'

export type Deed = 'cancellations' | 'retries' | 'deletions'
export type JobFilter = Record<string, string | string[]>

const WORDS: Record<Deed, { title: string; verb: string; done: string; what: string; possible: string }> = {
  cancellations: { title: 'Cancel jobs', verb: 'Cancel', done: 'Cancelling', what: 'that wait or run', possible: 'wait or run' },
  retries: { title: 'Retry jobs', verb: 'Retry', done: 'Queued again:', what: 'that failed, timed out, were cancelled or quarantined', possible: 'have ended' },
  deletions: { title: 'Delete jobs', verb: 'Delete', done: 'Deleted', what: 'that have ended', possible: 'have ended' },
}

/** What the rehearsal found, of the jobs that were chosen (`ids`) or of all a filter holds. */
function Found({ deed, filter, matched }: { deed: Deed; filter: JobFilter; matched: number }) {
  const { what, possible } = WORDS[deed]
  const then = deed === 'retries' ? 'Each is queued again as a new job.' : 'It cannot be undone.'
  if (filter.ids) {
    const chosen = count(filter.ids.length)
    const rest = deed === 'deletions' ? '' : ' and are not part of something else'
    return <>Of the {chosen} selected, {matched === 0 ? 'none' : count(matched)} {possible}{rest}. {matched > 0 && then}</>
  }
  const said = Object.entries(filter).map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(' or ') : value}`).join(', ')
  if (matched === 0) return <>{`No job fits: ${said || 'all'}, ${what}.`}</>
  return <>{matched >= 100_000 && 'At least '}{counted(matched, 'job')} {what}{said && <>, with {said}</>}. {then}</>
}

/** One deed for every job a filter holds. It is counted first, and the button says how many. */
export function JobBulk({ deed, filter, onClose }: { deed: Deed; filter: JobFilter; onClose: (done: boolean) => void }) {
  const words = WORDS[deed]
  const [found, setFound] = useState<Bulk | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const keep = useRef<HTMLButtonElement>(null)
  const send = (dry_run: boolean, cursor: string | null = null) => api.post<Bulk>(`/jobs/${deed}`, { filter, dry_run, cursor })
  useEffect(() => {
    keep.current?.focus()
    send(true).then(setFound, (error: Problem) => setProblem(error.message))
  }, [])
  const act = async () => {
    setBusy(true)
    try {
      // The server does a part at a time and says where the next one begins.
      let done = 0
      let cursor: string | null = null
      do {
        const part: Bulk = await send(false, cursor)
        done += part.done
        cursor = part.next_cursor ?? null
      } while (cursor)
      toast(`${words.done} ${counted(done, 'job')}`)
      onClose(true)
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  return (
    <Dialog title={words.title} onClose={() => onClose(false)} testid="bulk-dialog">
      <div class="dialog-body">
        {found
          ? <p data-testid="bulk-count"><Found deed={deed} filter={filter} matched={found.matched} /></p>
          : !problem && <p aria-busy="true">Counting…</p>}
        {problem && <p class="field-error" role="alert">{problem}</p>}
      </div>
      <DialogActions>
        <button type="button" class="button" ref={keep} onClick={() => onClose(false)}>Keep them</button>
        <button type="button" class="button primary" disabled={busy || !found || found.matched === 0} aria-busy={busy} data-testid="bulk-confirm" onClick={act}>
          {words.verb} {found && found.matched > 0 ? counted(found.matched, 'job') : 'jobs'}
        </button>
      </DialogActions>
    </Dialog>
  )
}
