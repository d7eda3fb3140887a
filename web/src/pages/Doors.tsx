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

const NO_MAIL = 'A server that no mail server was set for prints its mail on its terminal.'

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
    done: `Open the link in the mail that is sent to you; then an administrator looks at it. If you have an account already, log in. ${NO_MAIL}`,
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
  done: `If the address has an account here, a link is on its way. It works for an hour. ${NO_MAIL}`,
  coded: false,
}

export const isDoor = (path: string): boolean => path in DOORS

const codeOf = (hash: string): string | null => new URLSearchParams(hash.slice(1)).get('code')

const STAY: JsonSchema = { enum: ['are removed', 'stay'], title: 'They', description: 'Remove them if you do not know each of them.' }

function WaysIn({ ways }: { ways: string[] }) {
  return (
    <>
      <p>Your account can also be entered with:</p>
      <ul data-testid="ways-in">{ways.map((way) => <li key={way}>{way}</li>)}</ul>
    </>
  )
}

export function DoorPage({ path }: { path: string }) {
  const [code, setCode] = useState(() => codeOf(window.location.hash))
  const [gone, setGone] = useState<Problem | null>(null)
  const [done, setDone] = useState(false)
  const [ways, setWays] = useState<string[]>([])
  const door = path === '/reset' && code === null ? FORGOTTEN : DOORS[path]!
  useEffect(() => {
    document.title = `${door.title} · Stormbell`
    if (code) window.history.replaceState(null, '', window.location.pathname)
  }, [])
  return (
    <Gate label={door.title}>
      {done ? (
        <><p data-testid="door-done">{door.done}</p><a class="button primary" href="/login">Log in</a></>
      ) : gone ? (
        <>
          <GateProblem>{gone.title}. {gone.message}.</GateProblem>
          <div class="row-actions" data-testid="door-gone">
            <a class="button primary" href="/login">Log in</a>
            {path === '/reset' && <button type="button" class="button" onClick={() => (setGone(null), setCode(null))}>Send me a new link</button>}
          </div>
        </>
      ) : door.coded && code === null ? (
        <GateProblem>{DEAD}</GateProblem>
      ) : (
        <>
          <h2>{door.title}</h2>
          <p class="t2">{door.lead}</p>
          {ways.length > 0 && <WaysIn ways={ways} />}
          <Form
            testid="door-form"
            verb={door.verb}
            schema={ways.length > 0 ? { ...door.schema, properties: { ...door.schema.properties, other_ways: STAY }, required: [...(door.schema.required ?? []), 'other_ways'] } : door.schema}
            onSend={async (value) => {
              const said = value.other_ways ? { other_ways: value.other_ways === STAY.enum![0] ? 'remove' : 'keep' } : {}
              try {
                await api.post(door.path, { ...value, ...said, ...(door.coded ? { code } : {}) }, { public: true })
                setDone(true)
              } catch (error) {
                // A link that is spent stays spent, whatever is typed.
                if ((error as Problem).status === 410) return setGone(error as Problem)
                if ((error as Problem).code !== 'ways_in_remain') throw error
                setWays((error as Problem).errors.map((one) => one.message))
                throw new Error('Say what becomes of the other ways in, then set the password.')
              }
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
      (error: Problem) => setProblem(`${error.title}. ${error.message}.`),
    )
  }, [])
  return <Gate label="Prove your address">{problem ? <GateProblem>{problem}</GateProblem> : <p role="status">{said}</p>}<a class="button" href="/">Go on</a></Gate>
}
