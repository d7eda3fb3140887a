/** A machine asks for a password, a code or a token: exactly its prompts, and what came of the answers. */
import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { JsonSchema, Machine, MachineLogin } from '../api/types.ts'
import { markStale, useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { KeyValue } from '../ui/KeyValue.tsx'

/** Every state but these two says that nobody is let in before somebody has answered. */
export const waitsForLogin = (machine: Machine): boolean =>
  machine.login_state != null && machine.login_state !== 'connected' && machine.login_state !== 'ended'

/** The answers a login wants, as a form: a prompt may be empty, and two may read alike. */
export const prompted = (login: MachineLogin): JsonSchema => ({
  properties: Object.fromEntries(login.prompts.map((prompt, at) => [
    `answer ${at}`,
    { type: 'string', title: prompt.text.trim().replace(/:$/, '') || 'Answer', format: prompt.echo ? undefined : 'password' },
  ])),
  required: login.prompts.map((_, at) => `answer ${at}`),
})

export function LoginToMachine({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const [begun, setBegun] = useState<MachineLogin | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const request = useDocument<MachineLogin>(begun && `/machines/${machine.id}/logins/${begun.id}`, ['machines'])
  const start = async () => {
    setProblem(null)
    try {
      setBegun(await api.post<MachineLogin>(`/machines/${machine.id}/logins`))
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  useEffect(() => void start(), [])
  const login = request.data.value ?? begun
  const answer = async (given: Record<string, unknown>) => {
    if (!login) return
    const answers = login.prompts.map((_, at) => given[`answer ${at}`])
    await api.post(`/machines/${machine.id}/logins/${login.id}/answers`, { round: login.round, answers })
    markStale(new Set(['machines']))
  }
  const over = login !== null && ['refused', 'expired', 'ended'].includes(login.state)
  return (
    <Dialog title={`Log in to ${machine.name}`} onClose={onClose} testid="machine-login">
      <div class="dialog-body" data-state={login?.state}>
        {problem && <p class="high" role="alert">{problem}</p>}
        {!problem && (login === null || login.state === 'connecting') && <p>Connecting to {machine.name}…</p>}
        {login?.state === 'asked' && (
          <>
            <KeyValue label="Asked by">{login.place}, for the account {login.user_name}</KeyValue>
            {login.instructions && <p>{login.instructions}</p>}
            <KeyValue label="Open until"><Age at={login.expires_at} /></KeyValue>
            <Form key={login.round} verb="Answer" schema={prompted(login)} onSend={answer} testid="machine-login-form" />
          </>
        )}
        {login?.state === 'answered' && <p>{machine.name} looks at what was answered…</p>}
        {login?.state === 'connected' && <p>{machine.name} is logged in to. The connection serves everybody who may use it.</p>}
        {over && <p class={login.round === 0 && login.state === 'ended' ? '' : 'high'} role="status">{login.text}</p>}
      </div>
      {(over || problem || login?.state === 'connected') && (
        <DialogActions>
          {(over || problem) && <Button testid="machine-login-again" run={start}>Log in again</Button>}
          <button type="button" class="button" onClick={onClose}>Close</button>
        </DialogActions>
      )}
    </Dialog>
  )
}
