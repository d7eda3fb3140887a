/** Who is logged in, and what their role may do. */
import { signal } from '@preact/signals'
import { api, loggedIn, Problem } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { startStream, stopStream } from '../live/stream.ts'
import { clearStore } from '../live/store.ts'
import { location, navigate } from './router.ts'

/** undefined while not asked yet, null when nobody is logged in. */
export const session = signal<Session | null | undefined>(undefined)
export const unreachable = signal<Problem | null>(null)

export const ROLES = ['viewer', 'runner', 'operator', 'admin', 'owner']

export function allowed(role: string): boolean {
  const held = session.value?.role ?? session.value?.user.role ?? 'viewer'
  return ROLES.indexOf(held) >= ROLES.indexOf(role)
}

export function enter(next: Session): void {
  session.value = next
  loggedIn()
  void startStream()
}

/** Pages for who is not logged in. */
export const isOpen = (path: string): boolean =>
  ['/setup', '/login', '/invitation', '/sign-up', '/reset', '/verify'].includes(path) || path.startsWith('/login/')

export async function findSession(): Promise<void> {
  try {
    enter(await api.get<Session>('/sessions/current', { public: true }))
    unreachable.value = null
  } catch (error) {
    const problem = error as Problem
    if (problem.status === 401 || problem.status === 403) {
      session.value = null
      const { needed } = await api.get<{ needed: boolean }>('/setup', { public: true }).catch(() => ({ needed: false }))
      const here = location.value
      if (needed && here.path !== '/setup') navigate('/setup', { replace: true })
      else if (!isOpen(here.path)) {
        const to = here.path + (here.query.size > 0 ? `?${here.query}` : '')
        navigate(to === '/' ? '/login' : `/login?next=${encodeURIComponent(to)}`, { replace: true })
      }
    } else unreachable.value = problem
  }
}

export async function leave(): Promise<void> {
  await api.delete('/sessions/current')
  forget()
}

/** Nobody is logged in here any more. */
export function forget(): void {
  stopStream()
  clearStore()
  session.value = null
  navigate('/login')
}
