import { useState } from 'preact/hooks'
import { DELIVERY_STATES, type Delivery, type DeliveryDetail, type Driver, type Page, type Source } from '../api/types.ts'
import { api } from '../api/client.ts'
import { bytes, count, moment } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { markStale, put, useDocument, useList, useRecord } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded, usePages, withWords } from './rows.tsx'

async function setEnabled(source: Source, enabled: boolean): Promise<void> {
  put(await api.patch<Source>(`/sources/${source.id}`, { enabled }))
  toast(enabled ? `${source.name} is read again` : `${source.name} is paused`, () => void setEnabled(source, !enabled))
}

function SourceTable() {
  const request = useList<Source>('/sources', ['sources'])
  const [adding, setAdding] = useState(false)
  return (
    <Panel
      title="Sources"
      count={request.data.value ? count(request.data.value.rows.length) : undefined}
      actions={allowed('operator') && <button type="button" class="button small" onClick={() => setAdding(true)}>Add source…</button>}
    >
      <Loaded of={request} what="Sources" rows={3}>
        {(list) => list.rows.length === 0 ? <Empty>No source yet. An incident starts from what a source delivers.</Empty> : (
          <Table
            caption="Sources"
            rows={list.rows.map((row) => row.value)}
            id={(source) => source.id}
            href={(source) => withQuery({ source_id: source.id })}
            selected={(source) => location.value.query.get('source_id') === source.id}
            testid="source-row"
            columns={[
              {
                label: 'Source', class: 'wrap',
                cell: (source) => (
                  <>
                    <a class="b" href={withQuery({ source_id: source.id })}>{source.name}</a> <span class="t3">{source.driver}</span>
                    {source.last_error && <div class="sm t2">{source.last_error}</div>}
                  </>
                ),
              },
              { label: 'Last read', class: 't2', cell: (source) => <Age at={source.last_polled_at} /> },
              { label: 'Next', class: 't2', cell: (source) => (source.next_poll_at && source.enabled ? <Age at={source.next_poll_at} /> : '') },
              { label: 'Deliveries', class: 'right', cell: (source) => count(source.delivery_count) },
              { label: 'Quarantined', class: 'right', cell: (source) => source.quarantined_count > 0 ? <a class="high" href={withQuery({ source_id: source.id, state: 'quarantined' })}>{count(source.quarantined_count)}</a> : '0' },
              { label: '', name: 'Action', class: 'right', cell: (source) => allowed('operator') && <Button class="small quiet" run={() => setEnabled(source, !source.enabled)}>{source.enabled ? 'Pause' : 'Read again'}</Button> },
              { label: 'State', class: 'right', cell: (source) => <State kind="source" state={source.enabled ? source.state : 'paused'} /> },
            ]}
          />
        )}
      </Loaded>
      {adding && <AddSource onClose={() => setAdding(false)} />}
    </Panel>
  )
}

function AddSource({ onClose }: { onClose: () => void }) {
  const drivers = useDocument<Page<Driver>>('/drivers', [])
  const all = (drivers.data.value?.items ?? []).filter((driver) => driver.kind.endsWith('source') && driver.available)
  const [name, setName] = useState<string | null>(null)
  const driver = all.find((one) => one.name === name) ?? all[0]
  const settings = driver?.settings_schema ?? {}
  return (
    <Dialog as="drawer" title="Add a source" onClose={onClose} testid="add-source">
      <Loaded of={drivers} what="Drivers" rows={3}>
        {() => driver === undefined ? <Empty>No source driver is installed.</Empty> : (
          <div class="gate-panel form">
            <div class="field">
              <label for="source-driver">How it comes in</label>
              <select id="source-driver" value={driver.name} onChange={(event) => setName(event.currentTarget.value)}>
                {all.map((one) => <option key={one.name} value={one.name}>{one.title || one.name}</option>)}
              </select>
            </div>
            <Form
              key={driver.name}
              verb="Add source"
              keep={`source.${driver.name}`}
              schema={{
                ...settings,
                properties: { source_name: { type: 'string', title: 'Name', description: 'Letters, digits, space, dot, dash.' }, ...settings.properties },
                required: ['source_name', ...(settings.required ?? [])],
              }}
              onSend={async ({ source_name, ...rest }) => {
                put(await api.post<Source>('/sources', { name: source_name, driver: driver.name, settings: rest }))
                markStale(new Set(['sources']))
                onClose()
                toast(`Added ${String(source_name)}`)
              }}
            />
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}

function DeliveryDrawer({ id }: { id: string }) {
  const request = useRecord<DeliveryDetail>(`/deliveries/${id}`, id)
  const delivery = request.data.value?.value
  const close = () => setQuery({ show: null }, { replace: false })
  const replay = async () => {
    await api.post(`/deliveries/${id}/replay`)
    toast('The delivery is read again')
  }
  return (
    <Dialog as="drawer" title={delivery?.title ?? delivery?.item_key ?? 'Delivery'} onClose={close} testid="delivery-drawer">
      {request.error.value && <Problem of={request.error.value} what="The delivery" retry={request.refresh} />}
      {!delivery ? !request.error.value && <Skeleton rows={6} what="the delivery" /> : (
        <>
          <KeyValue label="State"><State kind="delivery" state={delivery.state} /></KeyValue>
          {delivery.reason && <KeyValue label="Reason">{delivery.reason}</KeyValue>}
          <KeyValue label="Source">{delivery.source_name}</KeyValue>
          <KeyValue label="Item"><Copy value={delivery.item_key} what="item key" /></KeyValue>
          <KeyValue label="Revision">{delivery.revision}</KeyValue>
          <KeyValue label="Received">{moment(delivery.received_at, tick.value)}</KeyValue>
          <KeyValue label="Size">{bytes(delivery.bytes)}</KeyValue>
          {delivery.incident_id && <KeyValue label="Incident"><a class="link" href={`/incidents/${delivery.incident_id}`}>Open</a></KeyValue>}
          <KeyValue label="Id"><Copy value={delivery.id} what="id" /></KeyValue>
          {(delivery.body ?? delivery.body_text) != null && (
            <>
              <div class="drawer-section"><h3>Body{delivery.cut ? ', its beginning' : ', as it came'}</h3></div>
              <pre class="tail" tabIndex={0} role="region" aria-label="Body">{delivery.body_text ?? JSON.stringify(delivery.body, null, 2)}</pre>
            </>
          )}
          {allowed('operator') && <div class="drawer-section"><Button run={replay}>Replay</Button></div>}
        </>
      )}
    </Dialog>
  )
}

export default function Sources() {
  useTitle('Sources')
  const query = location.value.query
  const parameters = new URLSearchParams()
  for (const name of ['state', 'source_id', 'incident_id']) if (query.get(name)) parameters.set(name, query.get(name)!)
  const path = `/deliveries${query.size > 0 ? `?${parameters}` : ''}`
  const request = useList<Delivery>(path, ['deliveries'])
  const { rows: loaded, more, busy } = usePages(path, request)
  const rows = withWords(loaded, (one) => `${one.title ?? ''} ${one.item_key} ${one.source_name} ${one.reason ?? ''}`)
  const show = query.get('show')
  usePageCall(path)
  return (
    <>
      <h1 class="away">Sources</h1>
      <SourceTable />
      <div class="toolbar"><Filter keys={{ state: DELIVERY_STATES, source_id: [], incident_id: [] }} placeholder="Filter deliveries, for example state:quarantined" /></div>
      <Panel title="Deliveries" count={request.data.value ? `${count(rows.length)}${more ? '+' : ''}` : undefined}>
        <Loaded of={request} what="Deliveries" rows={8}>
          {() => rows.length === 0 ? (
            <Empty>{query.size > 0 ? <>No delivery matches the filter. <a class="link" href="/sources">Clear filter</a></> : 'Nothing has been delivered yet.'}</Empty>
          ) : (
            <Table
              caption="Deliveries, newest first"
              rows={rows}
              id={(delivery) => delivery.id}
              href={(delivery) => withQuery({ show: delivery.id })}
              selected={(delivery) => delivery.id === show}
              testid="delivery-row"
              more={more}
              busy={busy}
              columns={[
                {
                  label: 'Delivery', class: 'wrap',
                  cell: (delivery) => (
                    <>
                      <a class="b" href={withQuery({ show: delivery.id })}>{delivery.title ?? delivery.item_key}</a>
                      <div class="sm t3">{delivery.item_key}, revision {delivery.revision}</div>
                      {delivery.reason && <div class="sm t2" data-testid="delivery-reason">{delivery.reason}</div>}
                    </>
                  ),
                },
                { label: 'Source', class: 't2', cell: (delivery) => delivery.source_name },
                { label: 'Size', class: 'right t2', cell: (delivery) => bytes(delivery.bytes) },
                { label: 'Incident', cell: (delivery) => delivery.incident_id && <a class="link" href={`/incidents/${delivery.incident_id}`}>Open</a> },
                { label: 'Received', class: 'right t2', cell: (delivery) => <Age at={delivery.received_at} /> },
                { label: 'State', cell: (delivery) => <State kind="delivery" state={delivery.state} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {show?.startsWith('dlv_') && <DeliveryDrawer key={show} id={show} />}
    </>
  )
}
