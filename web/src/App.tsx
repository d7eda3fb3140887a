import { useEffect, useState } from 'preact/hooks'
import type { ComponentType } from 'preact'
import { match, safeNext } from './lib/paths.ts'
import { location, navigate } from './lib/router.ts'
import { allowed, findSession, session, unreachable } from './lib/session.ts'
import { Empty, Problem, Skeleton } from './ui/Empty.tsx'
import { Sprite } from './ui/Glyph.tsx'
import { current } from './ui/navigation.ts'
import { Shell, useTitle } from './ui/Shell.tsx'
import { DoorPage, isDoor, VerifyEmail } from './pages/Doors.tsx'
import { Login, LoginReturn } from './pages/Login.tsx'
import { Setup } from './pages/Setup.tsx'

type Page = ComponentType<{ parameters: Record<string, string> }>
type Loader = () => Promise<{ default: Page }>

const PAGES: [string, Loader][] = [
  ['/', () => import('./pages/Overview.tsx')],
  ['/incidents', () => import('./pages/Incidents.tsx')],
  ['/incidents/:id', () => import('./pages/Incident.tsx')],
  ['/sources', () => import('./pages/Sources.tsx')],
  ['/simulations', () => import('./pages/Simulations.tsx')],
  ['/data', () => import('./pages/Data.tsx')],
  ['/data/:id', () => import('./pages/Dataset.tsx')],
  ['/collections', () => import('./pages/Collections.tsx')],
  ['/storages', () => import('./pages/Storages.tsx')],
  ['/storages/:id', () => import('./pages/Storage.tsx')],
  ['/transfers', () => import('./pages/Transfers.tsx')],
  ['/workflows', () => import('./pages/Workflows.tsx')],
  ['/machines', () => import('./pages/Machines.tsx')],
  ['/webhooks', () => import('./pages/Webhooks.tsx')],
  ['/credentials', () => import('./pages/Credentials.tsx')],
  ['/connect/:service', () => import('./pages/Connect.tsx')],
  ['/alarms', () => import('./pages/Alarms.tsx')],
  ['/jobs', () => import('./pages/Jobs.tsx')],
  ['/jobs/:id', () => import('./pages/Job.tsx')],
  ['/batches', () => import('./pages/Batches.tsx')],
  ['/nodes', () => import('./pages/Nodes.tsx')],
  ['/schedules', () => import('./pages/Schedules.tsx')],
  ['/health', () => import('./pages/Health.tsx')],
  ['/audit', () => import('./pages/Audit.tsx')],
  ['/logs', () => import('./pages/Logs.tsx')],
  ['/account', () => import('./pages/Account.tsx')],
  ['/people', () => import('./pages/People.tsx')],
  ['/admin', () => import('./pages/Admin.tsx')],
]

const loaded = new Map<Loader, Page>()

function NotFound() {
  return (
    <section class="panel">
      <h1 class="away">No such page</h1>
      <Empty>
        <p>No page has this address.</p>
        <p><a class="link" href="/">Go to the overview</a></p>
      </Empty>
    </section>
  )
}

function NotAllowed({ label }: { label: string }) {
  useTitle(label)
  return (
    <section class="panel" data-testid="not-allowed">
      <h1 class="away">{label}</h1>
      <Empty>
        <p>This page is for administrators; your role here is {session.value?.role}.</p>
        <p>Ask an administrator for what you need to know or to have changed.</p>
        <p><a class="link" href="/">Go to the overview</a></p>
      </Empty>
    </section>
  )
}

function Content() {
  const path = location.value.path
  const place = current(path)
  const closed = place?.role !== undefined && !allowed(place.role)
  const [, redraw] = useState(0)
  const [failed, setFailed] = useState(false)
  const found = PAGES.flatMap(([pattern, loader]) => {
    const parameters = match(pattern, path)
    return parameters ? [{ loader, parameters }] : []
  })[0]
  const loader = closed ? undefined : found?.loader
  useEffect(() => {
    if (!loader || loaded.has(loader)) return
    let shown = true
    setFailed(false)
    loader().then(
      (module) => {
        loaded.set(loader, module.default)
        if (shown) redraw((count) => count + 1)
      },
      () => shown && setFailed(true),
    )
    return () => void (shown = false)
  }, [loader])
  if (!found) return <NotFound />
  if (closed) return <NotAllowed label={place!.label} />
  const Page = loaded.get(found.loader)
  if (Page) return <Page key={path} parameters={found.parameters} />
  // A page's file is gone after an upgrade of the server: the new index.html knows the new one.
  if (failed) {
    return (
      <section class="panel">
        <Empty>
          <p>This page could not be loaded; the server may have been upgraded.</p>
          <button type="button" class="button" onClick={() => window.location.reload()}>Reload</button>
        </Empty>
      </section>
    )
  }
  return <Skeleton rows={6} what="the page" />
}

export function App() {
  const path = location.value.path
  const known = session.value
  useEffect(() => {
    if (known && (path === '/login' || path === '/setup')) navigate(safeNext(location.value.query.get('next')), { replace: true })
  }, [known, path])
  if (path === '/setup' && !known) return <><Sprite /><Setup /></>
  if (path === '/login' && !known) return <><Sprite /><Login /></>
  const method = match('/login/:method', path)?.method
  // The session is asked for first: who is logged in comes back to add a way to log in.
  if (method && known !== undefined) return <><Sprite /><LoginReturn method={method} loggedIn={known !== null} /></>
  if (isDoor(path)) return <><Sprite /><DoorPage path={path} /></>
  if (path === '/verify') return <><Sprite /><VerifyEmail /></>
  if (unreachable.value && !known) {
    return (
      <main class="centre">
        <Sprite />
        <h1 class="away">Stormbell</h1>
        <section class="panel"><Problem of={unreachable.value} what="Your session" retry={() => void findSession()} /></section>
      </main>
    )
  }
  if (!known) return null
  return <Shell><Content /></Shell>
}
