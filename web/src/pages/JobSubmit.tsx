import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import type { JobKind, Page } from '../api/types.ts'
import { navigate } from '../lib/router.ts'
import { useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const OPTIONS = {
  queue: { type: 'string', title: 'Queue', description: 'Empty: the one of its kind.' },
  urgency: { enum: ['low', 'normal', 'high', 'critical'], title: 'Urgency', default: 'normal' },
  delay_seconds: { type: 'number', minimum: 0, title: 'Not before so many seconds from now' },
  unique_key: { type: 'string', title: 'Unique key', description: 'While such a job waits or runs, no second one is made.' },
} as const

/** A form for one kind, drawn from the schema of its payload. */
export function JobSubmit({ onClose }: { onClose: () => void }) {
  const kinds = useDocument<Page<JobKind>>('/job-kinds', [])
  const [name, setName] = useState<string | null>(null)
  return (
    <Dialog title="Submit a job" onClose={onClose} testid="submit-dialog">
      <Loaded of={kinds} what="Kinds of jobs" rows={3}>
        {({ items }) => {
          const open = items.filter((kind) => kind.submittable)
          const kind = open.find((one) => one.name === name) ?? open[0]
          if (!kind) return <Empty>No kind of job may be submitted by people here.</Empty>
          const schema = {
            ...kind.payload_schema,
            properties: { ...kind.payload_schema.properties, ...Object.fromEntries(Object.entries(OPTIONS).map(([key, one]) => [`option.${key}`, one])) },
          }
          const send = async (value: Record<string, unknown>) => {
            const options = Object.entries(value).filter(([key]) => key.startsWith('option.')).map(([key, one]) => [key.slice(7), one])
            const payload = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('option.')))
            const made = await api.post<components['schemas']['JobReceipt']>('/jobs', { kind: kind.name, payload, ...Object.fromEntries(options) })
            toast(made.existed ? 'No job was made: this one has the unique key' : 'Job submitted')
            onClose()
            navigate(`/jobs/${made.id}`)
          }
          return (
            <div class="dialog-body">
              <div class="field">
                <label for="submit-kind">Kind</label>
                <select id="submit-kind" value={kind.name} onChange={(event) => setName(event.currentTarget.value)}>
                  {open.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
                </select>
              </div>
              <Form key={kind.name} testid="submit-form" verb="Submit job" schema={schema as typeof kind.payload_schema} onSend={send} keep={`job.${kind.name}`} />
            </div>
          )
        }}
      </Loaded>
    </Dialog>
  )
}
