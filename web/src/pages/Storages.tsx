import { useState } from 'preact/hooks'
import type { Storage } from '../api/types.ts'
import { bytes, count, duration } from '../lib/format.ts'
import { navigate } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { markStale, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Table } from '../ui/Table.tsx'
import { DataTabs } from './DataTabs.tsx'
import { Loaded, usePages } from './rows.tsx'
import { AddStorage } from './StorageAdd.tsx'
import { Room, StorageHealth } from './StorageParts.tsx'
import '../styles/data.css'

const PATH = '/storages?limit=100'

export default function Storages() {
  useTitle('Storages')
  usePageCall('/storages')
  const request = useList<Storage>(PATH, ['storages'])
  const { rows, more, busy } = usePages(PATH, request)
  const [adding, setAdding] = useState(false)
  const added = (storage: Storage) => {
    setAdding(false)
    markStale(new Set(['storages']))
    navigate(`/storages/${storage.id}`)
  }
  return (
    <>
      <h1 class="away">Storages</h1>
      <div class="toolbar"><DataTabs at="storages" /></div>
      <Panel
        title="Storages"
        count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}
        actions={allowed('runner') && <button type="button" class="button small" data-testid="add-storage" onClick={() => setAdding(true)}>Add storage…</button>}
      >
        <Loaded of={request} what="Storages" rows={4}>
          {() => rows.length === 0 ? <Empty>No storage yet. Add a bucket, a WebDAV folder, a directory of a machine: data sets are copied there and adopted from there.</Empty> : (
            <Table
              caption="Storages, newest first"
              rows={rows}
              id={(one) => one.id}
              href={(one) => `/storages/${one.id}`}
              testid="storage-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'Name', class: 'fill half', cell: (one) => <><a class="b" href={`/storages/${one.id}`} title={one.name}>{one.name}</a> <span class="t3">{one.driver}</span>{one.last_error && one.enabled && <div class="sm t2 cut" title={one.last_error}>{one.last_error}</div>}</> },
                { label: 'Used', cell: (one) => <Room of={one} /> },
                { label: 'Data sets', class: 'right t2', cell: (one) => bytes(one.bytes_used) },
                { label: 'Node', class: 't2', cell: (one) => one.node_name ?? 'every one' },
                { label: 'Took', class: 'right t2', cell: (one) => (one.latency_seconds === null ? '' : duration(one.latency_seconds)) },
                { label: 'Asked', class: 'right t2', cell: (one) => (one.checked_at ? <Age at={one.checked_at} /> : 'not yet') },
                { label: 'State', class: 'right', cell: (one) => <StorageHealth of={one} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {adding && <AddStorage onClose={() => setAdding(false)} onAdded={added} />}
    </>
  )
}
