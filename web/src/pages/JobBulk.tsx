import { useEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { JobBulk as Bulk } from '../api/types.ts'
import { counted } from '../lib/format.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { toast } from '../ui/Toast.tsx'

export type Deed = 'cancellations' | 'retries' | 'deletions'
export type JobFilter = Record<string, string | string[]>

const WORDS: Record<Deed, { title: string; verb: string; done: string; what: string }> = {
  cancellations: { title: 'Cancel jobs', verb: 'Cancel', done: 'Cancelling', what: 'that wait or run' },
  retries: { title: 'Retry jobs', verb: 'Retry', done: 'Queued again:', what: 'that failed, timed out, were cancelled or quarantined' },
  deletions: { title: 'Delete jobs', verb: 'Delete', done: 'Deleted', what: 'that have ended' },
}

/** One deed for every job a filter holds. It is counted first, and the button says how many. */
export function JobBulk({ deed, filter, onClose }: { deed: Deed; filter: JobFilter; onClose: () => void }) {
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
      onClose()
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  const said = Object.entries(filter).map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(' or ') : value}`).join(', ')
  return (
    <Dialog title={words.title} onClose={onClose} testid="bulk-dialog">
      <div class="dialog-body">
        {found
          ? <p data-testid="bulk-count">{found.matched === 0 ? `No job fits: ${said || 'all'}, ${words.what}.` : <>{found.matched >= 100_000 && 'At least '}{counted(found.matched, 'job')} {words.what}{said && <>, with {said}</>}. {deed === 'retries' ? 'Each is queued again as a new job.' : 'It cannot be undone.'}</>}</p>
          : !problem && <p aria-busy="true">Counting…</p>}
        {problem && <p class="field-error" role="alert">{problem}</p>}
      </div>
      <DialogActions>
        <button type="button" class="button" ref={keep} onClick={onClose}>Keep them</button>
        <button type="button" class="button primary" disabled={busy || !found || found.matched === 0} aria-busy={busy} data-testid="bulk-confirm" onClick={act}>
          {words.verb} {found && found.matched > 0 ? counted(found.matched, 'job') : 'jobs'}
        </button>
      </DialogActions>
    </Dialog>
  )
}
