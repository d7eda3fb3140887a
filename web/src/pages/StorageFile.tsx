import { useEffect, useState } from 'preact/hooks'
import { api, Problem } from '../api/client.ts'
import type { FolderEntry, Storage } from '../api/types.ts'
import { bytes, moment } from '../lib/format.ts'
import { dump, fileHref, filePath, textOf } from '../lib/files.ts'
import { allowed, session } from '../lib/session.ts'
import { readCsv } from '../lib/tables.ts'
import { tick } from '../lib/time.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Rows } from '../ui/Rows.tsx'
import { toast } from '../ui/Toast.tsx'

const HEAD_BYTES = 64 * 1024
const IMAGE_BYTES = 8 * 1024 * 1024
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const LINES = 60
const DUMPED = 256

type Head = { image: string } | { rows: string[][] } | { text: string } | { dump: string }

async function headOf(storage: Storage, file: FolderEntry, signal: AbortSignal): Promise<Head | null> {
  const size = file.bytes ?? 0
  if (size === 0) return null
  const whole = IMAGES.includes(file.media_type ?? '') && size <= IMAGE_BYTES
  const answer = await fetch(fileHref(storage.id, file.path), { credentials: 'same-origin', signal, headers: whole ? {} : { range: `bytes=0-${Math.min(size, HEAD_BYTES) - 1}` } })
  if (!answer.ok) throw new Problem(answer.status, ((await answer.json().catch(() => null)) ?? {}) as Record<string, unknown>)
  if (whole) return { image: URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: file.media_type! })) }
  const content = new Uint8Array(await answer.arrayBuffer()).subarray(0, HEAD_BYTES)
  const text = textOf(content)
  if (text === null) return { dump: dump(content.subarray(0, DUMPED)) }
  return /^text\/(csv|tab-separated-values)$/.test(file.media_type ?? '') ? { rows: readCsv(text, 21, size > HEAD_BYTES) } : { text: text.split('\n', LINES).join('\n') }
}

function Look({ storage, file }: { storage: Storage; file: FolderEntry }) {
  const [head, setHead] = useState<Head | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    let made: string | null = null
    headOf(storage, file, stop.signal).then(
      (found) => {
        if (found && 'image' in found) made = found.image
        if (stop.signal.aborted && made) URL.revokeObjectURL(made)
        else setHead(found)
      },
      (error: Error) => stop.signal.aborted || setProblem(error.message),
    )
    return () => {
      stop.abort()
      if (made) URL.revokeObjectURL(made)
    }
  }, [file.path, file.etag])
  if (problem) return <p class="drawer-section sm t2">No first look: {problem}</p>
  if (!head) return file.bytes === 0 ? <p class="drawer-section sm t2">It is empty.</p> : null
  if ('image' in head) return <img class="preview" src={head.image} alt={file.name} />
  if ('rows' in head) return <Rows of={head.rows} name={file.name} />
  return <pre class="preview-text" tabIndex={0} role="region" aria-label={`The beginning of ${file.name}`} data-testid="file-head">{'text' in head ? head.text : head.dump}</pre>
}

const ABOUT = {
  properties: {
    name: { type: 'string', title: 'Name' },
    role: { type: 'string', title: 'Role', description: 'What it is for, such as map or grid' },
    comment: { type: 'string', title: 'Comment' },
    tags: { type: 'array', items: { type: 'string' }, title: 'Tags', description: 'One a line' },
  },
  required: ['name'],
}

function Adopt({ storage, file, onClose }: { storage: Storage; file: FolderEntry; onClose: () => void }) {
  const send = async (said: Record<string, unknown>) => {
    await api.post('/datasets/adopt', { ...said, storage_id: storage.id, path: file.path })
    toast(`${file.name} is being read; it is a data set once its checksums are known`)
    onClose()
  }
  return (
    <Dialog title={`Make “${file.name}” a data set`} onClose={onClose} testid="adopt-dialog">
      <div class="dialog-body">
        <p>It stays where it is. A job reads it once for its checksums; from then on it is found, checked and copied like every data set.</p>
        <Form verb="Make it a data set" schema={ABOUT} initial={{ name: file.name }} onSend={send} testid="adopt-form" />
      </div>
    </Dialog>
  )
}

/** One file: its first lines, and what can be done with it. */
export function FileDrawer({ storage, file, onClose, onGone }: { storage: Storage; file: FolderEntry; onClose: () => void; onGone: () => void }) {
  const [asked, setAsked] = useState<'adopt' | 'delete' | null>(null)
  const mine = allowed('runner') && (storage.owner_id === session.value?.user.id || allowed('admin'))
  const remove = async () => {
    await api.delete(filePath(storage.id, file.path))
    toast(`${file.name} deleted`)
    onGone()
    onClose()
  }
  return (
    <Dialog as="drawer" title={file.name} onClose={onClose} testid="file-drawer">
      <Look storage={storage} file={file} />
      <KeyValue label="Path"><Copy value={file.path} what="path" /></KeyValue>
      <KeyValue label="Size">{bytes(file.bytes)}</KeyValue>
      {file.media_type && <KeyValue label="Type">{file.media_type}</KeyValue>}
      {file.modified_at && <KeyValue label="Changed">{moment(file.modified_at, tick.value)}</KeyValue>}
      <div class="drawer-section row-actions">
        <a class="button small" href={fileHref(storage.id, file.path)} download={file.name} data-testid="file-download">Download</a>
        {mine && <button type="button" class="button small" data-testid="file-adopt" onClick={() => setAsked('adopt')}>Make a data set…</button>}
        {mine && storage.capabilities.includes('write') && <button type="button" class="button small quiet" data-testid="file-delete" onClick={() => setAsked('delete')}>Delete…</button>}
      </div>
      {asked === 'adopt' && <Adopt storage={storage} file={file} onClose={() => setAsked(null)} />}
      {asked === 'delete' && (
        <Dialog title={`Delete “${file.name}”?`} onClose={() => setAsked(null)} testid="file-delete-dialog">
          <div class="dialog-body"><p>It is gone from {storage.name} for good, {bytes(file.bytes)}.</p></div>
          <DialogActions>
            <button type="button" class="button" onClick={() => setAsked(null)}>Keep it</button>
            <Button class="primary" testid="file-delete-confirm" run={remove}>Delete file</Button>
          </DialogActions>
        </Dialog>
      )}
    </Dialog>
  )
}
