import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Credential, Driver, Page, Storage, StorageTried } from '../api/types.ts'
import { allowed } from '../lib/session.ts'
import { bytesOf } from '../lib/sizes.ts'
import { put, useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'
import { Tried } from './StorageParts.tsx'

export const STORAGE_DRIVER = 'data.storage'
const FIRST = ['s3', 'webdav', 'sftp', 'dropbox', 'local']

/** Those people have come before those that few need. */
const order = (drivers: Driver[]) =>
  drivers.toSorted((a, b) => ((FIRST.indexOf(a.name) + 1 || 99) - (FIRST.indexOf(b.name) + 1 || 99)) || a.name.localeCompare(b.name))

export function CredentialPicker({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const request = useDocument<Page<Credential>>('/credentials?limit=500', ['credentials'])
  return (
    <div class="field">
      <label for="storage-credential">Credential <span class="t3">(optional)</span></label>
      <select id="storage-credential" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">none</option>
        {request.data.value?.items.map((one) => <option key={one.id} value={one.id}>{one.name} ({one.kind.replaceAll('_', ' ')}){one.status === 'ready' ? '' : ', not ready'}</option>)}
      </select>
      <span class="field-help">What it is logged in to with. <a class="link" href="/credentials">Keep one</a> first if it is not here.</span>
    </div>
  )
}

/** A storage is asked whether it answers before it is kept. */
export function AddStorage({ onClose, onAdded }: { onClose: () => void; onAdded: (storage: Storage) => void }) {
  const request = useDocument<Page<Driver>>('/drivers', [])
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [credential, setCredential] = useState('')
  const [quota, setQuota] = useState('')
  const [house, setHouse] = useState(false)
  const [readOnly, setReadOnly] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [tried, setTried] = useState<{ body: object; as: StorageTried } | null>(null)
  const forget = () => {
    setTried(null)
    setProblem(null)
  }
  const ask = async (driver: string, settings: Record<string, unknown>) => {
    forget()
    const limit = quota.trim() ? bytesOf(quota) : null
    if (!name.trim()) return setProblem('Name is needed')
    if (quota.trim() && limit === null) return setProblem('Quota is a size, such as 500 GB')
    const body = { name: name.trim(), driver, settings, credential: credential || null, house, read_only: readOnly, quota_bytes: limit }
    setTried({ body, as: await api.post<StorageTried>('/storages/try', body) })
  }
  const add = async () => {
    const storage = await api.post<Storage>('/storages', tried!.body)
    put(storage)
    toast(`${storage.name} added`)
    onAdded(storage)
  }
  return (
    <Dialog title="Add a storage" onClose={onClose} testid="storage-dialog">
      <div class="dialog-body">
        <Loaded of={request} what="Drivers" rows={4}>
          {({ items }) => {
            const drivers = order(items.filter((one) => one.kind === STORAGE_DRIVER))
            const driver = drivers.find((one) => one.name === chosen) ?? drivers.find((one) => one.available)
            return (
              <>
                <div class="form" onInput={forget}>
                  <div class="field">
                    <label for="storage-name">Name</label>
                    <input id="storage-name" autocomplete="off" maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
                  </div>
                  <div class="field">
                    <label for="storage-driver">Kind</label>
                    <select id="storage-driver" value={driver?.name} onChange={(event) => (forget(), setChosen(event.currentTarget.value))}>
                      {drivers.map((one) => <option key={one.name} value={one.name} disabled={!one.available}>{one.title}{one.available ? '' : ', not installed'}</option>)}
                    </select>
                  </div>
                  <CredentialPicker value={credential} onChange={(id) => (forget(), setCredential(id))} />
                  <div class="field">
                    <label for="storage-quota">Quota <span class="t3">(optional)</span></label>
                    <input id="storage-quota" autocomplete="off" placeholder="500 GB" value={quota} onInput={(event) => setQuota(event.currentTarget.value)} />
                    <span class="field-help">Most its data sets may have together.</span>
                  </div>
                  <label class="check"><input type="checkbox" checked={readOnly} onChange={(event) => (forget(), setReadOnly(event.currentTarget.checked))} />Read-only: nothing is written to it</label>
                  {allowed('admin') && <label class="check"><input type="checkbox" checked={house} onChange={(event) => (forget(), setHouse(event.currentTarget.checked))} />Of the house: everybody’s data sets may go there</label>}
                </div>
                {driver?.settings_schema && (
                  <Form key={driver.name} testid="storage-form" verb="Try it" primary={!tried} schema={driver.settings_schema} onEdit={forget} onSend={(settings) => ask(driver.name, settings)} />
                )}
                {problem && <p class="field-error" role="alert">{problem}</p>}
                {tried && (
                  <>
                    <Tried of={tried.as} />
                    <div class="row-actions">
                      {tried.as.state === 'answers'
                        ? <Button class="primary" testid="storage-add-confirm" run={add}>Add storage</Button>
                        : <Button class="quiet" testid="storage-add-anyway" run={add}>Add it all the same</Button>}
                    </div>
                  </>
                )}
              </>
            )
          }}
        </Loaded>
      </div>
    </Dialog>
  )
}
