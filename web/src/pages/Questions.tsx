import { api } from '../api/client.ts'
import type { Incident, JsonSchema, Page, Question } from '../api/types.ts'
import { useDocument } from '../live/store.ts'
import { moment } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { Form } from '../ui/Form.tsx'
import { Glyph } from '../ui/Glyph.tsx'
import { Panel } from '../ui/Panel.tsx'
import { toast } from '../ui/Toast.tsx'

const ANY: JsonSchema = { properties: { answer: { type: 'string', title: 'Answer' } }, required: ['answer'] }

function Open({ incident, question, onAnswered }: { incident: Incident; question: Question; onAnswered: () => void }) {
  const form = question.form as JsonSchema
  const drawn = Boolean(form.properties)
  // A question without a form, or whose answer is one plain value, has one field.
  const single = !drawn && Object.keys(form).length > 0 ? { $defs: form.$defs, properties: { answer: { title: 'Answer', ...form } }, required: ['answer'] } : ANY
  const send = async (value: Record<string, unknown>) => {
    await api.post(`/incidents/${incident.id}/questions/${question.id}/answer`, { answer: drawn ? value : value.answer })
    toast('Answered')
    onAnswered()
  }
  return (
    <div class="gate-panel" data-testid="question">
      <p class="b"><Glyph name="person" tone="person" /> {question.question}</p>
      <p class="sm t2">
        asked {moment(question.asked_at, tick.value)}{question.deadline_at && `, until ${moment(question.deadline_at, tick.value)}`}
        {(question.roles.length > 0 || question.users.length > 0) && `, of ${[...question.roles, ...question.users].join(', ')}`}
      </p>
      <Form testid="answer-form" verb="Answer" schema={drawn ? form : single} onSend={send} />
    </div>
  )
}

/** What the incident asks people: a form for each open question, and who answered the others. */
export function Questions({ incident }: { incident: Incident }) {
  const request = useDocument<Page<Question>>(`/incidents/${incident.id}/questions`, [`timeline:${incident.id}`, incident.id])
  const items = request.data.value?.items ?? []
  if (items.length === 0) return null
  const answered = items.filter((one) => one.state !== 'asked')
  return (
    <Panel title="Questions" count={items.length} class="phone-first" testid="questions">
      {items.filter((one) => one.state === 'asked').map((one) => <Open key={one.id} incident={incident} question={one} onAnswered={request.refresh} />)}
      {answered.map((one) => (
        <div class="waiting" key={one.id}>
          <Glyph name={one.state === 'answered' ? 'ok' : 'cancelled'} tone="done" />
          <div>
            {one.question}
            <div class="sm t2">{one.state}{one.answered_at && ` ${moment(one.answered_at, tick.value)}`}{one.state === 'answered' && `: ${JSON.stringify(one.answer)}`}</div>
          </div>
          <span />
        </div>
      ))}
    </Panel>
  )
}
