import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Collection } from '../api/types.ts'
import { bytes, count } from '../lib/format.ts'
import { allowed, session } from '../lib/session.ts'
import { put, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { DataTabs } from './DataTabs.tsx'
import { Loaded, usePages } from './rows.tsx'
import { ShareDialog } from './ShareDialog.tsx'
import '../styles/data.css'

const PATH = '/collections?limit=100'

export function CollectionDialog({ collection, onClose, onDone }: { collection: Collection | null; onClose: () => void; onDone: (made: Collection) => void }) {
  const [name, setName] = useState(collection?.name ?? '')
  const [comment, setComment] = useState(collection?.comment ?? '')
  const [problem, setProblem] = useState<string | null>(null)
  const send = async (event: Event) => {
    event.preventDefault()
    if (!name.trim()) return setProblem('Name is needed')
    const body = { name: name.trim(), comment: comment.trim() || null }
    try {
      const done = collection ? await api.patch<Collection>(`/collections/${collection.id}`, body) : await api.post<Collection>('/collections', body)
      put(done)
      onDone(done)
    } catch (error) {
      setProblem((error as Problem).message)
    }
  }
  return (
    <Dialog title={collection ? `Change “${collection.name}”` : 'Make a collection'} onClose={onClose} testid="collection-dialog">
      <form onSubmit={send}>
        <div class="dialog-body form">
          <div class="field">
            <label for="collection-name">Name</label>
            <input id="collection-name" autocomplete="off" maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />
          </div>
          <div class="field">
            <label for="collection-comment">Comment <span class="t3">(optional)</span></label>
            <input id="collection-comment" autocomplete="off" value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
          </div>
          {problem && <p class="field-error" role="alert">{problem}</p>}
        </div>
        <DialogActions>
          <button type="button" class="button" onClick={onClose}>Back</button>
          <button type="submit" class="button primary" data-testid="collection-confirm">{collection ? 'Change collection' : 'Make collection'}</button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function Remove({ collection, onClose, onGone }: { collection: Collection; onClose: () => void; onGone: () => void }) {
  const remove = async () => {
    await api.delete(`/collections/${collection.id}`)
    toast(`${collection.name} removed; its data sets are still there`)
    onGone()
  }
  return (
    <Dialog title={`Remove “${collection.name}”?`} onClose={onClose} testid="collection-remove-dialog">
      <div class="dialog-body"><p>Its {count(collection.dataset_count)} data sets stay; that they belong together is forgotten, and who saw them by it sees them no longer.</p></div>
      <DialogActions>
        <button type="button" class="button" onClick={onClose}>Keep it</button>
        <Button class="primary" testid="collection-remove-confirm" run={remove}>Remove collection</Button>
      </DialogActions>
    </Dialog>
  )
}

export default function Collections() {
  useTitle('Collections')
  usePageCall('/collections')
  const request = useList<Collection>(PATH, ['collections', 'datasets'])
  const { rows, more, busy } = usePages(PATH, request)
  const [shown, setShown] = useState<{ what: 'change' | 'share' | 'remove'; of: Collection | null } | null>(null)
  const done = () => {
    setShown(null)
    request.refresh()
  }
  const mine = (one: Collection) => allowed('runner') && (one.owner_id === session.value?.user.id || allowed('admin'))
  return (
    <>
      <h1 class="away">Collections</h1>
      <div class="toolbar"><DataTabs at="collections" /></div>
      <Panel
        title="Collections"
        count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}
        actions={allowed('runner') && <button type="button" class="button small" data-testid="make-collection" onClick={() => setShown({ what: 'change', of: null })}>Make a collection…</button>}
      >
        <Loaded of={request} what="Collections" rows={4}>
          {() => rows.length === 0 ? <Empty>No collection yet. One holds data sets that belong together; a data set can be in several.</Empty> : (
            <Table
              caption="Collections, newest first"
              rows={rows}
              id={(one) => one.id}
              href={(one) => `/data?collection_id=${one.id}`}
              testid="collection-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'Name', class: 'fill', cell: (one) => <><a class="b" href={`/data?collection_id=${one.id}`} title={one.name}>{one.name}</a>{one.comment && <div class="sm t2 cut" title={one.comment}>{one.comment}</div>}</> },
                { label: 'Data sets', class: 'right', cell: (one) => count(one.dataset_count) },
                { label: 'Size', class: 'right', cell: (one) => bytes(one.bytes) },
                { label: 'Made', class: 'right t2', cell: (one) => <Age at={one.created_at} /> },
                {
                  label: '', name: 'Actions', class: 'right',
                  cell: (one) => mine(one) && (
                    <span class="row-actions">
                      <button type="button" class="button small quiet" data-testid="change-collection" onClick={() => setShown({ what: 'change', of: one })}>Change…</button>
                      <button type="button" class="button small quiet" data-testid="share-collection" onClick={() => setShown({ what: 'share', of: one })}>Share…</button>
                      <button type="button" class="button small quiet" data-testid="remove-collection" onClick={() => setShown({ what: 'remove', of: one })}>Remove…</button>
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {shown?.what === 'change' && <CollectionDialog collection={shown.of} onClose={() => setShown(null)} onDone={done} />}
      {shown?.what === 'share' && shown.of && <ShareDialog id={shown.of.id} name={shown.of.name} onClose={() => setShown(null)} />}
      {shown?.what === 'remove' && shown.of && <Remove collection={shown.of} onClose={() => setShown(null)} onGone={done} />}
    </>
  )
}
