import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { AuditChange, AuditEvent, AuditHead, AuditVerification } from '../api/types.ts'
import { columnsOf, object, shown, summary, who } from '../lib/audit.ts'
import { absolute, count, counted } from '../lib/format.ts'
import { personId } from '../lib/people.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Filter } from '../ui/Filter.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { Loaded, usePages, withWords } from './rows.tsx'

const FILTERS = ['actor', 'object_id', 'action', 'outcome', 'request_id']

function Difference({ change }: { change: AuditChange }) {
  if (change.change === 'more') return <p class="t2">{counted(change.count ?? 0, 'row')} more were touched and are not listed.</p>
  return (
    <Panel title={`${change.table} ${change.change}`} count={<Copy value={change.id ?? ''} what="id" />}>
      <Table
        caption={`What changed in ${change.table}`}
        rows={columnsOf(change)}
        id={([name]) => name}
        ends={false}
        testid="audit-difference"
        columns={[
          { label: 'Column', cell: ([name]) => <span class="mono">{name}</span> },
          { label: 'Before', class: 'wrap t2', cell: ([, before]) => before ?? '' },
          { label: 'After', class: 'wrap', cell: ([, , after]) => after ?? '' },
        ]}
      />
    </Panel>
  )
}

function Drawer({ event }: { event: AuditEvent }) {
  return (
    <Dialog as="drawer" title={event.action} onClose={() => setQuery({ show: null }, { replace: false })} testid="audit-drawer">
      <KeyValue label="When">{absolute(event.at)}</KeyValue>
      <KeyValue label="Who"><a class="link" href={withQuery({ actor: event.actor_id, show: null })}>{who(event)}</a></KeyValue>
      {event.object_id && <KeyValue label="Object"><a class="link" href={withQuery({ object_id: event.object_id, show: null })}>{object(event)}</a>{object(event) !== event.object_id && <> <Copy value={event.object_id} what="id" /></>}</KeyValue>}
      <KeyValue label="By">{event.token_id ? <>API token <Copy value={event.token_id} what="id" /></> : event.session_id ? <>login <Copy value={event.session_id} what="id" /></> : 'no login'}</KeyValue>
      {event.ip && <KeyValue label="From">{event.ip}</KeyValue>}
      {event.request_id && <KeyValue label="Request"><Copy value={event.request_id} what="request id" /></KeyValue>}
      <KeyValue label="Sealed">{event.position ? <>position {count(event.position)} <Copy value={event.sha256 ?? ''} what="hash" short /></> : 'not yet'}</KeyValue>
      {Object.entries(event.data).map(([name, value]) => <KeyValue key={name} label={name}>{shown(value)}</KeyValue>)}
      {event.changes.map((change, index) => <Difference key={index} change={change} />)}
      {event.changes.length === 0 && event.outcome === 'done' && <Empty>It changed no row that differs.</Empty>}
    </Dialog>
  )
}

/** The end of the chain, and the whole of it checked part by part on demand. */
function Chain() {
  const head = useDocument<AuditHead>('/audit/head', [])
  const [found, setFound] = useState<AuditVerification | null>(null)
  const [checked, setChecked] = useState(0)
  const verify = async () => {
    setFound(null)
    let after: string | undefined
    for (let sum = 0; ;) {
      const part = await api.get<AuditVerification>('/audit/verify', { query: after ? { after } : {} })
      setChecked((sum += part.checked_count))
      if (part.complete) return setFound(part)
      after = `${part.position}:${part.sha256}`
    }
  }
  return (
    <Panel
      title="Chain"
      testid="audit-chain"
      count={head.data.value && <>{counted(head.data.value.position, 'event')} sealed, {count(head.data.value.waiting_count)} waiting</>}
      actions={<Button class="small" testid="audit-verify" run={verify}>Verify</Button>}
    >
      {found && (
        <KeyValue label={<State kind="module" state={found.ok ? 'ok' : 'degraded'} testid="audit-verdict">{found.ok ? ' whole' : ' not whole'}</State>}>
          {found.fault ? found.fault.text : `${counted(checked, 'event')} checked`}
        </KeyValue>
      )}
      {head.data.value && <KeyValue label="Head, to be kept elsewhere"><Copy value={`${head.data.value.position}:${head.data.value.sha256}`} what="head" /></KeyValue>}
    </Panel>
  )
}

export default function Audit() {
  useTitle('Audit')
  const query = location.value.query
  const actor = query.get('actor') ?? ''
  const [unknown, setUnknown] = useState<string | null>(null)
  // Events hold who did it by id and name; an address is looked up, and then stands in the page's own address as its id.
  useEffect(() => {
    setUnknown(null)
    if (!actor.includes('@')) return
    let here = true
    personId(actor).then(
      (id) => here && setQuery({ actor: id }),
      (error: Error) => here && setUnknown(error.message),
    )
    return () => void (here = false)
  }, [actor])
  const asked = new URLSearchParams([...query].filter(([name, value]) => FILTERS.includes(name) && value)).toString()
  const path = asked ? `/audit?${asked}` : '/audit'
  usePageCall(path)
  const request = useList<AuditEvent>(path, [])
  const { rows, more, busy } = usePages(path, request)
  const found = withWords(rows, (event) => `${who(event)} ${event.action} ${event.object_id} ${object(event)} ${summary(event)}`)
  const one = rows.find((event) => event.id === query.get('show'))
  return (
    <>
      <h1 class="away">Audit</h1>
      <div class="toolbar"><Filter keys={{ actor: [], object_id: [], action: [], outcome: ['done', 'refused'], request_id: [] }} /></div>
      <Chain />
      <Panel title="Who did what" class="clip">
        <Loaded of={request} what="Audit" rows={8}>
          {() => found.length === 0 ? <Empty>{unknown ?? 'Nothing fits.'}</Empty> : (
            <Table
              caption="Audit events"
              rows={found}
              id={(event) => event.id}
              href={(event) => withQuery({ show: event.id })}
              selected={(event) => event.id === one?.id}
              testid="audit-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'When', class: 't2', cell: (event) => <Age at={event.at} /> },
                { label: 'Who', cell: (event) => who(event) },
                { label: 'What', class: 'wrap keep', cell: (event) => <><a class="b" href={withQuery({ show: event.id })}>{event.action}</a><span class="stacked t2">{[...new Set([who(event), object(event)])].filter(Boolean).join(', ')}</span></> },
                { label: 'Object', class: 'wrap', cell: (event) => <span title={`${event.object_kind} ${event.object_id ?? ''}`.trim()}>{object(event)}</span> },
                { label: 'Changed', class: 'wrap t2', cell: (event) => summary(event) },
                { label: 'Outcome', class: 'right', cell: (event) => event.outcome },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {one && <Drawer event={one} />}
    </>
  )
}
