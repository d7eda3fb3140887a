import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Credential, CredentialUse, Driver, Page } from '../api/types.ts'
import { absolute, count } from '../lib/format.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed, session } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Glyph } from '../ui/Glyph.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const KIND = 'credentials.kind'

function Status({ of }: { of: Credential }) {
  if (of.status === 'ready') return <span class="state done" data-state={of.status}><Glyph name="ok" /><span>ready</span></span>
  return <span class="state critical" data-state={of.status} title={of.state_text ?? undefined}><Glyph name="failed" /><span>{of.status === 'expired' ? 'expired' : of.connect_path ? 'connect it' : 'log in there again'}</span></span>
}

/** What a kind is made from, drawn from its schema. Without `credential` a new one is kept, else its secret is replaced. */
function SecretDialog({ credential, onClose }: { credential: Credential | null; onClose: () => void }) {
  const drivers = useDocument<Page<Driver>>('/drivers', [])
  const [chosen, setChosen] = useState(credential?.kind ?? 'password')
  const [name, setName] = useState('')
  const send = async (settings: Record<string, unknown>) => {
    if (credential) await api.put(`/credentials/${credential.id}/secret`, { settings })
    const kept = credential ? null : await api.post<Credential>('/credentials', { name, kind: chosen, settings })
    toast(credential ? `${credential.name} has another secret` : `${name} kept`)
    onClose()
    // Nothing can log in with it yet: what is to be done next stands in its drawer.
    if (kept?.status === 'reauth_required') setQuery({ show: kept.id })
  }
  return (
    <Dialog title={credential ? `Replace the secret of “${credential.name}”` : 'Keep a credential'} onClose={onClose} testid="credential-dialog">
      <div class="dialog-body">
        <Loaded of={drivers} what="Kinds of credentials" rows={3}>
          {({ items }) => {
            const kinds = items.filter((driver) => driver.kind === KIND && driver.available)
            const kind = kinds.find((driver) => driver.name === chosen)
            return (
              <>
                {!credential && (
                  <div class="form">
                    <div class="field">
                      <label for="credential-name">Name</label>
                      <input id="credential-name" autocomplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
                    </div>
                    <div class="field">
                      <label for="credential-kind">Kind</label>
                      <select id="credential-kind" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
                        {kinds.map((driver) => <option key={driver.name} value={driver.name}>{driver.title}</option>)}
                      </select>
                    </div>
                  </div>
                )}
                {kind?.settings_schema && (
                  <Form
                    key={chosen}
                    testid="credential-form"
                    verb={credential ? 'Replace secret' : 'Keep credential'}
                    schema={kind.settings_schema}
                    initial={credential ? credential.public : undefined}
                    onSend={send}
                  />
                )}
                <p class="sm t3">A secret is sealed when it arrives and never shown again, to nobody.</p>
              </>
            )
          }}
        </Loaded>
      </div>
    </Dialog>
  )
}

function Uses({ of }: { of: Credential }) {
  const request = useDocument<Page<CredentialUse>>(`/credentials/${of.id}/uses?limit=20`, [])
  return (
    <Loaded of={request} what="Uses" rows={2}>
      {({ items }) => items.length === 0 ? <Empty>Nobody used it in the last months.</Empty> : (
        <Table
          caption="Who used it"
          rows={items}
          id={(use) => `${use.user_id} ${use.purpose} ${use.first_at}`}
          testid="credential-use"
          columns={[
            { label: 'For', class: 'wrap', cell: (use) => use.purpose },
            { label: 'User', class: 't2', cell: (use) => use.user_id },
            { label: 'Times', class: 'right t2', cell: (use) => count(use.count) },
            { label: 'Last', class: 'right', cell: (use) => <Age at={use.last_at} /> },
          ]}
        />
      )}
    </Loaded>
  )
}

/** A value of the public half as text: lists joined, nothing for what is not set. */
const text = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : value === null || value === undefined ? '' : String(value))

function Drawer({ credential, onReplace, onClose, onChange }: { credential: Credential; onReplace: () => void; onClose: () => void; onChange: () => void }) {
  const [removing, setRemoving] = useState(false)
  const mine = credential.owner_id === session.value?.user.id || allowed('admin')
  const tried = async () => {
    await api.post(`/credentials/${credential.id}/test`)
    toast(`${credential.name} is being tried; how it went shows here`)
  }
  const connect = async () => {
    const begun = await api.post<{ url: string }>(`/credentials/${credential.id}/consents`, {})
    window.location.assign(begun.url)
  }
  const remove = async () => {
    await api.delete(`/credentials/${credential.id}`)
    toast(`${credential.name} removed`)
    onChange()
    onClose()
  }
  return (
    <Dialog as="drawer" title={credential.name} onClose={onClose} testid="credential-drawer">
      <div class="dialog-body">
        <KeyValue label="Status"><Status of={credential} /></KeyValue>
        {credential.state_text && <KeyValue label="Why">{credential.state_text}</KeyValue>}
        <KeyValue label="Kind">{credential.kind}</KeyValue>
        {Object.entries(credential.public).filter(([, value]) => text(value)).map(([name, value]) => (
          <KeyValue key={name} label={name.replaceAll('_', ' ')}>{name === 'public_key' || name === 'fingerprint' ? <Copy value={text(value)} what={name.replaceAll('_', ' ')} /> : text(value)}</KeyValue>
        ))}
        {credential.connect_path && <KeyValue label="Leads back to"><Copy value={`${window.location.origin}${credential.connect_path}`} what="redirect address" /></KeyValue>}
        <KeyValue label="Secret since"><Age at={credential.replaced_at} /></KeyValue>
        {credential.renewed_at && <KeyValue label="Renewed"><Age at={credential.renewed_at} /></KeyValue>}
        {credential.expires_at && <KeyValue label="Ends">{absolute(credential.expires_at)}</KeyValue>}
        {credential.tested_at && <KeyValue label="Tried"><Age at={credential.tested_at} />: {credential.test_text}</KeyValue>}
        <KeyValue label="Id"><Copy value={credential.id} what="id" /></KeyValue>
        <div class="card-actions">
          {allowed('runner') && <Button class="small" testid="try-credential" run={tried}>Try it</Button>}
          {mine && credential.connect_path && <Button class={credential.status === 'ready' ? 'small' : 'small primary'} testid="connect-credential" run={connect}>{credential.last_used_at || credential.status === 'ready' ? 'Connect again…' : 'Connect…'}</Button>}
          {mine && <button type="button" class="button small" data-testid="replace-credential" onClick={onReplace}>Replace…</button>}
          {mine && <button type="button" class="button small quiet" data-testid="remove-credential" onClick={() => setRemoving(true)}>Remove…</button>}
        </div>
        {allowed('runner') && <Uses of={credential} />}
      </div>
      {removing && (
        <Dialog title={`Remove “${credential.name}”?`} onClose={() => setRemoving(false)} testid="remove-dialog">
          <div class="dialog-body"><p>Its secret is gone then, and nothing can log in with it any more.</p></div>
          <DialogActions>
            <button type="button" class="button" onClick={() => setRemoving(false)}>Keep it</button>
            <Button class="primary" testid="remove-confirmed" run={remove}>Remove</Button>
          </DialogActions>
        </Dialog>
      )}
    </Dialog>
  )
}

export default function Credentials() {
  useTitle('Credentials')
  const request = useDocument<Page<Credential>>('/credentials?limit=200', [])
  const shown = location.value.query.get('show')
  const [secret, setSecret] = useState<Credential | null | undefined>(undefined)
  const open = request.data.value?.items.find((one) => one.id === shown)
  return (
    <>
      <h1 class="away">Credentials</h1>
      <Panel
        title="Credentials"
        count={request.data.value ? count(request.data.value.items.length) : undefined}
        actions={allowed('runner') && <button type="button" class="button small" data-testid="keep-credential" onClick={() => setSecret(null)}>Keep a credential…</button>}
      >
        <Loaded of={request} what="Credentials" rows={4}>
          {({ items }) => items.length === 0 ? <Empty>No credential. Machines, storages and feeds that want a login need one.</Empty> : (
            <Table
              caption="Credentials"
              rows={items}
              id={(one) => one.id}
              selected={(one) => one.id === shown}
              testid="credential-row"
              columns={[
                { label: 'Name', class: 'wrap', cell: (one) => <a class="link" href={withQuery({ show: one.id })}>{one.name}</a> },
                { label: 'Kind', class: 't2', cell: (one) => one.kind },
                { label: 'Used', class: 'right t2', cell: (one) => (one.last_used_at ? <Age at={one.last_used_at} /> : 'not yet') },
                { label: 'Status', class: 'right', cell: (one) => <Status of={one} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {open && <Drawer credential={open} onReplace={() => setSecret(open)} onClose={() => setQuery({ show: null }, { replace: false })} onChange={() => request.refresh()} />}
      {secret !== undefined && <SecretDialog credential={secret} onClose={() => (setSecret(undefined), request.refresh())} />}
    </>
  )
}
