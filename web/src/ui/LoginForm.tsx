import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { duration } from '../lib/format.ts'
import { Glyph } from './Glyph.tsx'

/** Email and password to a session. */
export function LoginForm({ onSession, email: given }: { onSession: (session: Session) => void; email?: string }) {
  const [email, setEmail] = useState(given ?? '')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      onSession(await api.post<Session>('/sessions', { email: email.trim(), password }, { public: true }))
    } catch (error) {
      const failure = error as Problem
      setProblem(
        failure.code === 'login_throttled'
          ? `Too many tries. ${failure.retryAfter ? `Try again in ${duration(failure.retryAfter)}.` : 'Try again later.'}`
          : failure.code === 'credentials_invalid'
            ? 'Email or password is wrong.'
            : failure.message,
      )
      setBusy(false)
    }
  }
  return (
    <form class="form" data-testid="login-form" onSubmit={send}>
      {problem && <div class="form-problem" role="alert" data-testid="login-problem"><Glyph name="failed" /><span>{problem}</span></div>}
      <div class="field">
        <label for="login-email">Email</label>
        <input id="login-email" name="email" type="email" autocomplete="username" required value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
      </div>
      <div class="field">
        <label for="login-password">Password</label>
        <input id="login-password" name="password" type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
      </div>
      <button type="submit" class="button primary" disabled={busy} aria-busy={busy}>Log in</button>
    </form>
  )
}
