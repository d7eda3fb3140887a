import { useState } from 'preact/hooks'
import type { Collection, Dataset, Page, Storage } from '../api/types.ts'
import { bytes, count, mediaFormat } from '../lib/format.ts'
import { LISTED, listPath } from '../lib/datasets.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { useDocument, useList, useRecord } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { IncidentLink, Maker } from './origin.tsx'
import '../styles/data.css'
import { DataPreview } from './DataPreview.tsx'
import { DataSearch } from './DataSearch.tsx'
import { DatasetActions } from './DatasetActions.tsx'
import { DatasetFacts, DatasetOrigin } from './DatasetFacts.tsx'
import { DataTabs } from './DataTabs.tsx'
import { DataUpload } from './DataUpload.tsx'
import { Loaded, usePages } from './rows.tsx'
import { Room, StorageHealth } from './StorageParts.tsx'

/** The room there is, a line a storage. */
function Storages() {
  const request = useDocument<Page<Storage>>('/storages', ['storages'])
  return (
    <Panel title="Storages" actions={<a class="link" href="/storages">All of them</a>}>
      <Loaded of={request} what="Storages" rows={1}>
        {(page) => page.items.length === 0 ? <Empty>No storage yet.</Empty> : page.items.slice(0, 6).map((storage) => (
          <KeyValue key={storage.id} label={<><a class="b quiet-link" href={`/storages/${storage.id}`}>{storage.name}</a> <span class="t3">{storage.driver}</span></>}>
            {storage.state !== 'answers' && <StorageHealth of={storage} />} <Room of={storage} />
          </KeyValue>
        ))}
      </Loaded>
    </Panel>
  )
}

function DatasetDrawer({ id }: { id: string }) {
  const request = useRecord<Dataset>(`/datasets/${id}`, id)
  const dataset = request.data.value?.value
  return (
    <Dialog as="drawer" title={dataset?.name ?? 'Data set'} onClose={() => setQuery({ show: null }, { replace: false })} testid="dataset-drawer">
      {request.error.value && <Problem of={request.error.value} what="The data set" retry={request.refresh} />}
      {!dataset ? !request.error.value && <Skeleton rows={8} what="the data set" /> : (
        <>
          {dataset.deleted_at === null ? <DataPreview dataset={dataset} /> : <div class="drawer-section">{dataset.erased_at === null ? 'Deleted. It can be restored until its bytes are erased.' : 'Erased: only what is known about it is left.'}</div>}
          <div class="drawer-section"><a class="link" href={`/data/${dataset.id}`} data-testid="dataset-open">Open its page: copies, links, where it comes from</a></div>
          <DatasetActions dataset={dataset} />
          <DatasetFacts dataset={dataset} />
          <div class="drawer-section"><h3>Provenance</h3></div>
          <DatasetOrigin dataset={dataset} />
          <div class="drawer-section"><h3>Copies</h3></div>
          {(dataset.replicas ?? []).map((replica) => (
            <KeyValue key={`${replica.storage} ${replica.path}`} label={<State kind="replica" state={replica.state} />}>
              <span class="b">{replica.storage}</span> <span class="mono t3 wrap">{replica.path}</span>
              {replica.verified_at && <div class="sm t2">checked <Age at={replica.verified_at} /></div>}
            </KeyValue>
          ))}
          {(dataset.replicas ?? []).length === 0 && <Empty>No copy is known.</Empty>}
        </>
      )}
    </Dialog>
  )
}

/** Which collection is shown, by its name. */
function CollectionName({ id }: { id: string }) {
  const request = useRecord<Collection>(`/collections/${id}`, id)
  const name = request.data.value?.value.name
  return <span class="sm t2">In the collection <span class="b">{name ?? (request.error.value ? 'that is gone' : '…')}</span></span>
}

export default function Data() {
  useTitle('Data')
  const query = location.value.query
  const path = listPath(query)
  const request = useList<Dataset>(path, ['datasets'])
  const { rows, more, busy } = usePages(path, request)
  const [searching, setSearching] = useState(false)
  const show = query.get('show')
  const filtered = [...LISTED, 'q'].some((name) => query.has(name))
  usePageCall(path)
  return (
    <>
      <h1 class="away">Data</h1>
      {!filtered && <Storages />}
      {allowed('runner') && <DataUpload />}
      <div class="toolbar">
        <DataTabs at="datasets" />
        <Filter keys={{ ...Object.fromEntries(LISTED.map((name) => [name, []])), deleted: ['true'], pinned: ['true'] }} placeholder="Find data sets: words, or tag:flood, role:map, name:*.tif" />
        <button type="button" class="button" aria-expanded={searching} data-testid="search-open" onClick={() => setSearching(!searching)}>Search…</button>
        {query.get('collection_id') && <CollectionName id={query.get('collection_id')!} />}
      </div>
      {searching && <DataSearch onClose={() => setSearching(false)} />}
      <Panel title="Data sets" count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}>
        <Loaded of={request} what="Data sets" rows={10}>
          {() => rows.length === 0 ? (
            <Empty>{filtered ? <>No data set matches the filter. <a class="link" href="/data">Clear filter</a></> : 'No data set yet. Simulations and stages register them, and files are uploaded above.'}</Empty>
          ) : (
            <Table
              caption="Data sets, newest first"
              rows={rows}
              id={(dataset) => dataset.id}
              href={(dataset) => withQuery({ show: dataset.id })}
              selected={(dataset) => dataset.id === show}
              testid="dataset-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'Data set', class: 'fill half', cell: (dataset) => <><a class="b" href={withQuery({ show: dataset.id })} title={dataset.name}>{dataset.name}</a>{dataset.version > 1 && <span class="t3"> version {dataset.version}</span>}{dataset.pinned && <span class="boxed">pinned</span>}<div class="phone sm t3"><Maker dataset={dataset} bare /></div></> },
                { label: 'Incident', class: 'fill half keep t2', cell: (dataset) => <IncidentLink id={dataset.incident_id} /> },
                { label: 'Made by', class: 't2', cell: (dataset) => <Maker dataset={dataset} /> },
                { label: 'Role', class: 't2', cell: (dataset) => dataset.role },
                { label: 'Format', class: 't2', cell: (dataset) => mediaFormat(dataset.media_type) },
                { label: 'sha256', cell: (dataset) => (dataset.sha256 ? <Copy value={dataset.sha256} what="sha256" short /> : <span class="t3">not verified</span>) },
                { label: 'Size', class: 'right', cell: (dataset) => bytes(dataset.bytes) },
                { label: 'Created', class: 'right t2', cell: (dataset) => <Age at={dataset.created_at} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {show?.startsWith('dst_') && <DatasetDrawer key={show} id={show} />}
    </>
  )
}
