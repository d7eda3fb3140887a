import { useEffect, useState } from 'preact/hooks'
import { api, loggedIn, loginNeeded, refuseProof, type Problem } from '../api/client.ts'
import type { IdentityList, LoginBegun, LoginDone } from '../api/types.ts'
import { passkeysWork, usePasskey, wasDismissed } from '../lib/passkeys.ts'
import { enter, session } from '../lib/session.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { Form } from './Form.tsx'
import { LoginForm } from './LoginForm.tsx'

const leaveTo = (path: string) => window.location.assign(path)

/** The session ended in mid-work, or has to be proved again: do it above the page, and what was asked goes on. */
export function LoginDialog() {
  if (!loginNeeded.value) return null
  if (loginNeeded.value === 'proof') return <ProofDialog />
  return (
    <Dialog title="Your session has ended" onClose={() => leaveTo(`/login?next=${encodeURIComponent(window.location.pathname + window.location.search)}`)} testid="login-dialog">
      <div class="dialog-body">
        <p>Log in to go on. What you typed is kept.</p>
        <LoginForm email={session.value?.user.email} onSession={enter} />
      </div>
    </Dialog>
  )
}

function ProofDialog() {
  const [ways, setWays] = useState<IdentityList | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    api.get<IdentityList>('/identities', { public: true }).then(setWays, () => {})
  }, [])
  const withPasskey = async () => {
    setProblem(null)
    try {
      const begun = await api.post<LoginBegun>('/logins', { method: 'passkey' }, { public: true })
      const answer = await usePasskey(begun.public_key ?? {})
      const who = session.value?.user.id
      const next = await api.post<LoginDone>('/logins/finish', { method: begun.method, state: begun.state, answer }, { public: true })
      // Somebody else's passkey is a login as somebody else: their page begins anew.
      if (next.user.id === who) enter(next)
      else leaveTo('/')
    } catch (error) {
      if (!wasDismissed(error)) setProblem((error as Problem).message)
    }
  }
  const passkey = passkeysWork() && ways?.items.some((one) => one.sort === 'passkey')
  return (
    <Dialog title="Show again who you are" onClose={refuseProof} testid="proof-dialog">
      <div class="dialog-body">
        <p>This changes how one gets into your account, and you logged in a while ago.</p>
        {problem && <p class="form-problem" role="alert">{problem}</p>}
        {ways?.has_password !== false && (
          <Form
            testid="proof-form"
            verb="Go on"
            schema={{ properties: { password: { type: 'string', format: 'password', title: 'Your password' } }, required: ['password'] }}
            onSend={async (value) => {
              await api.post('/sessions/current/proof', value, { public: true })
              loggedIn()
            }}
          />
        )}
        {passkey && <Button run={withPasskey} testid="proof-passkey">Use a passkey</Button>}
        {ways && !ways.has_password && !passkey && <p><a class="link" href="/login?next=/account">Log in again</a>, then repeat it.</p>}
      </div>
    </Dialog>
  )
}
