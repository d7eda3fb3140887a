import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Dataset, Page, Storage, Transfer } from '../api/types.ts'
import { count } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { markStale, useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { State } from '../ui/State.tsx'
import { toast } from '../ui/Toast.tsx'
import { DatasetMove } from './DatasetMove.tsx'
import { Far, isLive, left, useAgain, where, type Names } from './TransferParts.tsx'

const SHOWN = 5

/** The copies there are, whether each is what its checksum says, and what is on its way. */
export function DatasetReplicas({ dataset, refresh }: { dataset: Dataset; refresh: () => void }) {
  const [moving, setMoving] = useState(false)
  const storages = useDocument<Page<Storage>>('/storages?limit=200', ['storages'])
  const request = useList<Transfer & { id: string }>(`/transfers?dataset_id=${dataset.id}&limit=${SHOWN}`, ['transfers'])
  const transfers = request.data.value?.rows.map((row) => row.value) ?? []
  const names: Names = new Map(storages.data.value?.items.map((one) => [one.id, one.name]) ?? [])
  const ids = new Map([...names].map(([id, name]) => [name, id]))
  const ended = transfers.filter((one) => !isLive(one)).map((one) => one.id).join(' ')
  useAgain(transfers.some(isLive), request.refresh)
  // What ended has made a copy, or found out about one.
  useEffect(refresh, [ended])
  const replicas = dataset.replicas ?? []
  const bad = replicas.some((one) => one.state !== 'present')
  const act = async (verb: 'verify' | 'archive' | 'activate', body: object, said: string) => {
    await api.post(`/datasets/${dataset.id}/${verb}`, body)
    markStale(new Set(['transfers', dataset.id]))
    toast(said)
  }
  return (
    <Panel title="Copies" count={count(replicas.length)} testid="dataset-replicas">
      {replicas.map((replica) => (
        <KeyValue key={`${replica.storage} ${replica.path}`} label={<State kind="replica" state={replica.state} />}>
          {ids.has(replica.storage) ? <a class="link b" href={`/storages/${ids.get(replica.storage)}`}>{replica.storage}</a> : <span class="b">{replica.storage}</span>} <span class="mono t3 wrap">{replica.path}</span>
          {replica.verified_at && <div class="sm t2">checked <Age at={replica.verified_at} /></div>}
        </KeyValue>
      ))}
      {replicas.length === 0 && <Empty>No copy is known.</Empty>}
      {transfers.map((one) => (
        <KeyValue key={one.id} label={<State kind="transfer" state={one.state} />}>
          <a class="link" href={`/transfers?show=${one.id}`}>{one.kind}{one.target && one.kind !== 'verify' && ` to ${where(one.target, names)}`}</a>{' '}
          {isLive(one) ? <><Far of={one} /><div class="sm t2">{left(one)}</div></> : <span class="sm t2">{one.error ?? (one.created_at && <Age at={one.created_at} />)}</span>}
        </KeyValue>
      ))}
      {allowed('runner') && dataset.erased_at === null && dataset.deleted_at === null && (
        <div class="card-actions wraps">
          <button type="button" class="button small" data-testid="dataset-move" onClick={() => setMoving(true)}>Copy or move…</button>
          <Button class="small" testid="dataset-verify" title="Read every copy again and compare it with the checksum" run={() => act('verify', {}, 'Every copy is being read')}>Verify</Button>
          {bad && <Button class="small" testid="dataset-repair" title="Write what is damaged or missing again, from a copy that is whole" run={() => act('verify', { repair: true }, 'Bad copies are being written again')}>Repair</Button>}
          <Button class="small quiet" title="To the storage for what is seldom read" run={() => act('archive', {}, `${dataset.name} goes to the archive`)}>Archive</Button>
          <Button class="small quiet" title="Back from the archive" run={() => act('activate', {}, `${dataset.name} comes back from the archive`)}>Activate</Button>
        </div>
      )}
      {moving && <DatasetMove dataset={dataset} onClose={() => setMoving(false)} />}
    </Panel>
  )
}
