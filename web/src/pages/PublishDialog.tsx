import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Incident, JsonSchema, Page, Publication, PublicationMade, Timeline } from '../api/types.ts'
import { useDocument } from '../live/store.ts'
import { moment } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy } from '../ui/KeyValue.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'

type Kind = Publication['kind']
const KINDS: Record<Kind, string> = { page: 'Public page', item: 'Catalogue item (STAC)', alert: 'Alert (CAP 1.2)' }

const ALERT: JsonSchema = {
  properties: {
    event: { type: 'string', title: 'Event', description: 'What it is about, such as Wildfire.' },
    category: { enum: ['Geo', 'Met', 'Safety', 'Security', 'Rescue', 'Fire', 'Health', 'Env', 'Transport', 'Infra', 'CBRNE', 'Other'], title: 'Category' },
    urgency: { enum: ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'], title: 'Urgency' },
    severity: { enum: ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'], title: 'Severity' },
    certainty: { enum: ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'], title: 'Certainty' },
    area_description: { type: 'string', title: 'Area in words' },
    headline: { type: 'string', title: 'Headline' },
    description: { type: 'string', title: 'Description' },
    instruction: { type: 'string', title: 'What people should do' },
    status: { enum: ['Draft', 'Test', 'Exercise', 'Actual'], title: 'Status', default: 'Draft' },
  },
  required: ['event', 'category', 'urgency', 'severity', 'certainty', 'area_description', 'status'],
}

function Link({ made }: { made: PublicationMade }) {
  const address = `${window.location.origin}${made.link}`
  return (
    <div class="once" role="status" data-testid="public-link">
      <p>Whoever has this link reads it without a login. It is shown this once.</p>
      <p class="wrapped"><a class="link mono" href={made.link} target="_blank" rel="noreferrer noopener">{made.link}</a></p>
      <Button class="small" run={() => navigator.clipboard.writeText(address).then(() => toast('Link copied'))}>Copy link</Button>
    </div>
  )
}

function Published({ incident, of }: { incident: Incident; of: { items: Publication[]; refresh: () => void } }) {
  const revoke = async (one: Publication) => {
    await api.delete(`/incidents/${incident.id}/publications/${one.id}`)
    toast(`${KINDS[one.kind]} taken back`)
    of.refresh()
  }
  return (
    <Table
      caption="Published"
      testid="publication-row"
      rows={of.items}
      id={(one) => one.id}
      columns={[
        { label: 'What', cell: (one) => KINDS[one.kind] },
        { label: 'When', class: 't2', cell: (one) => moment(one.published_at, tick.value) },
        { label: 'Id', cell: (one) => <Copy value={one.id} what="id" /> },
        {
          label: '', name: 'Take back',
          cell: (one) => one.revoked_at ? <span class="t2">taken back</span> : <Button class="small" testid="revoke" run={() => revoke(one)}>Take back</Button>,
        },
      ]}
    />
  )
}

/** What is made public of an incident, and what was. */
export function PublishDialog({ incident, timeline, onClose }: { incident: Incident; timeline: Timeline | undefined; onClose: () => void }) {
  const request = useDocument<Page<Publication>>(`/incidents/${incident.id}/publications`, [])
  const [kind, setKind] = useState<Kind>('page')
  const [files, setFiles] = useState<string[]>([])
  const [made, setMade] = useState<PublicationMade | null>(null)
  const datasets = timeline?.datasets ?? []
  const publish = async (alert?: Record<string, unknown>) => {
    const body = alert ? { kind, alert: { ...alert, category: [alert.category] } } : { kind, dataset_ids: files }
    setMade(await api.post<PublicationMade>(`/incidents/${incident.id}/publications`, body))
    request.refresh()
  }
  const items = request.data.value?.items ?? []
  return (
    <Dialog as="drawer" title={`Publish “${incident.name}”`} onClose={onClose} testid="publish-dialog">
      <div class="gate-panel form">
        {incident.exercise && <p class="t2">This is an exercise: whatever is published says so, and no alert of it is an actual one.</p>}
        <div class="field">
          <label for="publish-kind">What</label>
          <select id="publish-kind" value={kind} onChange={(event) => (setKind(event.currentTarget.value as Kind), setMade(null))}>
            {Object.entries(KINDS).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          </select>
        </div>
        {kind !== 'alert' && datasets.length > 0 && (
          <fieldset class="field">
            <legend class="field-label">Files that go with it</legend>
            {datasets.map((one) => (
              <label class="check" key={one.id}>
                <input type="checkbox" checked={files.includes(one.id)} onChange={(event) => setFiles(event.currentTarget.checked ? [...files, one.id] : files.filter((id) => id !== one.id))} />
                {one.name}
              </label>
            ))}
          </fieldset>
        )}
        {kind === 'alert' ? <Form testid="alert-form" verb="Publish alert" schema={ALERT} onSend={publish} /> : <Button class="primary" testid="publish-confirm" run={() => publish()}>Publish</Button>}
        {made && <Link made={made} />}
        {items.length > 0 && <Published incident={incident} of={{ items, refresh: request.refresh }} />}
      </div>
    </Dialog>
  )
}
