import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Credential } from '../api/types.ts'
import { location, navigate } from '../lib/router.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { toast } from '../ui/Toast.tsx'

/** Where a service leads back to: what it put into the address becomes a credential's grant. */
export default function Connect({ parameters }: { parameters: Record<string, string> }) {
  useTitle('Connecting')
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    const { state = '', ...answer } = Object.fromEntries(location.value.query)
    // The code in the address is for one use; a reload should not try it again, and nobody should read it there.
    window.history.replaceState(null, '', window.location.pathname)
    api.post<Credential>('/consents/finish', { service: parameters.service, state, answer }).then(
      (credential) => {
        toast(`${credential.name} is connected`)
        navigate(`/credentials?show=${credential.id}`, { replace: true })
      },
      (error: Problem) => setProblem(error),
    )
  }, [])
  return (
    <>
      <h1 class="away">Connecting a credential</h1>
      <Panel title={problem ? 'Not connected' : 'Connecting'}>
        {problem ? (
          <Empty>
            <p role="alert" data-testid="connect-problem">{problem.message}</p>
            <p class="t3">{problem.title}.</p>
            <p><a class="button" href="/credentials">Back to the credentials</a></p>
          </Empty>
        ) : <Empty><p role="status">Asking the service for its tokens…</p></Empty>}
      </Panel>
    </>
  )
}
