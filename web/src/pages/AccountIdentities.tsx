import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Identity, IdentityList, LoginBegun, LoginMethod } from '../api/types.ts'
import { makePasskey, passkeysWork, wasDismissed } from '../lib/passkeys.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

/** Passkeys and accounts at providers that the caller can log in with, beside the password. */
export function Identities() {
  const request = useDocument<IdentityList>('/identities', ['accounts'])
  const methods = useDocument<{ items: LoginMethod[] }>('/login-methods', [])
  const [renamed, setRenamed] = useState<Identity | null>(null)
  const add = async (method: LoginMethod) => {
    const begun = await api.post<LoginBegun>('/identities', { method: method.name, next: '/account' })
    if (begun.url) return window.location.assign(begun.url)
    try {
      const answer = await makePasskey(begun.public_key ?? {})
      await api.post('/identities/finish', { method: begun.method, state: begun.state, answer })
      request.refresh()
      toast('You can log in with the passkey now')
    } catch (error) {
      if (!wasDismissed(error)) throw error
    }
  }
  const remove = async (identity: Identity) => {
    await api.delete(`/identities/${identity.id}`)
    request.refresh()
    toast(`${identity.name} can no longer be used to log in`)
  }
  const more = (methods.data.value?.items ?? []).filter((one) => one.kind === 'redirect' || (one.kind === 'passkey' && passkeysWork()))
  return (
    <Panel title="Other ways to log in" actions={more.map((one) => <Button key={one.name} class="small" testid={`add-${one.name}`} run={() => add(one)}>{one.kind === 'passkey' ? 'Add a passkey' : `Add ${one.title}`}</Button>)}>
      <Loaded of={request} what="Ways to log in" rows={1}>
        {({ items, has_password }) => items.length === 0 ? (
          <Empty>{more.length === 0 ? 'This server offers none beside the password.' : has_password ? 'You log in with your password only.' : 'You have none yet.'}</Empty>
        ) : (
          <Table
            caption="Other ways to log in"
            rows={items}
            id={(one) => one.id}
            testid="identity-row"
            columns={[
              { label: 'With', class: 'wrap', cell: (one) => <><span class="b">{one.name}</span> <span class="t3">{one.sort === 'passkey' ? 'passkey' : one.method}</span></> },
              { label: 'Added', class: 't2', cell: (one) => <Age at={one.created_at} /> },
              { label: 'Last used', class: 't2', cell: (one) => (one.last_used_at ? <Age at={one.last_used_at} /> : 'not yet') },
              {
                label: '', name: 'Action', class: 'right',
                cell: (one) => <>{one.sort === 'passkey' && <Button class="small" run={async () => setRenamed(one)}>Rename…</Button>} <Button class="small" run={() => remove(one)}>Remove</Button></>,
              },
            ]}
          />
        )}
      </Loaded>
      {renamed && (
        <Dialog title="Rename the passkey" onClose={() => setRenamed(null)}>
          <div class="dialog-body">
            <Form
              verb="Rename"
              initial={{ name: renamed.name }}
              schema={{ properties: { name: { type: 'string', title: 'Name', description: 'Where it is kept, for example “laptop” or “blue key”.' } }, required: ['name'] }}
              onSend={async (value) => (await api.patch(`/identities/${renamed.id}`, value), setRenamed(null), request.refresh())}
            />
          </div>
        </Dialog>
      )}
    </Panel>
  )
}
