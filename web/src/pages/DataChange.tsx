import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Dataset } from '../api/types.ts'
import { put } from '../live/store.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { toast } from '../ui/Toast.tsx'

const words = (text: string) => text.split(',').map((one) => one.trim()).filter(Boolean)

/** What is said of a data set; its bytes never change. */
export function DataChange({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const [name, setName] = useState(dataset.name)
  const [type, setType] = useState(dataset.media_type)
  const [role, setRole] = useState(dataset.role ?? '')
  const [comment, setComment] = useState(dataset.comment ?? '')
  const [tags, setTags] = useState(dataset.tags.join(', '))
  const [area, setArea] = useState(dataset.area?.join(', ') ?? '')
  const [pinned, setPinned] = useState(dataset.pinned)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    const box = area.trim() ? words(area).map(Number) : null
    try {
      const wanted = { name, media_type: type, role: role.trim() || null, comment: comment.trim() || null, tags: words(tags), area: box, pinned }
      const changed = await api.patch<Dataset>(`/datasets/${dataset.id}`, wanted)
      put({ ...dataset, ...changed })
      toast(`${changed.name} changed`)
      onClose()
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  const text = (id: string, label: string, value: string, set: (value: string) => void, help?: string) => (
    <div class="field">
      <label for={`dataset-${id}`}>{label}</label>
      <input id={`dataset-${id}`} autocomplete="off" value={value} onInput={(event) => set(event.currentTarget.value)} />
      {help && <span class="field-help">{help}</span>}
    </div>
  )
  return (
    <Dialog title={`Change “${dataset.name}”`} onClose={onClose} testid="dataset-change">
      <form onSubmit={send}>
        <div class="dialog-body form">
          {text('name', 'Name', name, setName)}
          {text('type', 'Media type', type, setType)}
          {text('role', 'Role', role, setRole, 'What it is for, such as map or grid')}
          {text('comment', 'Comment', comment, setComment)}
          {text('tags', 'Tags', tags, setTags, 'With commas between them')}
          {text('area', 'Area', area, setArea, 'West, south, east, north in degrees')}
          <div class="field">
            <label class="check">
              <input type="checkbox" checked={pinned} onChange={(event) => setPinned(event.currentTarget.checked)} />
              Pinned: neither people nor retention delete it
            </label>
          </div>
          {problem && <p class="field-error" role="alert">{problem}</p>}
        </div>
        <DialogActions>
          <button type="button" class="button" onClick={onClose}>Back</button>
          <button type="submit" class="button primary" disabled={busy} aria-busy={busy} data-testid="dataset-change-confirm">Change</button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
