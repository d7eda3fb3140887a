import { useEffect } from 'preact/hooks'
import { Bolt } from '../ui/Glyph.tsx'
import { LoginForm } from '../ui/LoginForm.tsx'
import { enter } from '../lib/session.ts'

export function Login() {
  useEffect(() => void (document.title = 'Log in · Stormbell'), [])
  return (
    <main class="centre">
      <div class="gate">
        <div class="brand"><Bolt /><h1>Stormbell</h1></div>
        <section class="panel gate-panel" aria-label="Log in"><LoginForm onSession={enter} /></section>
      </div>
    </main>
  )
}
