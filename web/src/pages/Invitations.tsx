import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Invitation, InvitationMade } from '../api/types.ts'
import { moment } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { useList } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { rolesToGive } from './roles.ts'
import { Loaded } from './rows.tsx'

function Invite({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<InvitationMade | null>(null)
  return (
    <Dialog title={made ? `Invitation for ${made.email}` : 'Invite a person'} onClose={onClose} testid="invite-dialog">
      {made ? (
        <>
          <div class="dialog-body">
            <p>{made.mailed_at ? 'The link is on its way by mail; you can also send it yourself.' : 'Send them this link.'} It is shown only now and works once, until {moment(made.expires_at, tick.value)}.</p>
            <code class="once" data-testid="invitation-link">{made.link}</code>
          </div>
          <DialogActions>
            <Button run={() => navigator.clipboard.writeText(made.link).then(() => toast('Link copied'))}>Copy link</Button>
            <button type="button" class="button primary" onClick={onClose}>Close</button>
          </DialogActions>
        </>
      ) : (
        <div class="dialog-body">
          <Form
            testid="invite-form"
            verb="Invite"
            schema={{
              properties: { email: { type: 'string', format: 'email', title: 'Email', description: 'Only this address can accept.' }, role: { enum: rolesToGive(), title: 'Role', default: 'viewer' } },
              required: ['email', 'role'],
            }}
            onSend={async (value) => setMade(await api.post<InvitationMade>('/invitations', value))}
          />
        </div>
      )}
    </Dialog>
  )
}

export function Invitations() {
  const request = useList<Invitation>('/invitations', ['accounts'])
  const [inviting, setInviting] = useState(false)
  const withdraw = async (one: Invitation) => {
    await api.delete(`/invitations/${one.id}`)
    request.refresh()
    toast(`The invitation of ${one.email} no longer works`)
  }
  const send = async (one: Invitation) => {
    await api.post(`/invitations/${one.id}/mail`)
    request.refresh()
    toast(`A new link is on its way to ${one.email}`)
  }
  return (
    <Panel title="Invitations" actions={<button type="button" class="button small" data-testid="invite" onClick={() => setInviting(true)}>Invite a person…</button>}>
      <Loaded of={request} what="Invitations" rows={1}>
        {(list) => list.rows.length === 0 ? <Empty>No open invitation.</Empty> : (
          <Table
            caption="Invitations"
            rows={list.rows.map((row) => row.value)}
            id={(one) => one.id}
            testid="invitation-row"
            columns={[
              {
                label: 'For', class: 'wrap',
                cell: (one) => <><span class="b">{one.email}</span> <span class="t3">{one.role}, good until {moment(one.expires_at, tick.value)}, {one.mailed_at ? `mailed ${moment(one.mailed_at, tick.value)}` : 'not mailed'}</span></>,
              },
              { label: '', name: 'Actions', class: 'right', cell: (one) => <span class="row-actions"><Button class="small" run={() => send(one)}>Mail a new link</Button><Button class="small quiet" run={() => withdraw(one)}>Withdraw</Button></span> },
            ]}
          />
        )}
      </Loaded>
      {inviting && <Invite onClose={() => (setInviting(false), request.refresh())} />}
    </Panel>
  )
}
