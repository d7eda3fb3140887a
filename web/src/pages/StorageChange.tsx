import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Driver, JsonSchema, Page, Storage } from '../api/types.ts'
import { bytesOf, sizeText } from '../lib/sizes.ts'
import { markStale, put, useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'
import { CredentialPicker, STORAGE_DRIVER } from './StorageAdd.tsx'

const OWN = 'settings.'
const LIMITS: Record<string, JsonSchema> = {
  name: { type: 'string', title: 'Name' },
  quota: { type: 'string', title: 'Quota', description: 'Most its data sets may have, such as 500 GB; nothing: no limit.' },
  speed: { type: 'string', title: 'Bytes a second', description: 'What transfers from and to it may take, such as 20 MB; nothing: no limit.' },
  parallelism: { type: 'integer', title: 'Requests at a time', minimum: 1, maximum: 256 },
  read_only: { type: 'boolean', title: 'Read-only: nothing is written to it' },
}

function schemaFor(driver: JsonSchema | null): JsonSchema {
  const { properties = {}, required = [], $defs } = driver ?? {}
  const own = Object.entries(properties).map(([name, one]) => [OWN + name, { ...one, title: one.title ?? name }] as const)
  return { $defs, properties: { ...LIMITS, ...Object.fromEntries(own) }, required: ['name', ...required.map((name) => OWN + name)] }
}

function sizeIn(value: unknown, what: string): number | null {
  const text = String(value ?? '').trim()
  if (!text) return null
  const found = bytesOf(text)
  if (found === null) throw new Error(`${what} is a size, such as 500 GB`)
  return found
}

/** Name, limits, login and the settings of the driver; what is taken out is a limit no more. */
export function StorageChange({ storage, onClose }: { storage: Storage; onClose: () => void }) {
  const request = useDocument<Page<Driver>>('/drivers', [])
  const [credential, setCredential] = useState(storage.credential_id ?? '')
  const initial = {
    name: storage.name,
    quota: sizeText(storage.quota_bytes),
    speed: sizeText(storage.bytes_per_second),
    parallelism: storage.parallelism,
    read_only: storage.read_only,
    ...Object.fromEntries(Object.entries(storage.settings).map(([name, value]) => [OWN + name, value])),
  }
  const send = async (value: Record<string, unknown>) => {
    const settings = Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (name.startsWith(OWN) ? [[name.slice(OWN.length), one]] : [])))
    const names = new Set([...Object.keys(settings), ...Object.keys(storage.settings)])
    const same = [...names].every((name) => JSON.stringify(settings[name] ?? null) === JSON.stringify(storage.settings[name] ?? null))
    const changed = await api.patch<Storage>(`/storages/${storage.id}`, {
      name: value.name,
      quota_bytes: sizeIn(value.quota, 'Quota'),
      bytes_per_second: sizeIn(value.speed, 'Bytes a second'),
      parallelism: value.parallelism ?? null,
      read_only: value.read_only,
      ...(same ? {} : { settings }),
      ...(credential !== (storage.credential_id ?? '') ? { credential: credential || null } : {}),
    })
    put(changed)
    markStale(new Set(['storages']))
    toast(`${changed.name} changed`)
    onClose()
  }
  return (
    <Dialog title={`Change “${storage.name}”`} onClose={onClose} testid="storage-change-dialog">
      <div class="dialog-body">
        <Loaded of={request} what="Drivers" rows={4}>
          {({ items }) => {
            const driver = items.find((one) => one.kind === STORAGE_DRIVER && one.name === storage.driver)
            return (
              <>
                <CredentialPicker value={credential} onChange={setCredential} />
                <Form verb="Change storage" schema={schemaFor(driver?.settings_schema ?? null)} initial={initial} onSend={send} testid="storage-change-form" />
              </>
            )
          }}
        </Loaded>
      </div>
    </Dialog>
  )
}
