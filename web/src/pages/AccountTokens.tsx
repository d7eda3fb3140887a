import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Token, TokenCreated } from '../api/types.ts'
import { moment } from '../lib/format.ts'
import { serverNow, tick } from '../lib/time.ts'
import { useList } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const LIFETIMES: Record<string, number | null> = { 'a day': 1, 'a week': 7, 'a month': 30, 'a year': 365, 'until revoked': null }

function TokenDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<TokenCreated | null>(null)
  const create = async (value: Record<string, unknown>) => {
    const days = LIFETIMES[String(value.lifetime)] ?? null
    setMade(await api.post<TokenCreated>('/tokens', {
      name: value.name,
      ...(value.scopes ? { scopes: value.scopes } : {}),
      ...(days ? { expires_at: new Date(serverNow() + days * 86400_000).toISOString() } : {}),
    }))
  }
  return (
    <Dialog title={made ? `Token “${made.name}”` : 'Create a token'} onClose={onClose} testid="token-dialog">
      {made ? (
        <>
          <div class="dialog-body">
            <p>It is shown only now. Whoever holds it can do what you can.</p>
            <code class="once" data-testid="token-once">{made.token}</code>
          </div>
          <DialogActions>
            <Button run={() => navigator.clipboard.writeText(made.token).then(() => toast('Token copied'))}>Copy token</Button>
            <button type="button" class="button primary" onClick={onClose}>Close</button>
          </DialogActions>
        </>
      ) : (
        <div class="dialog-body">
          <Form
            testid="token-form"
            verb="Create token"
            onSend={create}
            schema={{
              properties: {
                name: { type: 'string', title: 'Name', description: 'Where it will be used, for example ci or laptop.' },
                lifetime: { enum: Object.keys(LIFETIMES), title: 'Good for', default: 'a month' },
                scopes: { type: 'array', items: { type: 'string' }, title: 'Scopes', description: 'One a line. Empty means all of yours.' },
              },
              required: ['name', 'lifetime'],
            }}
          />
        </div>
      )}
    </Dialog>
  )
}

export function Tokens() {
  const request = useList<Token>('/tokens', ['accounts'])
  const [creating, setCreating] = useState(false)
  const revoke = async (token: Token) => {
    await api.delete(`/tokens/${token.id}`)
    request.refresh()
    toast(`Revoked ${token.name}`)
  }
  return (
    <Panel title="API tokens" actions={<button type="button" class="button small" data-testid="create-token" onClick={() => setCreating(true)}>Create token…</button>}>
      <Loaded of={request} what="Tokens" rows={2}>
        {(list) => list.rows.length === 0 ? <Empty>No token yet. Scripts and the command line use one.</Empty> : (
          <Table
            caption="API tokens"
            rows={list.rows.map((row) => row.value)}
            id={(token) => token.id}
            testid="token-row"
            columns={[
              { label: 'Token', class: 'wrap', cell: (token) => <><span class="b">{token.name}</span> <span class="mono t3">{token.prefix}…</span></> },
              { label: 'Scopes', class: 't2 wrap', cell: (token) => token.scopes?.join(', ') || 'all of yours' },
              { label: 'Last used', class: 't2', cell: (token) => (token.last_used_at ? <Age at={token.last_used_at} /> : 'not yet') },
              { label: 'Good until', class: 't2', cell: (token) => (token.expires_at ? moment(token.expires_at, tick.value) : 'revoked') },
              { label: '', name: 'Action', class: 'right', cell: (token) => <Button class="small" run={() => revoke(token)}>Revoke</Button> },
            ]}
          />
        )}
      </Loaded>
      {creating && <TokenDialog onClose={() => (setCreating(false), request.refresh())} />}
    </Panel>
  )
}
