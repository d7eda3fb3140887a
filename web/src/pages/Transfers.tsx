import { api } from '../api/client.ts'
import { TRANSFER_STATES, type Storage, type Transfer } from '../api/types.ts'
import { bytes, count, duration, shortId } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import '../styles/data.css'
import { DataTabs } from './DataTabs.tsx'
import { Loaded, usePages } from './rows.tsx'
import { Far, isLive, left, together, useAgain, where, type Names } from './TransferParts.tsx'

function Drawer({ id, names }: { id: string; names: Names }) {
  const request = useDocument<Transfer>(`/transfers/${id}`, ['transfers'])
  const moves = request.data.value ? isLive(request.data.value) : false
  useAgain(moves, request.refresh)
  const act = async (verb: 'cancel' | 'retry', said: string) => {
    await api.post(`/transfers/${id}/${verb}`)
    toast(said)
    request.refresh()
  }
  return (
    <Dialog as="drawer" title="Transfer" onClose={() => setQuery({ show: null }, { replace: false })} testid="transfer-drawer">
      <div class="dialog-body">
        <Loaded of={request} what="The transfer" rows={5}>
          {(one) => (
            <>
              <KeyValue label="State"><State kind="transfer" state={one.state} /> {left(one)}</KeyValue>
              {one.error && <KeyValue label="Why">{one.error}</KeyValue>}
              <KeyValue label="What">{one.kind}{one.folder && ', a folder'}{one.dataset_id && <> of <a class="link" href={`/data/${one.dataset_id}`}>{shortId(one.dataset_id)}</a></>}</KeyValue>
              {one.source && <KeyValue label="From">{where(one.source, names)}: <span class="mono wrap">{one.source.path}</span></KeyValue>}
              {one.target && <KeyValue label="To">{where(one.target, names)}: <span class="mono wrap">{one.target.path}</span></KeyValue>}
              <KeyValue label="Done"><Far of={one} />{!isLive(one) && one.bytes_total != null && ` of ${bytes(one.bytes_total)}`}</KeyValue>
              {one.files_done > 0 && <KeyValue label="Files">{count(one.files_done)}{one.files_total != null && ` of ${count(one.files_total)}`}</KeyValue>}
              {one.bytes_again > 0 && <KeyValue label="Sent again">{bytes(one.bytes_again)}</KeyValue>}
              {one.predicted_seconds != null && <KeyValue label="Predicted">{duration(one.predicted_seconds)}</KeyValue>}
              {one.started_at && one.ended_at && <KeyValue label="Took">{duration((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000)}</KeyValue>}
              {one.sha256 && <KeyValue label="SHA-256"><Copy value={one.sha256} what="checksum" /></KeyValue>}
              <KeyValue label="Id"><Copy value={one.id ?? ''} what="id" /></KeyValue>
              {allowed('runner') && (
                <div class="card-actions">
                  {(one.state === 'waiting' || one.state === 'running') && <Button class="small" testid="cancel-transfer" run={() => act('cancel', 'Cancelled; what has arrived is taken away')}>Cancel</Button>}
                  {(one.state === 'failed' || one.state === 'cancelled') && <Button class="small" testid="retry-transfer" run={() => act('retry', 'Begun again')}>Try again</Button>}
                </div>
              )}
            </>
          )}
        </Loaded>
      </div>
    </Dialog>
  )
}

export default function Transfers() {
  useTitle('Transfers')
  const state = location.value.query.get('state')
  const path = `/transfers?limit=100${state ? `&state=${state}` : ''}`
  usePageCall(path)
  const request = useList<Transfer & { id: string }>(path, ['transfers'])
  const storages = useList<Storage>('/storages?limit=200', ['storages'])
  const { rows, more, busy } = usePages(path, request)
  const show = location.value.query.get('show')
  const names: Names = new Map(storages.data.value?.rows.map((row) => [row.value.id, row.value.name]) ?? [])
  const sum = together(rows)
  useAgain(rows.some(isLive), request.refresh)
  return (
    <>
      <h1 class="away">Transfers</h1>
      <div class="toolbar"><DataTabs at="transfers" /></div>
      <Panel
        title="Transfers"
        count={sum ?? undefined}
        actions={
          <select aria-label="State of transfers" value={state ?? ''} onChange={(event) => setQuery({ state: event.currentTarget.value || null })}>
            <option value="">all</option>
            {TRANSFER_STATES.filter((one) => one !== 'planned').map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
        }
      >
        <Loaded of={request} what="Transfers" rows={4}>
          {() => rows.length === 0 ? <Empty>{state ? 'None in this state.' : 'Nothing was transferred yet. A data set’s page copies and moves it.'}</Empty> : (
            <Table
              caption="Transfers, newest first"
              rows={rows}
              id={(one) => one.id}
              href={(one) => withQuery({ show: one.id })}
              selected={(one) => one.id === show}
              testid="transfer-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'What', class: 'wrap', cell: (one) => <><a class="b" href={withQuery({ show: one.id })}>{one.kind}</a> <span class="t2">{one.dataset_id ? shortId(one.dataset_id) : one.source?.path}</span>{one.error && <div class="sm t2">{one.error}</div>}</> },
                { label: 'From', class: 't2', cell: (one) => where(one.source, names) },
                { label: 'To', class: 't2', cell: (one) => where(one.target, names) },
                { label: 'Done', class: 'right', cell: (one) => <Far of={one} /> },
                { label: 'Left', class: 'wrap t2', cell: left },
                { label: 'When', class: 'right t2', cell: (one) => (one.created_at ? <Age at={one.created_at} /> : '') },
                { label: 'State', class: 'right', cell: (one) => <State kind="transfer" state={one.state} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {show && <Drawer id={show} names={names} />}
    </>
  )
}
