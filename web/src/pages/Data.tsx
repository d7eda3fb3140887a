import type { Dataset, Page, Storage } from '../api/types.ts'
import { bytes, count, mediaFormat, moment, NOT_KNOWN, percent } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { tick } from '../lib/time.ts'
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
import { contentHref } from './Results.tsx'
import { Loaded, usePages, withWords } from './rows.tsx'
import { ShareButton } from './ShareButton.tsx'

function Storages() {
  const request = useDocument<Page<Storage>>('/storages', ['storages'])
  return (
    <Panel title="Storages">
      <Loaded of={request} what="Storages" rows={1}>
        {(page) => page.items.length === 0 ? <Empty>No storage yet.</Empty> : page.items.map((storage) => {
          const all = (storage.bytes_used ?? 0) + (storage.bytes_free ?? 0)
          const share = storage.bytes_used !== null && storage.bytes_free !== null && all > 0 ? storage.bytes_used / all : null
          return (
            <KeyValue key={storage.id} label={<><span class="b">{storage.name}</span> <span class="t3">{storage.driver}</span></>}>
              {share !== null && <span class="meter inline" aria-hidden="true"><i class={share > 0.9 ? 'high' : ''} style={{ width: `${share * 100}%` }} /></span>}
              {share === null ? (storage.bytes_used === null ? NOT_KNOWN : `${bytes(storage.bytes_used)}, no limit`) : `${percent(storage.bytes_used!, all)} of ${bytes(all)}`}
            </KeyValue>
          )
        })}
      </Loaded>
    </Panel>
  )
}

const PREVIEW = ['image/png', 'image/jpeg', 'image/webp']

function Provenance({ dataset }: { dataset: Dataset }) {
  const made: Partial<NonNullable<Dataset['provenance']>> = dataset.provenance ?? {}
  const simulation = made.simulation ?? dataset.simulation_id
  const incident = made.incident ?? dataset.incident_id
  return (
    <>
      <div class="drawer-section"><h3>Provenance</h3></div>
      {incident && <KeyValue label="Incident"><a class="link" href={`/incidents/${dataset.incident_id ?? incident}`}>{incident.startsWith('inc_') ? 'Open' : incident}</a></KeyValue>}
      <KeyValue label="Stage">{made.stage ?? dataset.stage ?? NOT_KNOWN}</KeyValue>
      {simulation && <KeyValue label="Simulation"><a class="link" href={`/simulations?show=${dataset.simulation_id ?? simulation}`}>{simulation.startsWith('sim_') ? 'Open' : simulation}</a></KeyValue>}
      {made.machine && <KeyValue label="Machine"><a class="link" href={`/machines#${made.machine}`}>{made.machine}</a></KeyValue>}
      {(made.inputs ?? []).length > 0 && (
        <KeyValue label="Made from">
          {made.inputs!.slice(0, 40).map((id) => <div key={id}><a class="link mono" href={withQuery({ show: id })}>{id}</a></div>)}
          {made.inputs!.length > 40 && <span class="t3">and {count(made.inputs!.length - 40)} more</span>}
        </KeyValue>
      )}
    </>
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
          {PREVIEW.includes(dataset.media_type) && <img class="preview" src={contentHref(dataset.id, true)} alt={dataset.name} />}
          <KeyValue label="File"><a class="link" href={contentHref(dataset.id)} download={dataset.name}>{dataset.name}</a></KeyValue>
          <KeyValue label="Size">{bytes(dataset.bytes)} <span class="t3">{mediaFormat(dataset.media_type)}</span></KeyValue>
          {dataset.role && <KeyValue label="Role">{dataset.role}</KeyValue>}
          <KeyValue label="Created">{moment(dataset.created_at, tick.value)}</KeyValue>
          <KeyValue label="sha256">{dataset.sha256 ? <Copy value={dataset.sha256} what="sha256" /> : 'not verified'}</KeyValue>
          {dataset.comment && <KeyValue label="Comment">{dataset.comment}</KeyValue>}
          <KeyValue label="Id"><Copy value={dataset.id} what="id" /></KeyValue>
          <div class="drawer-section row-actions"><ShareButton id={dataset.id} name={dataset.name} small /></div>
          <Provenance dataset={dataset} />
          <div class="drawer-section"><h3>Replicas</h3></div>
          {(dataset.replicas ?? []).map((replica) => (
            <KeyValue key={`${replica.storage} ${replica.path}`} label={<State kind="replica" state={replica.state} />}>
              <span class="b">{replica.storage}</span> <span class="mono t3">{replica.path}</span>
              {replica.verified_at && <div class="sm t2">verified <Age at={replica.verified_at} /></div>}
            </KeyValue>
          ))}
          {(dataset.replicas ?? []).length === 0 && <Empty>No replica is known.</Empty>}
        </>
      )}
    </Dialog>
  )
}

export default function Data() {
  useTitle('Data')
  const query = location.value.query
  const parameters = new URLSearchParams()
  for (const name of ['incident_id', 'simulation_id', 'name', 'media_type', 'role']) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = `/datasets${query.size > 0 ? `?${parameters}` : ''}`
  const request = useList<Dataset>(path, ['datasets'])
  const { rows: loaded, more, busy } = usePages(path, request)
  const rows = withWords(loaded, (one) => `${one.name} ${one.role ?? ''} ${one.sha256}`)
  const show = query.get('show')
  usePageCall(path)
  return (
    <>
      <h1 class="away">Data</h1>
      <Storages />
      <div class="toolbar"><Filter keys={{ media_type: [], name: [], role: [], incident_id: [], simulation_id: [] }} placeholder="Filter data sets, for example role:map" /></div>
      <Panel title="Data sets" count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}>
        <Loaded of={request} what="Data sets" rows={10}>
          {() => rows.length === 0 ? (
            <Empty>{query.size > 0 ? <>No data set matches the filter. <a class="link" href="/data">Clear filter</a></> : 'No data set yet. Simulations and stages register them.'}</Empty>
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
                { label: 'Data set', class: 'fill half', cell: (dataset) => <><a class="b" href={withQuery({ show: dataset.id })} title={dataset.name}>{dataset.name}</a><div class="phone sm t3"><Maker dataset={dataset} bare /></div></> },
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
