/** What the pages of storages share: how full one is, how it answers, what a try came to. */
import type { Storage, StorageTried } from '../api/types.ts'
import { bytes, duration, percent } from '../lib/format.ts'
import { State } from '../ui/State.tsx'
import { storageState } from '../ui/states.ts'

const NEARLY_FULL = 0.9

/** The room there is: the quota where there is one, else the disk. */
export function roomOf(storage: Storage): { used: number; all: number; quota: boolean } | null {
  if (storage.quota_bytes !== null) return { used: storage.bytes_used, all: storage.quota_bytes, quota: true }
  if (storage.bytes_total === null || storage.bytes_free === null) return null
  return { used: storage.bytes_total - storage.bytes_free, all: storage.bytes_total, quota: false }
}

export function Room({ of: storage }: { of: Storage }) {
  const room = roomOf(storage)
  if (!room || room.all === 0) return <span class="nowrap">{bytes(storage.bytes_used)}<span class="t3">, no limit known</span></span>
  const share = Math.min(1, room.used / room.all)
  return (
    <span class="nowrap" title={room.quota ? 'Its data sets, of its quota' : `The whole disk; its data sets have ${bytes(storage.bytes_used)}`}>
      <span class="meter inline" aria-hidden="true"><i class={share >= NEARLY_FULL ? 'high' : ''} style={{ width: `${share * 100}%` }} /></span>
      {percent(room.used, room.all)} of {bytes(room.all)}
    </span>
  )
}

export function StorageHealth({ of: storage }: { of: Storage }) {
  return <State kind="storage" state={storageState(storage)}>{storage.read_only && <span class="boxed">read-only</span>}</State>
}

export function Tried({ of: tried }: { of: StorageTried }) {
  return (
    <div class="tried" role="status" data-testid="storage-tried" data-state={tried.state}>
      <State kind="storage" state={tried.state} strong />
      {tried.state === 'answers'
        ? <p class="sm">{[tried.latency_seconds !== null && `in ${duration(tried.latency_seconds)}`, tried.bytes_free !== null && tried.bytes_free !== undefined && `${bytes(tried.bytes_free)} free`, `can ${(tried.capabilities ?? []).join(', ')}`].filter(Boolean).join(', ')}</p>
        : <p class="sm">{tried.error}</p>}
    </div>
  )
}
