import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Page, Storage as StorageRow, StorageCheck, StorageTried } from '../api/types.ts'
import { bytes, count, duration, NOT_KNOWN } from '../lib/format.ts'
import { navigate } from '../lib/router.ts'
import { allowed, session } from '../lib/session.ts'
import { serverNow, tick } from '../lib/time.ts'
import { markStale, put, useDocument, useRecord } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { spans, Strip } from '../ui/Strip.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'
import { ShareButton } from './ShareButton.tsx'
import { StorageChange } from './StorageChange.tsx'
import { StorageFiles } from './StorageFiles.tsx'
import { Room, StorageHealth, Tried } from './StorageParts.tsx'
import '../styles/data.css'

const HISTORY = 500
const GAP_MS = 20 * 60_000 // asked every few minutes; a longer silence is one

const SPELLS = 5

interface Trouble {
  from: string
  to: string
  error: string
}

/** Checks that failed one after the other are one trouble, until it answered again; the newest first, as the checks are. */
function troubles(checks: StorageCheck[]): Trouble[] {
  const found: Trouble[] = []
  for (const [index, one] of checks.entries()) {
    if (one.state === 'answers') continue
    const after = checks[index - 1]
    if (after && after.state !== 'answers') found.at(-1)!.from = one.checked_at
    else found.push({ from: one.checked_at, to: after?.checked_at ?? one.checked_at, error: one.error ?? one.state })
  }
  return found
}

/** How it answered, as a strip, and the last times it did not. */
function Health({ storage }: { storage: StorageRow }) {
  const request = useDocument<Page<StorageCheck>>(`/storages/${storage.id}/checks?limit=${HISTORY}`, ['storages', storage.id])
  return (
    <Panel title="Health" testid="storage-health">
      <Loaded of={request} what="How it answered" rows={3}>
        {({ items }) => {
          if (items.length === 0) return <Empty>It was not asked yet.</Empty>
          const moments = items.toReversed().map((one) => ({ at: Date.parse(one.checked_at), state: one.state }))
          const from = moments[0]!.at
          const to = Math.max(serverNow(), from + 60_000)
          const failed = items.filter((one) => one.state !== 'answers')
          const quick = items.flatMap((one) => (one.state === 'answers' && one.latency_seconds !== null ? [one.latency_seconds] : [])).toSorted((a, b) => a - b)
          return (
            <>
              <KeyValue label={<>Since <Age at={items.at(-1)!.checked_at} /></>}><Strip kind="storage" spans={spans(moments, to, GAP_MS)} from={from} to={to} /></KeyValue>
              <KeyValue label="Answered">{count(items.length - failed.length)} of {count(items.length)} times{quick.length > 0 && `, mostly in ${duration(quick[Math.floor(quick.length / 2)])}`}</KeyValue>
              {troubles(items).slice(0, SPELLS).map((one) => <KeyValue key={one.from} label={<Age at={one.from} />}>{one.error} <span class="t3 nowrap">for {duration((Date.parse(one.to) - Date.parse(one.from)) / 1000)}</span></KeyValue>)}
            </>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function Remove({ storage, onClose }: { storage: StorageRow; onClose: () => void }) {
  const remove = async () => {
    await api.delete(`/storages/${storage.id}`)
    toast(`${storage.name} removed`)
    markStale(new Set(['storages']))
    navigate('/storages')
  }
  return (
    <Dialog title={`Remove “${storage.name}”?`} onClose={onClose} testid="storage-remove-dialog">
      <div class="dialog-body"><p>It is not asked any more. The files in it stay where they are; nothing can be removed that holds a copy of a data set.</p></div>
      <DialogActions>
        <button type="button" class="button" onClick={onClose}>Keep it</button>
        <Button class="primary" testid="storage-remove-confirm" run={remove}>Remove storage</Button>
      </DialogActions>
    </Dialog>
  )
}

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function About({ storage }: { storage: StorageRow }) {
  const [changing, setChanging] = useState(false)
  const [removing, setRemoving] = useState(false)
  const [tried, setTried] = useState<StorageTried | null>(null)
  const mine = storage.owner_id === session.value?.user.id || allowed('admin')
  const test = async () => {
    setTried(await api.post<StorageTried>(`/storages/${storage.id}/test`))
    markStale(new Set(['storages', storage.id]))
  }
  const turn = async () => {
    put(await api.patch<StorageRow>(`/storages/${storage.id}`, { enabled: !storage.enabled }))
    toast(storage.enabled ? `${storage.name} is switched off` : `${storage.name} is switched on`)
  }
  const settings = Object.entries(storage.settings).filter(([, value]) => value !== null && value !== '')
  return (
    <Panel
      title={storage.name}
      class="clip"
      testid="storage-about"
      actions={<StorageHealth of={storage} />}
    >
      {storage.last_error && <KeyValue label="Last error">{storage.last_error}</KeyValue>}
      <KeyValue label="Room"><Room of={storage} /></KeyValue>
      <KeyValue label="Data sets in it"><a class="link" href={`/data?storage_id=${storage.id}`}>{bytes(storage.bytes_used)}</a></KeyValue>
      <KeyValue label="Free">{storage.bytes_free === null ? NOT_KNOWN : bytes(storage.bytes_free)}</KeyValue>
      <KeyValue label="Quota">{storage.quota_bytes === null ? 'none' : bytes(storage.quota_bytes)}</KeyValue>
      <KeyValue label="Requests at a time">{storage.parallelism ?? 'no limit'}</KeyValue>
      <KeyValue label="Speed">{storage.bytes_per_second === null ? 'no limit' : `${bytes(storage.bytes_per_second)}/s`}</KeyValue>
      <KeyValue label="Asked">{storage.checked_at ? <><Age at={storage.checked_at} />{storage.latency_seconds !== null && `, took ${duration(storage.latency_seconds)}`}</> : 'not yet'}</KeyValue>
      <KeyValue label="Reached by">{storage.node_name ? `the node ${storage.node_name}` : 'every node'}</KeyValue>
      <KeyValue label="Logged in with">{storage.credential_id ? <a class="link" href={`/credentials?show=${storage.credential_id}`}>its credential</a> : 'nothing'}</KeyValue>
      <KeyValue label="Kind">{storage.driver}</KeyValue>
      {settings.map(([name, value]) => <KeyValue key={name} label={name.replaceAll('_', ' ')}><span class="mono wrap">{shown(value)}</span></KeyValue>)}
      <KeyValue label="Can">{storage.capabilities.join(', ') || 'nothing: its driver cannot be loaded'}</KeyValue>
      <KeyValue label="Id"><Copy value={storage.id} what="id" /></KeyValue>
      {tried && <div class="drawer-section"><Tried of={tried} /></div>}
      {allowed('runner') && (
        <div class="card-actions wraps">
          <Button class="small" testid="storage-test" run={test}>Ask it now</Button>
          {mine && <button type="button" class="button small" data-testid="storage-change" onClick={() => setChanging(true)}>Change…</button>}
          {mine && <Button class="small quiet" testid="storage-turn" run={turn}>{storage.enabled ? 'Switch off' : 'Switch on'}</Button>}
          {mine && <ShareButton id={storage.id} name={storage.name} small />}
          {mine && <button type="button" class="button small quiet" data-testid="storage-remove" onClick={() => setRemoving(true)}>Remove…</button>}
        </div>
      )}
      {changing && <StorageChange storage={storage} onClose={() => setChanging(false)} />}
      {removing && <Remove storage={storage} onClose={() => setRemoving(false)} />}
    </Panel>
  )
}

export default function Storage({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id!
  const request = useRecord<StorageRow>(`/storages/${id}`, id)
  const storage = request.data.value?.value
  useTitle(storage?.name ?? 'Storage', true)
  usePageCall(`/storages/${id}`)
  void tick.value
  return (
    <>
      <h1 class="away">{storage?.name ?? 'Storage'}</h1>
      {request.error.value && <section class="panel"><Problem of={request.error.value} what="The storage" retry={request.refresh} /></section>}
      {!storage ? !request.error.value && <Skeleton rows={8} what="the storage" /> : (
        <div class="halves">
          <StorageFiles key={storage.id} storage={storage} />
          <div class="stack">
            <About storage={storage} />
            <Health storage={storage} />
          </div>
        </div>
      )}
    </>
  )
}
