import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Incident, MessageRow, Page, Timeline } from '../api/types.ts'
import { put, useDocument } from '../live/store.ts'
import { counted } from '../lib/format.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

function RetryForm({ incident, failed, onClose }: { incident: Incident; failed: MessageRow[]; onClose: () => void }) {
  const before = failed.length === 1 ? JSON.stringify(failed[0]!.message, null, 2) : ''
  const [text, setText] = useState(before)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (event: Event) => {
    event.preventDefault()
    let body: Record<string, unknown> = {}
    if (text !== before) {
      try {
        body = { stage_id: failed[0]!.id, message: JSON.parse(text) as unknown }
      } catch {
        return setProblem('The message is JSON')
      }
    }
    setBusy(true)
    try {
      put(await api.post<Incident>(`/incidents/${incident.id}/retry`, body))
      toast(`${incident.name} goes on`)
      onClose()
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={send}>
      <div class="dialog-body form">
        <p>Runs {failed.map((one) => one.stage).join(', ') || 'what was cancelled'} again, and what was cancelled because of it. What succeeded is not repeated.</p>
        {failed.map((one) => <pre key={one.id} class="mono wrapped">{one.stage}: {one.error}</pre>)}
        {failed.length === 1 && (
          <div class="field">
            <label for="retry-message">Message to {failed[0]!.stage}</label>
            <textarea id="retry-message" class="mono" rows={5} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          </div>
        )}
        {failed.length > 1 && <p class="t2">{counted(failed.length, 'stage')} failed; their messages stay as they are.</p>}
        {problem && <p class="field-error" role="alert">{problem}</p>}
      </div>
      <DialogActions>
        <button type="button" class="button" onClick={onClose}>Back</button>
        <button type="submit" class="button primary" disabled={busy} aria-busy={busy} data-testid="retry-confirm">Try again</button>
      </DialogActions>
    </form>
  )
}

/** Going on from what failed, with another message where the message was wrong. */
export function RetryDialog({ incident, timeline, onClose }: { incident: Incident; timeline: Timeline | undefined; onClose: () => void }) {
  const messages = useDocument<Page<MessageRow>>(`/incidents/${incident.id}/messages?limit=500`, [`timeline:${incident.id}`])
  const ids = new Set(timeline?.stages.filter((one) => one.state === 'failed').map((one) => one.id))
  return (
    <Dialog title={`Try “${incident.name}” again`} onClose={onClose} testid="retry-dialog">
      <Loaded of={messages} what="What failed" rows={3}>
        {({ items }) => <RetryForm incident={incident} failed={items.filter((one) => ids.has(one.id))} onClose={onClose} />}
      </Loaded>
    </Dialog>
  )
}
