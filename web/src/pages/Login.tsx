import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { LoginBegun, LoginDone, LoginMethod, LoginMethods } from '../api/types.ts'
import { passkeysWork, usePasskey, wasDismissed } from '../lib/passkeys.ts'
import { safeNext } from '../lib/paths.ts'
import { location, navigate } from '../lib/router.ts'
import { enter } from '../lib/session.ts'
import { LoginForm } from '../ui/LoginForm.tsx'
import { Gate, GateProblem } from './Gate.tsx'

const open = (path: string, body: unknown) => api.post<LoginDone>(path, body, { public: true })

/** Logs in by another way than the form: the browser's passkey, or a provider, who leads back to /login/METHOD. */
async function begin(method: LoginMethod): Promise<void> {
  const next = safeNext(location.value.query.get('next'))
  const begun = await api.post<LoginBegun>('/logins', { method: method.name, next }, { public: true })
  if (begun.url) return window.location.assign(begun.url)
  const answer = await usePasskey(begun.public_key ?? {})
  enter(await open('/logins/finish', { method: begun.method, state: begun.state, answer }))
}

export function Login() {
  const [methods, setMethods] = useState<LoginMethods | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    document.title = 'Log in · Stormbell'
    // Without an answer the form is shown: most servers have only that.
    api.get<LoginMethods>('/login-methods', { public: true }).then(setMethods, () => {})
  }, [])
  const others = (methods?.items ?? []).filter((one) => one.kind === 'redirect' || (one.kind === 'passkey' && passkeysWork()))
  const form = methods === null || methods.items.some((one) => one.kind === 'form')
  const choose = (method: LoginMethod) => {
    setProblem(null)
    begin(method).catch((error: Problem) => wasDismissed(error) || setProblem(error.message))
  }
  return (
    <Gate label="Log in">
      {problem && <GateProblem>{problem}</GateProblem>}
      {form && <LoginForm onSession={enter} />}
      {others.length > 0 && (
        <div class="form" role="group" aria-label="Other ways to log in">
          {form && <p class="t3 sm">or</p>}
          {others.map((one) => (
            <button key={one.name} type="button" class="button" data-testid={`login-${one.name}`} onClick={() => choose(one)}>
              {one.kind === 'passkey' ? 'Use a passkey' : `Log in with ${one.title}`}
            </button>
          ))}
        </div>
      )}
      {(methods?.resets || methods?.sign_up) && (
        <p class="sm t2">
          {methods.resets && <a class="link" href="/reset">Forgot your password?</a>}
          {methods.resets && methods.sign_up && ' · '}
          {methods.sign_up && <a class="link" href="/sign-up">Ask for an account</a>}
        </p>
      )}
    </Gate>
  )
}

/** Where a provider leads back to: what it put into the address ends the login, or adds it to who is logged in. */
export function LoginReturn({ method, loggedIn }: { method: string; loggedIn: boolean }) {
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    document.title = 'Logging in · Stormbell'
    const { state = '', ...answer } = Object.fromEntries(location.value.query)
    const body = { method, state, answer }
    // The code in the address is for one use; a reload should not try it again.
    window.history.replaceState(null, '', window.location.pathname)
    const done = loggedIn
      ? api.post('/identities/finish', body).then(() => navigate('/account', { replace: true }))
      : open('/logins/finish', body).then((session) => (navigate(safeNext(session.next), { replace: true }), enter(session)))
    done.catch((error: Problem) => setProblem(error.message))
  }, [])
  return (
    <Gate label="Log in">
      {problem ? <><GateProblem>{problem}</GateProblem><a class="button" href={loggedIn ? '/account' : '/login'}>{loggedIn ? 'Back to your account' : 'Try again'}</a></> : <p class="t2" role="status">Logging in…</p>}
    </Gate>
  )
}
