import { loginNeeded } from '../api/client.ts'
import { enter, session } from '../lib/session.ts'
import { Dialog } from './Dialog.tsx'
import { LoginForm } from './LoginForm.tsx'

/** The session ended in mid-work: log in above the page, and what was asked goes on. */
export function LoginDialog() {
  if (!loginNeeded.value) return null
  return (
    <Dialog title="Your session has ended" onClose={() => window.location.assign(`/login?next=${encodeURIComponent(window.location.pathname + window.location.search)}`)} testid="login-dialog">
      <div class="dialog-body">
        <p>Log in to go on. What you typed is kept.</p>
        <LoginForm email={session.value?.user.email} onSession={enter} />
      </div>
    </Dialog>
  )
}
