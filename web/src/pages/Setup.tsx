import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { byField } from '../lib/invalid.ts'
import { location } from '../lib/router.ts'
import { enter } from '../lib/session.ts'
import { Bolt, Glyph } from '../ui/Glyph.tsx'

const WORDS: Record<string, string> = {
  setup_token_invalid: 'The setup link is not valid. Use the newest one that the server printed when it started.',
  setup_done: 'Somebody has already set this server up. Log in instead.',
}

const FIELDS = ['token', 'name', 'email', 'password']

/** The first owner of a new server. The token comes with the link the server prints at its first start. */
export function Setup() {
  const [token, setToken] = useState(location.value.query.get('token') ?? '')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<{ code: string; text: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const given = location.value.query.has('token')

  useEffect(() => {
    document.title = 'Set up · Stormbell'
    api.get<{ needed: boolean }>('/setup', { public: true }).then(
      ({ needed }) => !needed && setProblem({ code: 'setup_done', text: WORDS.setup_done! }),
      (error: Problem) => setProblem({ code: error.code, text: error.message }),
    )
  }, [])

  const refuse = (wrong: Record<string, string>) => {
    setErrors(wrong)
    const first = FIELDS.find((id) => wrong[id])
    if (first) document.getElementById(`setup-${first}`)?.focus()
  }
  const send = async (event: Event) => {
    event.preventDefault()
    const wrong: Record<string, string> = {}
    if (!token.trim()) wrong.token = 'Paste the token from the setup link.'
    if (!name.trim()) wrong.name = 'A name is needed: it stands beside what you do.'
    if (!/^\S+@\S+$/.test(email.trim())) wrong.email = 'An email address is needed, like you@example.org.'
    if (!password) wrong.password = 'A password is needed.'
    refuse(wrong)
    setProblem(null)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    try {
      enter(await api.post<Session>('/setup', { token: token.trim(), email: email.trim(), name: name.trim(), password }, { public: true }))
    } catch (error) {
      const failure = error as Problem
      const { fields, rest } = byField(failure, FIELDS.filter((id) => id !== 'token' || !given))
      refuse(fields)
      const text = WORDS[failure.code] ?? rest
      setProblem(text === null ? null : { code: failure.code, text })
      setBusy(false)
    }
  }

  const field = (id: string, label: string, type: 'text' | 'email' | 'password', value: string, set: (text: string) => void, autocomplete: string, help?: string) => (
    <div class="field">
      <label for={`setup-${id}`}>{label}</label>
      <input
        id={`setup-${id}`}
        name={id}
        type={type as 'text'}
        autocomplete={autocomplete}
        value={value}
        aria-invalid={errors[id] ? true : undefined}
        aria-describedby={[help && help !== errors[id] && `setup-${id}-help`, errors[id] && `setup-${id}-error`].filter(Boolean).join(' ') || undefined}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {help && help !== errors[id] && <span class="field-help" id={`setup-${id}-help`}>{help}</span>}
      {errors[id] && <span class="field-error" id={`setup-${id}-error`}><Glyph name="failed" />{errors[id]}</span>}
    </div>
  )
  return (
    <main class="centre">
      <div class="gate">
        <div class="brand"><Bolt /><h1>Stormbell</h1></div>
        <section class="panel gate-panel" aria-label="Set up">
          <form class="form" data-testid="setup-form" noValidate onSubmit={send}>
            <p class="t2">You are the first here. This account owns the server; others are invited later.</p>
            {problem && (
              <div class="form-problem" role="alert" data-testid="setup-problem">
                <Glyph name="failed" />
                <span class="inline">{problem.text} {problem.code === 'setup_done' && <a class="link" href="/login">Log in</a>}</span>
              </div>
            )}
            {!given && field('token', 'Setup token', 'text', token, setToken, 'off', 'In the link that the server printed when it started.')}
            {field('name', 'Name', 'text', name, setName, 'name')}
            {field('email', 'Email', 'email', email, setEmail, 'username')}
            {field('password', 'Password', 'password', password, setPassword, 'new-password', 'At least 8 characters')}
            <button type="submit" class="button primary" disabled={busy} aria-busy={busy}>Create the owner</button>
          </form>
        </section>
      </div>
    </main>
  )
}
