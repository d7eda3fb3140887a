import { useState } from 'preact/hooks'
import { api, href } from '../api/client.ts'
import type { Incident, Timeline, Workflow } from '../api/types.ts'
import { put } from '../live/store.ts'
import { navigate } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/Toast.tsx'
import { GiveData } from './GiveData.tsx'
import { MessageDialog } from './MessageDialog.tsx'
import { PublishDialog } from './PublishDialog.tsx'
import { ended } from './Results.tsx'
import { RetryDialog } from './RetryDialog.tsx'

interface Props {
  incident: Incident
  timeline: Timeline | undefined
  workflow: Workflow | undefined
  onCancel: () => void
}

/** What this person can do with an incident in its state: the next step first, what ends it last. */
export function IncidentActions({ incident, timeline, workflow, onCancel }: Props) {
  const [open, setOpen] = useState<'data' | 'message' | 'publish' | 'retry' | null>(null)
  const close = () => setOpen(null)
  const over = ended(incident)
  const path = `/incidents/${incident.id}`
  const verb = async (noun: string, said: string) => {
    put(await api.post<Incident>(`${path}/${noun}`))
    toast(said)
  }
  const rerun = async () => {
    const made = await api.post<Incident>(`${path}/rerun`)
    toast(`${made.name} runs again`)
    navigate(`/incidents/${made.id}`)
  }
  if (!allowed('runner')) return null
  return (
    <>
      {incident.state === 'pending' && <Button class="primary" testid="activate-incident" run={() => verb('activation', `${incident.name} is active`)}>Activate</Button>}
      {incident.state === 'error' && <button type="button" class="button primary" data-testid="retry-incident" onClick={() => setOpen('retry')}>Try again…</button>}
      {!over && incident.state !== 'pending' && workflow?.manual_data && <button type="button" class="button" data-testid="give-data" onClick={() => setOpen('data')}>Add data…</button>}
      {!over && incident.state !== 'pending' && <button type="button" class="button quiet" data-testid="send-message" onClick={() => setOpen('message')}>Send message…</button>}
      {over && <Button class="quiet" testid="rerun-incident" run={rerun}>Run again</Button>}
      <button type="button" class="button quiet" data-testid="publish" onClick={() => setOpen('publish')}>Publish…</button>
      {over && <a class="button quiet" href={href(`${path}/export`)} download={`${incident.id}.zip`}>Export</a>}
      {over && incident.state !== 'archived' && <Button testid="archive-incident" run={() => verb('archival', `${incident.name} archived`)}>Archive</Button>}
      {!over && <button type="button" class="button" data-testid="cancel-incident" onClick={onCancel}>Cancel…</button>}
      {open === 'data' && <GiveData incident={incident} onClose={close} />}
      {open === 'message' && <MessageDialog incident={incident} workflow={workflow} onClose={close} />}
      {open === 'publish' && <PublishDialog incident={incident} timeline={timeline} onClose={close} />}
      {open === 'retry' && <RetryDialog incident={incident} timeline={timeline} onClose={close} />}
    </>
  )
}
