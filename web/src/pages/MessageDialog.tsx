import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Incident, JsonSchema, Workflow } from '../api/types.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { toast } from '../ui/Toast.tsx'

/** A message to a stage, in a form drawn from what the stage takes. */
export function MessageDialog({ incident, workflow, onClose }: { incident: Incident; workflow: Workflow | undefined; onClose: () => void }) {
  const [name, setName] = useState<string | null>(null)
  const stages = workflow?.stages ?? []
  const stage = stages.find((one) => one.name === name) ?? stages[0]
  const send = async (message: Record<string, unknown>) => {
    await api.post(`/incidents/${incident.id}/messages`, { stage: stage!.name, message })
    toast(`Sent to ${stage!.name}`)
    onClose()
  }
  return (
    <Dialog title={`Send a message to “${incident.name}”`} onClose={onClose} testid="message-dialog">
      <div class="dialog-body">
        {!stage ? <Empty>The workflow is not loaded, so its stages are not known.</Empty> : (
          <>
            <div class="field">
              <label for="message-stage">Stage</label>
              <select id="message-stage" value={stage.name} onChange={(event) => setName(event.currentTarget.value)}>
                {stages.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
              </select>
            </div>
            <Form key={stage.name} testid="message-form" verb="Send message" schema={stage.message_schema as JsonSchema} onSend={send} />
          </>
        )}
      </div>
    </Dialog>
  )
}
