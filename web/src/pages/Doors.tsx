/** What one may do without an account: accept an invitation, ask for one, choose a new password, prove an address. */
import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { JsonSchema } from '../api/types.ts'
import { Form } from '../ui/Form.tsx'
import { Gate, GateProblem } from './Gate.tsx'

const EMAIL: JsonSchema = { type: 'string', format: 'email', title: 'Email' }
const NAME: JsonSchema = { type: 'string', title: 'Name', description: 'It stands beside what you do.' }
const PASSWORD: JsonSchema = { type: 'string', format: 'password', title: 'Password', description: 'At least 8 characters, better 15.' }
const DEAD = 'This link is not complete. Open it as it was sent, or ask for a new one.'

interface Door {
  title: string
  lead: string
  verb: string
  schema: JsonSchema
  path: string
  /** What is shown when it is done. */
  done: string
  /** The link has a code behind its #, where no server's log sees it. */
  coded: boolean
}

const DOORS: Record<string, Door> = {
  '/invitation': {
    title: 'Accept the invitation',
    lead: 'You were invited. Make your account with the address the invitation was sent to.',
    verb: 'Make my account',
    schema: { properties: { email: EMAIL, name: NAME, password: PASSWORD }, required: ['email', 'name', 'password'] },
    path: '/invitations/acceptance',
    done: 'Your account is made.',
    coded: true,
  },
  '/sign-up': {
    title: 'Ask for an account',
    lead: 'An administrator looks at it before you can log in.',
    verb: 'Ask for an account',
    schema: { properties: { email: EMAIL, name: NAME, password: PASSWORD }, required: ['email', 'name', 'password'] },
    path: '/sign-ups',
    done: 'An administrator looks at it. If you have an account already, log in.',
    coded: false,
  },
  '/reset': {
    title: 'Choose a new password',
    lead: 'The link works once. You are logged out everywhere.',
    verb: 'Set password',
    schema: { properties: { password: PASSWORD }, required: ['password'] },
    path: '/password-resets/redeem',
    done: 'Your password is changed.',
    coded: true,
  },
}

const FORGOTTEN: Door = {
  title: 'Forgot your password?',
  lead: 'If the address has an account here, a link is sent to it.',
  verb: 'Send a link',
  schema: { properties: { email: EMAIL }, required: ['email'] },
  path: '/password-resets',
  done: 'If the address has an account here, a link is on its way. It works for an hour.',
  coded: false,
}

export const isDoor = (path: string): boolean => path in DOORS

const codeOf = (hash: string): string | null => new URLSearchParams(hash.slice(1)).get('code')

export function DoorPage({ path }: { path: string }) {
  const [code] = useState(() => codeOf(window.location.hash))
  const [done, setDone] = useState(false)
  const door = path === '/reset' && code === null ? FORGOTTEN : DOORS[path]!
  useEffect(() => {
    document.title = `${door.title} · Stormbell`
    if (code) window.history.replaceState(null, '', window.location.pathname)
  }, [])
  return (
    <Gate label={door.title}>
      {done ? (
        <><p data-testid="door-done">{door.done}</p><a class="button primary" href="/login">Log in</a></>
      ) : door.coded && code === null ? (
        <GateProblem>{DEAD}</GateProblem>
      ) : (
        <>
          <h2>{door.title}</h2>
          <p class="t2">{door.lead}</p>
          <Form
            testid="door-form"
            verb={door.verb}
            schema={door.schema}
            onSend={async (value) => {
              await api.post(door.path, { ...value, ...(door.coded ? { code } : {}) }, { public: true })
              setDone(true)
            }}
          />
        </>
      )}
    </Gate>
  )
}

/** The link that proves an address is one's own: opening it is enough. */
export function VerifyEmail() {
  const [said, setSaid] = useState('Looking at the link…')
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    document.title = 'Prove your address · Stormbell'
    const code = codeOf(window.location.hash)
    window.history.replaceState(null, '', window.location.pathname)
    if (code === null) return setProblem(DEAD)
    api.post('/email-verifications/redeem', { code }, { public: true }).then(
      () => setSaid('The address is yours. Thank you.'),
      (error: Problem) => setProblem(error.message),
    )
  }, [])
  return <Gate label="Prove your address">{problem ? <GateProblem>{problem}</GateProblem> : <p role="status">{said}</p>}<a class="button" href="/">Go on</a></Gate>
}
