import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Incident } from '../api/types.ts'
import { bytes } from '../lib/format.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { toast } from '../ui/Toast.tsx'

/** A file for a running incident: it becomes a data set, and the workflow is told. */
export function GiveData({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null)
  const [type, setType] = useState('')
  const [comment, setComment] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (event: Event) => {
    event.preventDefault()
    if (!file) return setProblem('Choose a file')
    setBusy(true)
    try {
      await api.upload(`/incidents/${incident.id}/data`, file, { name: file.name, type: type.trim(), comment: comment.trim() })
      toast(`${file.name} given, ${bytes(file.size)}`)
      onClose()
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  return (
    <Dialog title="Add data" onClose={onClose} testid="data-dialog">
      <form onSubmit={send}>
        <div class="dialog-body form">
          <p>The file becomes a data set of “{incident.name}”, and its workflow is told.</p>
          <div class="field">
            <label for="data-file">File</label>
            <input id="data-file" type="file" onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />
          </div>
          <div class="field">
            <label for="data-type">Type <span class="t3">(optional)</span></label>
            <input id="data-type" value={type} onInput={(event) => setType(event.currentTarget.value)} />
          </div>
          <div class="field">
            <label for="data-comment">Comment <span class="t3">(optional)</span></label>
            <input id="data-comment" value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
          </div>
          {problem && <p class="field-error" role="alert">{problem}</p>}
        </div>
        <DialogActions>
          <button type="button" class="button" onClick={onClose}>Back</button>
          <button type="submit" class="button primary" disabled={busy} aria-busy={busy} data-testid="data-confirm">Add data</button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
