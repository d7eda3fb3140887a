import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Health, Incident, Job, Machine, Simulation, Source, Version } from '../api/types.ts'
import { connection, lastEventAt } from '../live/stream.ts'
import { useDocument, useList, type List } from '../live/store.ts'
import { clock, count, duration, roughly } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { location, navigate } from '../lib/router.ts'
import { toggleTheme } from '../lib/theme.ts'
import { skew, tick } from '../lib/time.ts'
import { AlarmBar } from './AlarmBar.tsx'
import { Bolt, Icon, Sprite } from './Glyph.tsx'
import { KeysDialog, keysOpen } from './KeysDialog.tsx'
import { LoginDialog } from './LoginDialog.tsx'
import { current, type Place } from './navigation.ts'
import { Palette, paletteOpen } from './Palette.tsx'
import { places } from './places.ts'
import { ShelveDialog } from './ShelveDialog.tsx'
import { Toast, toast } from './Toast.tsx'

/** What stands after "Incidents /" in the header; a page sets it. */
export const crumb = signal<string | null>(null)
export function useTitle(title: string, inCrumb = false): void {
  useEffect(() => {
    document.title = `${title} · Stormbell`
    crumb.value = inCrumb ? title : null
    return () => void (crumb.value = null)
  }, [title])
}

const moreOpen = signal(false)

function total(list: List<unknown> | undefined): string | null {
  if (!list || list.rows.length === 0) return null
  return count(list.rows.length) + (list.next ? '+' : '')
}

function useCounts(): Record<string, string | null> {
  const incidents = useList<Incident>('/incidents?state=pending&state=active&state=completing&limit=200', ['incidents'])
  const simulations = useList<Simulation>('/simulations?state=running&limit=200', ['simulations'])
  const jobs = useList<Job>('/jobs?state=queued&limit=200', ['jobs'])
  const machines = useList<Machine>('/machines', ['machines'])
  const sources = useList<Source>('/sources', ['sources'])
  return {
    '/incidents': total(incidents.data.value),
    '/simulations': total(simulations.data.value),
    '/jobs': total(jobs.data.value),
    '/machines': total(machines.data.value),
    '/sources': total(sources.data.value),
  }
}

function NavLink({ place, at, tally }: { place: Place; at: Place | undefined; tally?: string | null }) {
  return (
    <a class="nav" href={place.path} aria-current={place === at ? 'page' : undefined} title={place.label} onClick={() => (moreOpen.value = false)}>
      <Icon name={place.icon} />
      <span class="nav-label">{place.label}</span>
      {tally && <span class="nav-count">{tally}</span>}
    </a>
  )
}

function Side({ at }: { at: Place | undefined }) {
  const counts = useCounts()
  const health = useDocument<Health>('/health', ['health'])
  const version = useDocument<Version>('/version', [])
  return (
    <aside class="side">
      <a class="brand" href="/" aria-label="Stormbell, overview"><Bolt /><span>Stormbell</span></a>
      <nav aria-label="Main">
        {places().map((place, index, all) => [
          place.group !== 'Now' && place.group !== all[index - 1]?.group && <div class="nav-group">{place.group}</div>,
          <NavLink key={place.path} place={place} at={at} tally={counts[place.path]} />,
        ])}
      </nav>
      <div class="side-foot">
        <div title={health.data.value?.node.name}>{health.data.value?.node.name ?? '\u00a0'}</div>
        <div>
          {version.data.value ? version.data.value.version : '\u00a0'}
          {health.data.value && ` · up ${roughly((tick.value - new Date(health.data.value.node.started_at).getTime()) / 1000)}`}
        </div>
      </div>
    </aside>
  )
}

function Bottom({ at }: { at: Place | undefined }) {
  const rest = places().filter((place) => !place.phone)
  return (
    <>
      {moreOpen.value && (
        <nav class="more-menu phone" id="more-menu" aria-label="More">
          {rest.map((place) => <NavLink key={place.path} place={place} at={at} />)}
        </nav>
      )}
      <nav class="bottom" aria-label="Main, phone">
        {places().filter((place) => place.phone).map((place) => (
          <a key={place.path} href={place.path} aria-current={place === at ? 'page' : undefined} onClick={() => (moreOpen.value = false)}>
            <Icon name={place.icon} />
            {place.label}
          </a>
        ))}
        <button type="button" aria-expanded={moreOpen.value} aria-controls="more-menu" onClick={() => (moreOpen.value = !moreOpen.value)}>
          <Icon name="more" />
          More
        </button>
      </nav>
    </>
  )
}

const LIVE_WORD = { connecting: 'Connecting', live: 'Live', lost: 'Lost' }

function Top({ at }: { at: Place | undefined }) {
  const link = connection.value
  const seconds = skew.value / 1000
  const told =
    link.state === 'live'
      ? `Event stream connected${lastEventAt() ? `, last event ${roughly((tick.value - lastEventAt()!) / 1000)} ago` : ''}${link.note ? `. ${link.note}` : ''}`
      : link.state === 'lost' ? 'Event stream lost' : 'Connecting to the event stream'
  return (
    <header class="top">
      <div class="crumb">
        {crumb.value && at ? <><a href={at.path}>{at.label}</a> / <b>{crumb.value}</b></> : <b>{at?.label ?? 'Stormbell'}</b>}
      </div>
      <button type="button" class="find" onClick={() => (paletteOpen.value = true)}>
        <Icon name="search" />Find or do<kbd>Ctrl K</kbd>
      </button>
      <div class="live" data-state={link.state} title={told} role="status" data-testid="live-indicator">
        <i /><span>{LIVE_WORD[link.state]}</span>
      </div>
      <button type="button" class="icon-button phone" aria-label="Find or do" onClick={() => (paletteOpen.value = true)}><Icon name="search" /></button>
      <button type="button" class="icon-button" aria-label="Switch theme" title="Switch theme, Shift T" onClick={toggleTheme}><Icon name="theme" /></button>
      <time class="clock" title={Math.abs(seconds) > 2 ? `The server's clock. This browser is ${duration(Math.abs(seconds))} ${seconds > 0 ? 'behind' : 'ahead'}.` : "The server's clock"} data-testid="clock">
        {clock(tick.value)}<small>UTC</small>
        {Math.abs(seconds) > 2 && <small class="wide">browser {seconds > 0 ? '−' : '+'}{roughly(Math.abs(seconds))}</small>}
      </time>
    </header>
  )
}

function moveRow(step: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('main tr.row-link')].flatMap((row) => row.querySelector<HTMLElement>('a') ?? [])
  const at = links.findIndex((link) => link.closest('tr') === document.activeElement?.closest('tr'))
  links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + step))]?.focus()
}

/** Sidebar, header, alarm bar, content: owns keys that work everywhere. */
export function Shell({ children }: { children: ComponentChildren }) {
  const at = current(location.value.path)
  useKeys([
    ...places().filter((place) => place.key).map((place) => ({ keys: `g ${place.key}`, label: place.label, group: 'Go to', run: () => navigate(place.path) })),
    { keys: '?', label: 'All keys', group: 'Everywhere', run: () => (keysOpen.value = true) },
    { keys: 'Shift+T', label: 'Switch theme', group: 'Everywhere', words: 'dark light', run: toggleTheme },
    { keys: '/', label: 'Filter', group: 'Lists', run: () => document.querySelector<HTMLElement>('[data-filter]')?.focus() },
    { keys: 'j', label: 'Next row', group: 'Lists', run: () => moveRow(1) },
    { keys: 'k', label: 'Previous row', group: 'Lists', run: () => moveRow(-1) },
    {
      keys: 'o', label: 'Open the row in a new tab', group: 'Lists',
      run: () => {
        const link = document.activeElement?.closest<HTMLAnchorElement>('a[href]')
        if (link) window.open(link.href, '_blank', 'noopener')
      },
    },
    {
      keys: 'c', label: 'Copy link to this view', group: 'Everywhere',
      run: () => void navigator.clipboard?.writeText(window.location.href).then(() => toast('Link copied'), () => toast('The browser refused the clipboard')),
    },
  ])
  return (
    <>
      <Sprite />
      <a class="skip" href="#content" onClick={(event) => (event.preventDefault(), document.getElementById('content')?.focus())}>Skip to content</a>
      <div class="app">
        <Side at={at} />
        <div class="frame-top">
          <Top at={at} />
          <AlarmBar />
        </div>
        <main id="content" tabIndex={-1}>{children}</main>
      </div>
      <Bottom at={at} />
      <Palette />
      <KeysDialog />
      <ShelveDialog />
      <LoginDialog />
      <Toast />
    </>
  )
}
