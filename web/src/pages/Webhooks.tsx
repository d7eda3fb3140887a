import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import { WEBHOOK_MESSAGE_STATES, type JsonSchema, type Webhook, type WebhookMade, type WebhookMessage, type WebhookMessageDetail } from '../api/types.ts'
import { count, moment } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed, session } from '../lib/session.ts'
import { tick } from '../lib/time.ts'
import { markStale, useDocument, useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded, usePages } from './rows.tsx'

const WANTED: JsonSchema = {
  properties: {
    name: { type: 'string', title: 'Name', description: 'Letters, digits, space, dot, dash.' },
    url: { type: 'string', title: 'Address', description: 'Where facts are posted, https:// outside your own network.' },
    events: { type: 'array', items: { type: 'string' }, title: 'Facts', description: 'One pattern a line, such as incident.opened, stage.* or *.', default: ['incident.*', 'stage.*'] },
    exercises: { type: 'boolean', title: 'Exercises too', description: 'Be told of incidents that are exercises.', default: false },
  },
  required: ['name', 'url', 'events'],
}

function OnceDialog({ made, onClose }: { made: WebhookMade; onClose: () => void }) {
  return (
    <Dialog title={`Secret of “${made.name}”`} onClose={onClose} testid="webhook-secret">
      <div class="dialog-body">
        <p>The receiver checks signatures with it (Standard Webhooks). It is shown only now.</p>
        <code class="once" data-testid="webhook-secret-text">{made.secret}</code>
      </div>
      <DialogActions>
        <Button run={() => navigator.clipboard.writeText(made.secret).then(() => toast('Secret copied'))}>Copy secret</Button>
        <button type="button" class="button primary" onClick={onClose}>Close</button>
      </DialogActions>
    </Dialog>
  )
}

function WantedDialog({ webhook, onClose, onMade }: { webhook: Webhook | null; onClose: () => void; onMade: (made: WebhookMade) => void }) {
  const send = async (wanted: Record<string, unknown>) => {
    if (webhook) {
      await api.patch(`/webhooks/${webhook.id}`, wanted)
      toast(`${webhook.name} changed`)
    } else onMade(await api.post<WebhookMade>('/webhooks', wanted))
    onClose()
  }
  return (
    <Dialog title={webhook ? `Change “${webhook.name}”` : 'Tell an address'} onClose={onClose} testid="webhook-dialog">
      <div class="dialog-body">
        <Form verb={webhook ? 'Change' : 'Tell it'} schema={WANTED} initial={webhook ? { name: webhook.name, url: webhook.url, events: webhook.events, exercises: webhook.exercises } : undefined} onSend={send} testid="webhook-form" />
      </div>
    </Dialog>
  )
}

function MessageDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const request = useDocument<WebhookMessageDetail>(`/webhook-messages/${id}`, ['webhook-messages'])
  const replay = async () => {
    await api.post(`/webhook-messages/${id}/replay`)
    toast('Sent again under the same id')
    markStale(new Set(['webhook-messages']))
  }
  return (
    <Dialog title="Message" onClose={onClose} testid="webhook-message">
      <div class="dialog-body">
        <Loaded of={request} what="The message" rows={4}>
          {(one) => (
            <>
              <KeyValue label="State"><State kind="webhook_message" state={one.state} /></KeyValue>
              {one.error && <KeyValue label="Why">{one.error}</KeyValue>}
              <KeyValue label="Attempts">{count(one.attempts)}{one.attempted_at && <>, last <Age at={one.attempted_at} /></>}</KeyValue>
              {one.status !== null && one.status !== undefined && <KeyValue label="Answer">{one.status}{one.elapsed_seconds != null && ` in ${Math.round(one.elapsed_seconds * 1000)} ms`}</KeyValue>}
              {one.answer_head && <pre class="tail" tabIndex={0} role="region" aria-label="Answer">{one.answer_head}</pre>}
              <KeyValue label="Id"><Copy value={one.id} what="id" /></KeyValue>
              <div class="drawer-section"><h3>What is sent</h3></div>
              <pre class="tail" tabIndex={0} role="region" aria-label="What is sent">{JSON.stringify(one.content, null, 2)}</pre>
            </>
          )}
        </Loaded>
      </div>
      <DialogActions>
        {allowed('runner') && <Button run={replay} testid="replay-message">Send again</Button>}
        <button type="button" class="button primary" onClick={onClose}>Close</button>
      </DialogActions>
    </Dialog>
  )
}

function Messages({ of }: { of: Webhook }) {
  const state = location.value.query.get('state')
  const path = `/webhooks/${of.id}/messages${state ? `?state=${state}` : ''}`
  const request = useList<WebhookMessage>(path, ['webhook-messages', 'webhooks'])
  const { rows, more, busy } = usePages(path, request)
  const [shown, setShown] = useState<string | null>(null)
  return (
    <>
      <div class="drawer-section">
        <h3>Messages</h3>
        <span class="row-actions">
          <select aria-label="State of messages" value={state ?? ''} onChange={(event) => setQuery({ state: event.currentTarget.value || null })}>
            <option value="">all</option>
            {WEBHOOK_MESSAGE_STATES.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
          <Button class="small" run={async () => request.refresh()}>Look again</Button>
        </span>
      </div>
      <Loaded of={request} what="Messages" rows={3}>
        {() => rows.length === 0 ? <Empty>{state ? 'None in this state.' : 'It has not been told of anything yet.'}</Empty> : (
          <Table
            caption="Messages, newest first"
            rows={rows}
            id={(one) => one.id}
            testid="webhook-message-row"
            more={more}
            busy={busy}
            columns={[
              { label: 'Fact', class: 'wrap', cell: (one) => <button type="button" class="link" onClick={() => setShown(one.id)}>{one.type}</button> },
              { label: 'Answer', class: 'right t2', cell: (one) => one.status ?? '' },
              { label: 'When', class: 'right t2', cell: (one) => <Age at={one.created_at} /> },
              { label: 'State', class: 'right', cell: (one) => <State kind="webhook_message" state={one.state} /> },
            ]}
          />
        )}
      </Loaded>
      {shown && <MessageDialog id={shown} onClose={() => setShown(null)} />}
    </>
  )
}

function Drawer({ webhook, onChange, onMade }: { webhook: Webhook; onChange: () => void; onMade: (made: WebhookMade) => void }) {
  const [asked, setAsked] = useState<'change' | 'remove' | 'rotate' | null>(null)
  const close = () => setQuery({ show: null, state: null }, { replace: false })
  const mine = webhook.owner_id === session.value?.user.id || allowed('admin')
  const test = async () => {
    await api.post(`/webhooks/${webhook.id}/test`)
    toast('A test message is on its way; how it went shows here')
    markStale(new Set(['webhook-messages']))
  }
  const replay = async () => {
    const { count: sent } = await api.post<{ count: number }>(`/webhooks/${webhook.id}/replay`)
    toast(sent === 0 ? 'Nothing was given up' : `${count(sent)} sent again`)
    markStale(new Set(['webhook-messages']))
  }
  const enable = async () => {
    await api.patch(`/webhooks/${webhook.id}`, { enabled: !webhook.enabled })
    onChange()
  }
  const rotate = async () => {
    onMade(await api.post<WebhookMade>(`/webhooks/${webhook.id}/secret`, {}))
    setAsked(null)
  }
  const remove = async () => {
    await api.delete(`/webhooks/${webhook.id}`)
    toast(`${webhook.name} removed`)
    close()
    onChange()
  }
  return (
    <Dialog as="drawer" title={webhook.name} onClose={close} testid="webhook-drawer">
      <KeyValue label="State"><State kind="webhook" state={stateOf(webhook)} /></KeyValue>
      {webhook.disabled_reason && <KeyValue label="Why">{webhook.disabled_reason}</KeyValue>}
      {webhook.last_error && <KeyValue label="Last error">{webhook.last_error}</KeyValue>}
      <KeyValue label="Address"><Copy value={webhook.url} what="address" /></KeyValue>
      <KeyValue label="Facts"><span class="mono">{webhook.events.join(', ')}</span>{webhook.exercises && ', exercises too'}</KeyValue>
      <KeyValue label="Delivered">{webhook.last_delivered_at ? <Age at={webhook.last_delivered_at} /> : 'nothing yet'}{webhook.failures > 0 && `, ${count(webhook.failures)} failed since`}</KeyValue>
      {webhook.secret_before_until && <KeyValue label="Secret before">signs as well until {moment(webhook.secret_before_until, tick.value)}</KeyValue>}
      {mine && (
        <div class="card-actions">
          <Button class="small" testid="test-webhook" run={test}>Send a test</Button>
          <Button class="small" testid="replay-failed" run={replay}>Send failed again</Button>
          <Button class="small" testid="enable-webhook" run={enable}>{webhook.enabled ? 'Disable' : 'Enable'}</Button>
          <button type="button" class="button small" data-testid="change-webhook" onClick={() => setAsked('change')}>Change…</button>
          <button type="button" class="button small" data-testid="rotate-webhook" onClick={() => setAsked('rotate')}>New secret…</button>
          <button type="button" class="button small quiet" data-testid="remove-webhook" onClick={() => setAsked('remove')}>Remove…</button>
        </div>
      )}
      <Messages of={webhook} />
      {asked === 'change' && <WantedDialog webhook={webhook} onClose={() => (setAsked(null), onChange())} onMade={onMade} />}
      {(asked === 'remove' || asked === 'rotate') && (
        <Dialog title={asked === 'remove' ? `Remove “${webhook.name}”?` : `Another secret for “${webhook.name}”?`} onClose={() => setAsked(null)} testid="webhook-sure">
          <div class="dialog-body">
            <p>{asked === 'remove' ? 'It is told of nothing from now on, and what was sent to it is forgotten.' : 'The one there is signs as well for a day, so that the receiver can change over.'}</p>
          </div>
          <DialogActions>
            <button type="button" class="button" onClick={() => setAsked(null)}>Keep it</button>
            <Button class="primary" testid="webhook-sure-yes" run={asked === 'remove' ? remove : rotate}>{asked === 'remove' ? 'Remove' : 'New secret'}</Button>
          </DialogActions>
        </Dialog>
      )}
    </Dialog>
  )
}

const stateOf = (webhook: Webhook): string => (!webhook.enabled ? 'disabled' : webhook.failures > 0 ? 'failing' : 'enabled')

export default function Webhooks() {
  useTitle('Webhooks')
  usePageCall('/webhooks')
  const request = useList<Webhook>('/webhooks?limit=200', ['webhooks'])
  const show = location.value.query.get('show')
  const [wanted, setWanted] = useState(false)
  const [made, setMade] = useState<WebhookMade | null>(null)
  const rows = request.data.value?.rows.map((row) => row.value) ?? []
  const open = rows.find((one) => one.id === show)
  return (
    <>
      <h1 class="away">Webhooks</h1>
      <Panel
        title="Webhooks"
        count={request.data.value ? count(rows.length) : undefined}
        actions={allowed('runner') && <button type="button" class="button small" data-testid="add-webhook" onClick={() => setWanted(true)}>Tell an address…</button>}
      >
        <Loaded of={request} what="Webhooks" rows={3}>
          {() => rows.length === 0 ? <Empty>No address is told of anything. A webhook posts facts, signed, to a program of yours.</Empty> : (
            <Table
              caption="Webhooks"
              rows={rows}
              id={(one) => one.id}
              href={(one) => withQuery({ show: one.id, state: null })}
              selected={(one) => one.id === show}
              testid="webhook-row"
              columns={[
                { label: 'Name', class: 'wrap', cell: (one) => <><a class="b" href={withQuery({ show: one.id, state: null })}>{one.name}</a>{one.last_error && <div class="sm t2">{one.last_error}</div>}</> },
                { label: 'Address', class: 'wrap t2', cell: (one) => one.url },
                { label: 'Facts', class: 'wrap t2 mono', cell: (one) => one.events.join(', ') },
                { label: 'Delivered', class: 'right t2', cell: (one) => (one.last_delivered_at ? <Age at={one.last_delivered_at} /> : 'not yet') },
                { label: 'State', class: 'right', cell: (one) => <State kind="webhook" state={stateOf(one)} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {open && <Drawer webhook={open} onChange={() => request.refresh()} onMade={setMade} />}
      {wanted && <WantedDialog webhook={null} onClose={() => (setWanted(false), request.refresh())} onMade={setMade} />}
      {made && <OnceDialog made={made} onClose={() => (setMade(null), request.refresh())} />}
    </>
  )
}
