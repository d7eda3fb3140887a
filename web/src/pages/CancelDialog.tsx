import { useEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Incident } from '../api/types.ts'
import { put } from '../live/store.ts'
import { counted } from '../lib/format.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { toast } from '../ui/Toast.tsx'

/** Cancelling an incident cannot be undone: says what stops and what stays. */
export function CancelDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => keep.current?.focus(), [])
  const open = Math.max(0, incident.simulation_count - incident.simulations_done - incident.simulations_failed)
  const send = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    try {
      put(await api.post<Incident>(`/incidents/${incident.id}/cancellation`, reason.trim() ? { reason: reason.trim() } : {}))
      toast(`Cancelling ${incident.name}`)
      onClose()
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  return (
    <Dialog title={`Cancel “${incident.name}”`} onClose={onClose} testid="cancel-dialog">
      <form onSubmit={send}>
        <div class="dialog-body">
          <p>
            Stops {open > 0 ? `${counted(open, 'open simulation')} on their machines and` : ''} every stage that has not finished.
            {' '}{incident.dataset_count > 0 ? `${counted(incident.dataset_count, 'data set')} ${incident.dataset_count === 1 ? 'stays' : 'stay'}.` : 'There is no data set yet.'} It cannot be undone.
          </p>
          <div class="field">
            <label for="cancel-reason">Reason <span class="t3">(optional)</span></label>
            <input id="cancel-reason" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
          </div>
          {problem && <p class="field-error" role="alert">{problem}</p>}
        </div>
        <DialogActions>
          <button type="button" class="button" ref={keep} onClick={onClose}>Keep it running</button>
          <button type="submit" class="button primary" disabled={busy} aria-busy={busy} data-testid="cancel-confirm">Cancel incident</button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
