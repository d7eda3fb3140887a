import { useState } from 'preact/hooks'
import { api, href } from '../api/client.ts'
import type { Incident, Page, Workflow } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { navigate } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { toast } from '../ui/Toast.tsx'
import { IncidentOpen } from './IncidentOpen.tsx'
import { Loaded } from './rows.tsx'

/** An exercise that begins with the workflow's test stage; the health board shows how it went. */
async function test(workflow: Workflow) {
  const incident = await api.post<Incident>(`/workflows/${workflow.name}/tests`)
  toast(`${workflow.title || workflow.name} is being tested`)
  navigate(`/incidents/${incident.id}`)
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
                      {workflow.state === 'loaded' && <a class="link" href={href(`/workflows/${workflow.name}/graph`, { format: 'svg' })} target="_blank" rel="noreferrer">Graph</a>}
                      {workflow.state === 'loaded' && workflow.test && allowed('runner') && <Button class="small" testid="test-workflow" run={() => test(workflow)}>Test</Button>}
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
      {opening && <IncidentOpen workflow={opening} onClose={() => setOpening(null)} />}
    </>
  )
}
