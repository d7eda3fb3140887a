import { useState } from 'preact/hooks'
import { api, Problem } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import type { Credential, JsonSchema, Machine, Page } from '../api/types.ts'
import { put, useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

type HostKey = components['schemas']['HostKeyView']

const LOGINS = ['ssh_key', 'ssh_ca', 'password']

/** Looks at a machine; says whether its host key has to be confirmed, or somebody has to log in first. */
export async function look(machine: Machine): Promise<'looked' | 'unconfirmed' | 'asks'> {
  try {
    put(await api.post<Machine>(`/machines/${machine.id}/probe`))
    toast(`${machine.name} answers`)
    return 'looked'
  } catch (error) {
    if (error instanceof Problem && error.code === 'host_key_unknown') return 'unconfirmed'
    if (error instanceof Problem && error.code === 'machine_waits_for_login') return 'asks'
    throw error
  }
}

const wanted = (logins: Credential[]): JsonSchema => ({
  properties: {
    name: { type: 'string', title: 'Name', description: 'What it is called here.' },
    host: { type: 'string', title: 'Host', description: 'Where one logs in.' },
    port: { type: 'integer', title: 'Port', default: 22 },
    credential: { type: 'string', title: 'Credential', enum: logins.map((one) => one.name), description: 'What logs in there.' },
  },
  required: ['name', 'host', 'port', 'credential'],
})

export function AddMachine({ onClose, onAdded }: { onClose: () => void; onAdded: (machine: Machine) => void }) {
  const request = useDocument<Page<Credential>>('/credentials?limit=500', ['credentials'])
  return (
    <Dialog title="Add a machine" onClose={onClose} testid="machine-dialog">
      <div class="dialog-body">
        <Loaded of={request} what="Credentials" rows={3}>
          {({ items }) => {
            const logins = items.filter((one) => LOGINS.includes(one.kind))
            const send = async ({ name, host, port, credential }: Record<string, unknown>) => {
              const credential_id = logins.find((one) => one.name === credential)?.id
              const machine = await api.post<Machine>('/machines', { name, credential_id, transport_settings: { host, port } })
              put(machine)
              onAdded(machine)
            }
            return logins.length > 0
              ? <Form verb="Add machine" schema={wanted(logins)} onSend={send} testid="machine-form" />
              : <p>Nothing here logs in over SSH. <a class="link" href="/credentials">Keep a key</a> first, and add its public half to <code>authorized_keys</code> on the machine.</p>
          }}
        </Loaded>
      </div>
    </Dialog>
  )
}

export function ConfirmKey({ machine, onClose, onAsks }: { machine: Machine; onClose: () => void; onAsks: () => void }) {
  const request = useDocument<Page<HostKey>>(`/machines/${machine.id}/host-keys`, [])
  const [again, setAgain] = useState(0)
  const trust = async (key: HostKey) => {
    await api.post(`/machines/${machine.id}/host-keys`, { fingerprint: key.fingerprint })
    const found = await look(machine)
    if (found === 'unconfirmed') setAgain(again + 1)
    else onClose()
    if (found === 'asks') onAsks()
  }
  return (
    <Dialog title={`Is this ${machine.name}?`} onClose={onClose} testid="host-key-dialog">
      <div class="dialog-body" key={again}>
        <p>Compare the fingerprint with what the machine's operators publish. Nothing is sent there before you have said that it is right.</p>
        <Loaded of={request} what="Host keys" rows={2}>
          {({ items }) => (
            <>
              {items.some((key) => key.state === 'trusted') && <p class="high">It was known by another key. If nobody can say why it changed, somebody else may be answering in its name.</p>}
              {items.filter((key) => key.state === 'shown').map((key) => (
                <section key={key.id} data-testid="shown-key">
                  <KeyValue label="Shown by">{key.place}{key.jump && ', on the way there'}</KeyValue>
                  <KeyValue label={key.key_type}><Copy value={key.fingerprint} what="fingerprint" /></KeyValue>
                  <KeyValue label="Last shown"><Age at={key.last_shown_at} /></KeyValue>
                  <Button class="small" testid="trust-key" run={() => trust(key)}>This is its key</Button>
                </section>
              ))}
            </>
          )}
        </Loaded>
      </div>
      <DialogActions>
        <button type="button" class="button" onClick={onClose}>Leave it</button>
      </DialogActions>
    </Dialog>
  )
}

export function RemoveMachine({ machine, onClose, onRemoved }: { machine: Machine; onClose: () => void; onRemoved: () => void }) {
  const remove = async () => {
    await api.delete(`/machines/${machine.id}`)
    toast(`${machine.name} removed`)
    onRemoved()
    onClose()
  }
  return (
    <Dialog title={`Remove “${machine.name}”?`} onClose={onClose} testid="remove-machine-dialog">
      <div class="dialog-body"><p>It is not asked any more, and its host keys are forgotten. What ran there stays.</p></div>
      <DialogActions>
        <button type="button" class="button" onClick={onClose}>Keep it</button>
        <Button class="primary" testid="remove-machine" run={remove}>Remove machine</Button>
      </DialogActions>
    </Dialog>
  )
}
