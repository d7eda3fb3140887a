import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Incident, JsonSchema, Page, Workflow } from '../api/types.ts'
import { navigate } from '../lib/router.ts'
import { useDocument } from '../live/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const PARAMETERS = 'parameters.'
const MESSAGE = 'message.'

type Stage = Workflow['stages'][number]

/** The members of an object's schema under names that say whose they are. */
const membersOf = (schema: JsonSchema, before: string) =>
  Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [`${before}${name}`, { ...member, title: member.title ?? name }]))

/** What a stage's message is made of: its members, one JSON text where they are not known, or nothing at all. */
function messageOf(stage: Stage): Record<string, JsonSchema> {
  const schema = stage.message_schema as JsonSchema
  if (schema.properties) return membersOf(schema, MESSAGE)
  return { message: { type: 'object', title: 'Message', description: `JSON, as ${stage.name} expects it.`, default: {} } }
}

/** What every incident has; what its workflow takes and what its first stage is told come between, each under its own name. */
export function schemaFor(workflow: Workflow, stage: Stage): JsonSchema {
  const own = (workflow.parameters_schema ?? {}) as JsonSchema
  const told = stage.message_schema as JsonSchema
  return {
    $defs: { ...told.$defs, ...own.$defs },
    properties: {
      name: { type: 'string', title: 'Name', description: 'What people will read in the list.', default: workflow.title || workflow.name },
      ...membersOf(own, PARAMETERS),
      ...messageOf(stage),
      bbox: { type: 'string', title: 'Area', description: 'West, south, east, north in degrees: 14.0, 40.5, 15.0, 41.0' },
      urgency: { enum: ['critical', 'high', 'normal', 'low'], title: 'Urgency', default: workflow.urgency },
      duration_seconds: { type: 'number', minimum: 1, title: 'Its time in seconds', default: workflow.duration_seconds, description: 'When it is over, the incident is completed.' },
      exercise: { type: 'boolean', title: 'This is an exercise', default: true },
      later: { type: 'boolean', title: 'Only create it; I activate it later', default: false },
    },
    required: ['name', ...(own.required ?? []).map((name) => `${PARAMETERS}${name}`), ...(told.required ?? []).map((name) => `${MESSAGE}${name}`)],
  }
}

/** What was typed, as the API takes it. Throws a sentence. */
export function bodyOf(value: Record<string, unknown>): Record<string, unknown> {
  const under = (before: string) =>
    Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (name.startsWith(before) ? [[name.slice(before.length), one]] : [])))
  const { later, bbox, ...rest } = Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith(PARAMETERS) && !name.startsWith(MESSAGE)))
  return { message: under(MESSAGE), ...rest, parameters: under(PARAMETERS), bbox: box(bbox), activate: !later }
}

/** The text of an area as the API takes it. Throws a sentence. */
function box(text: unknown): number[] | undefined {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  const found = text.split(',').map((part) => Number(part.trim()))
  if (found.length !== 4 || found.some((one) => !Number.isFinite(one))) throw Object.assign(new Error('Area is four numbers: west, south, east, north'), { errors: [{ pointer: '/body/bbox', message: 'Four numbers: west, south, east, north' }] })
  return found
}

/** A problem whose members are called as the form's fields are, which have their prefixes. */
function atFields(failure: Problem, schema: JsonSchema): Problem {
  const names = Object.keys(schema.properties ?? {})
  const errors = (failure.errors ?? []).map((one) => {
    const last = one.pointer.split('/').at(-1) ?? ''
    return { ...one, pointer: `/${names.find((name) => name === last || name.endsWith(`.${last}`)) ?? last}` }
  })
  return Object.assign(failure, { errors })
}

function OpenForm({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const [name, setName] = useState<string | null>(null)
  const stage = workflow.stages.find((one) => one.name === name) ?? workflow.stages[0]
  const send = async (value: Record<string, unknown>) => {
    const body = { workflow: workflow.name, stage: stage?.name, ...bodyOf(value) }
    const incident = await api.post<Incident>('/incidents', body).catch((error: Problem) => {
      throw atFields(error, schemaFor(workflow, stage!))
    })
    toast(value.later ? `${incident.name} created` : `${incident.name} opened`)
    onClose()
    navigate(`/incidents/${incident.id}`)
  }
  if (!stage) return <Empty>This workflow has no stage that could begin.</Empty>
  return (
    <>
      {workflow.stages.length > 1 && (
        <div class="field">
          <label for="open-stage">First stage</label>
          <select id="open-stage" value={stage.name} onChange={(event) => setName(event.currentTarget.value)}>
            {workflow.stages.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
          </select>
          <span class="field-help">It begins. Leave it as it is unless you want to skip what comes before.</span>
        </div>
      )}
      <Form key={`${workflow.name} ${stage.name}`} testid="open-form" schema={schemaFor(workflow, stage)} verb="Open incident" keep={`incident.${workflow.name}.${stage.name}`} onSend={send} />
    </>
  )
}

/** A form for a new incident, of one workflow or of the one that is chosen. */
export function IncidentOpen({ workflow, onClose }: { workflow?: Workflow; onClose: () => void }) {
  const all = useDocument<Page<Workflow>>('/workflows', ['workflows'])
  const [name, setName] = useState<string | null>(null)
  return (
    <Dialog as="drawer" title={workflow ? `Open an incident: ${workflow.title || workflow.name}` : 'Open an incident'} onClose={onClose} testid="open-incident">
      <div class="gate-panel">
        {workflow ? <OpenForm workflow={workflow} onClose={onClose} /> : (
          <Loaded of={all} what="Workflows" rows={4}>
            {({ items }) => {
              const open = items.filter((one) => one.state === 'loaded')
              const chosen = open.find((one) => one.name === name) ?? open[0]
              if (!chosen) return items.length > 0
                ? <Empty>No workflow can be started: what is wrong with each is on the page <a class="link" href="/workflows">Workflows</a>.</Empty>
                : <Empty>There is no workflow yet. Put one into the server’s workflow folder, or start the server with an example: <span class="mono">stormbell serve --example earthquake</span></Empty>
              return (
                <>
                  <div class="field">
                    <label for="open-workflow">Workflow</label>
                    <select id="open-workflow" value={chosen.name} onChange={(event) => setName(event.currentTarget.value)}>
                      {open.map((one) => <option key={one.name} value={one.name}>{one.title || one.name}</option>)}
                    </select>
                  </div>
                  <OpenForm key={chosen.name} workflow={chosen} onClose={onClose} />
                </>
              )
            }}
          </Loaded>
        )}
      </div>
    </Dialog>
  )
}
