import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Dataset } from '../api/types.ts'
import { allowed } from '../lib/session.ts'
import { put } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/Toast.tsx'
import { contentHref } from './Results.tsx'
import { DataChange } from './DataChange.tsx'
import { CollectDialog } from './DatasetCollections.tsx'
import { ShareButton } from './ShareButton.tsx'

/** What this person can do with a data set. */
export function DatasetActions({ dataset }: { dataset: Dataset }) {
  const [open, setOpen] = useState<'change' | 'collect' | null>(null)
  const path = `/datasets/${dataset.id}`
  const there = dataset.deleted_at === null
  const remove = async () => {
    await api.delete(path)
    put({ ...dataset, deleted_at: new Date().toISOString() })
    toast(`${dataset.name} deleted; it can be restored from here`, () => void restore())
  }
  const restore = async () => {
    put({ ...dataset, ...(await api.post<Dataset>(`${path}/restore`)) })
    toast(`${dataset.name} restored`)
  }
  const pin = async () => {
    put({ ...dataset, ...(await api.patch<Dataset>(path, { pinned: !dataset.pinned })) })
    toast(dataset.pinned ? `${dataset.name} may be deleted again` : `${dataset.name} is kept: nothing deletes it`)
  }
  return (
    <>
      <div class="drawer-section row-actions wraps">
        {there && <a class="button small" href={contentHref(dataset.id)} download={dataset.name}>Download</a>}
        {there && <ShareButton id={dataset.id} name={dataset.name} small />}
        {allowed('runner') && there && (
          <>
            <button type="button" class="button small" data-testid="dataset-edit" onClick={() => setOpen('change')}>Change…</button>
            <button type="button" class="button small" data-testid="dataset-collect" onClick={() => setOpen('collect')}>Collect…</button>
            <Button class="small" testid="dataset-pin" run={pin} title="Neither people nor retention delete what is pinned">{dataset.pinned ? 'Unpin' : 'Pin'}</Button>
            {!dataset.pinned && <Button class="small" testid="dataset-delete" run={remove}>Delete</Button>}
          </>
        )}
        {allowed('runner') && !there && dataset.erased_at === null && <Button class="small" testid="dataset-restore" run={restore}>Restore</Button>}
      </div>
      {open === 'change' && <DataChange dataset={dataset} onClose={() => setOpen(null)} />}
      {open === 'collect' && <CollectDialog dataset={dataset} onClose={() => setOpen(null)} />}
    </>
  )
}
