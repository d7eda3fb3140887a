import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Incident, Page, Workflow } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { navigate } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Loaded } from './rows.tsx'

function OpenDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const stages = workflow.stages.map((stage) => stage.name)
  return (
    <Dialog as="drawer" title={`Open an incident: ${workflow.title || workflow.name}`} onClose={onClose} testid="open-incident">
      <div class="gate-panel">
        <Form
          schema={{
            properties: {
              name: { type: 'string', title: 'Name', description: 'What people will read in the list.' },
              stage: { enum: stages, title: 'First stage', description: 'It gets the message below.', default: stages[0] },
              message: { type: 'object', title: 'Message', description: 'JSON, as the stage expects it.', default: {} },
              exercise: { type: 'boolean', title: 'This is an exercise', default: true },
            },
            required: ['name', 'stage'],
          }}
          verb="Open incident"
          keep={`incident.${workflow.name}`}
          onSend={async (value) => {
            const incident = await api.post<Incident>('/incidents', { workflow: workflow.name, ...value })
            onClose()
            navigate(`/incidents/${incident.id}`)
          }}
        />
      </div>
    </Dialog>
  )
}

export default function Workflows() {
  useTitle('Workflows')
  usePageCall('/workflows')
  const request = useDocument<Page<Workflow>>('/workflows', ['workflows'])
  const [opening, setOpening] = useState<Workflow | null>(null)
  const broken = request.data.value?.items.filter((one) => one.state === 'broken').length ?? 0
  return (
    <>
      <h1 class="away">Workflows</h1>
      <Loaded of={request} what="Workflows" rows={4}>
        {(page) => page.items.length === 0 ? (
          <Panel title="Workflows"><Empty>No workflow is loaded. Put one into the server's workflow folder.</Empty></Panel>
        ) : (
          <>
            {broken > 0 && <p class="t2">{counted(broken, 'workflow')} cannot be loaded. Incidents that run keep the version they started with.</p>}
            <div class="cards roomy">
            {page.items.toSorted((a, b) => Number(b.state === 'broken') - Number(a.state === 'broken') || a.name.localeCompare(b.name)).map((workflow) => (
              <div id={workflow.name} key={`${workflow.name} ${workflow.path}`} data-testid="workflow" data-state={workflow.state}>
                <Panel
                  title={workflow.title || workflow.name}
                  count={<State kind="workflow" state={workflow.state} />}
                  actions={
                    <>
                      <a class="link" href={`/incidents?workflow=${workflow.name}`}>Incidents</a>
                      {workflow.state === 'loaded' && allowed('runner') && <button type="button" class="button small" onClick={() => setOpening(workflow)}>Open incident…</button>}
                    </>
                  }
                >
                  {workflow.error && (
                    <div class="problem" role="alert" data-testid="workflow-error">
                      <div>
                        <span class="mono">{workflow.error.file}{workflow.error.line !== null && `:${workflow.error.line}`}</span>
                        <pre class="mono wrapped">{workflow.error.message}</pre>
                      </div>
                    </div>
                  )}
                  <KeyValue label="Name">{workflow.name}</KeyValue>
                  {workflow.version && <KeyValue label="Version"><Copy value={workflow.version} what="version" /></KeyValue>}
                  <KeyValue label="File"><span class="mono">{workflow.path}</span></KeyValue>
                  {workflow.triggers.length > 0 && <KeyValue label="Opened by">{workflow.triggers.map((trigger) => <div key={trigger}>{trigger}</div>)}</KeyValue>}
                  {workflow.stages.length > 0 && (
                    <KeyValue label={`${count(workflow.stages.length)} stages`}>
                      {workflow.stages.map((stage) => <div key={stage.name}>{stage.name}{stage.sends.length > 0 && <span class="t3"> sends to {stage.sends.join(', ')}</span>}</div>)}
                    </KeyValue>
                  )}
                </Panel>
              </div>
            ))}
            </div>
          </>
        )}
      </Loaded>
      {opening && <OpenDialog workflow={opening} onClose={() => setOpening(null)} />}
    </>
  )
}
