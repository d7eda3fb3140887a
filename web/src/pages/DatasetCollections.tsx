import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Collection, Dataset, Page } from '../api/types.ts'
import { counted } from '../lib/format.ts'
import { markStale, useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { toast } from '../ui/Toast.tsx'
import { CollectionDialog } from './Collections.tsx'
import { Loaded } from './rows.tsx'

/** One collection and whether the data set is in it; null until that is known. */
function Member({ collection, dataset, onSet }: { collection: Collection; dataset: Dataset; onSet: (on: boolean) => Promise<void> }) {
  const [inside, setInside] = useState<boolean | null>(null)
  const asked = { collection_id: collection.id, series_id: dataset.series_id, limit: 200, deleted: dataset.deleted_at !== null }
  useEffect(() => {
    let shown = true
    api.get<Page<Dataset>>('/datasets', { query: asked }).then(({ items }) => shown && setInside(items.some((one) => one.id === dataset.id)), () => {})
    return () => void (shown = false)
  }, [collection.id, collection.dataset_count])
  const change = async (on: boolean) => {
    setInside(on)
    try {
      await onSet(on)
    } catch (problem) {
      setInside(!on)
      toast((problem as Problem).message)
    }
  }
  return (
    <label class="check">
      <input type="checkbox" checked={inside === true} disabled={inside === null} onChange={(event) => void change(event.currentTarget.checked)} />
      <span class="spread"><span class="cut" title={collection.name}>{collection.name}</span> <span class="sm t3">{counted(collection.dataset_count, 'data set')}</span></span>
    </label>
  )
}

/** In which collections it is: a click puts it in or takes it out. */
export function CollectDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const request = useDocument<Page<Collection>>('/collections?limit=200', ['collections'])
  const [making, setMaking] = useState(false)
  const set = async (collection: Collection, on: boolean) => {
    await api.post(`/collections/${collection.id}/${on ? 'put' : 'take-out'}`, { dataset_ids: [dataset.id] })
    markStale(new Set(['collections']))
    toast(`${dataset.name} ${on ? 'is in' : 'is no longer in'} ${collection.name}`)
  }
  return (
    <Dialog title={`Collections of “${dataset.name}”`} onClose={onClose} testid="collect-dialog">
      <div class="dialog-body">
        <Loaded of={request} what="Collections" rows={3}>
          {({ items }) => items.length === 0 ? <Empty>No collection yet.</Empty> : (
            <fieldset class="choices">
              <legend class="away">Collections</legend>
              {items.map((one) => <Member key={one.id} collection={one} dataset={dataset} onSet={(on) => set(one, on)} />)}
            </fieldset>
          )}
        </Loaded>
        <div class="row-actions"><button type="button" class="button small" data-testid="collect-make" onClick={() => setMaking(true)}>Make a collection…</button></div>
      </div>
      {making && (
        <CollectionDialog
          collection={null}
          onClose={() => setMaking(false)}
          onDone={(made) => {
            setMaking(false)
            void set(made, true).catch((problem: Problem) => toast(problem.message))
          }}
        />
      )}
    </Dialog>
  )
}
