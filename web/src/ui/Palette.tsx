import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Dataset, Incident, Machine, Page, Simulation } from '../api/types.ts'
import { bindings, bind } from '../lib/keys.ts'
import { location, navigate } from '../lib/router.ts'
import { places as open } from './places.ts'
import { useModal } from './Dialog.tsx'
import { toast } from './Toast.tsx'

interface Entry {
  group: string
  label: string
  side?: string
  /** Other words by which it is found. */
  words?: string
  run: () => void
}

export const paletteOpen = signal(false)

/** The API call behind the page that is shown, for "Copy as curl". */
export const pageCall = signal<string | null>(null)
export function usePageCall(path: string | null): void {
  useEffect(() => {
    pageCall.value = path
    return () => {
      if (pageCall.peek() === path) pageCall.value = null
    }
  }, [path])
}

const ID = /^(inc|sim|dst|src|dlv|mch|job|stg)_[0-9a-z]+$/i
const PLACES: Record<string, (id: string) => string> = {
  inc: (id) => `/incidents/${id}`,
  sim: (id) => `/simulations?show=${id}`,
  dst: (id) => `/data?show=${id}`,
  src: (id) => `/sources?source_id=${id}`,
  dlv: (id) => `/sources?show=${id}`,
  mch: () => '/machines',
  job: (id) => `/jobs?show=${id}`,
  stg: () => '/incidents',
}

const RECENT = 'stormbell.recent'
function recent(): { label: string; to: string }[] {
  try {
    return JSON.parse(sessionStorage.getItem(RECENT) ?? '[]')
  } catch {
    return []
  }
}
function remember(label: string, to: string): void {
  const list = [{ label, to }, ...recent().filter((one) => one.to !== to)].slice(0, 5)
  sessionStorage.setItem(RECENT, JSON.stringify(list))
}

async function copyCurl(): Promise<void> {
  const text = `curl -H "Authorization: Bearer $STORMBELL_TOKEN" "${window.location.origin}/api/v1${pageCall.value}"`
  await navigator.clipboard?.writeText(text).then(() => toast('curl command copied'), () => toast('The browser refused the clipboard'))
}

function go(label: string, to: string): () => void {
  return () => {
    remember(label, to)
    navigate(to)
  }
}

/** The last word typed decides what is looked up; everything else is already here. */
async function lookUp(): Promise<Entry[]> {
  const [incidents, machines, simulations, datasets] = await Promise.all([
    api.get<Page<Incident>>('/incidents', { query: { limit: 100 } }),
    api.get<Page<Machine>>('/machines'),
    api.get<Page<Simulation>>('/simulations', { query: { limit: 100 } }),
    api.get<Page<Dataset>>('/datasets', { query: { limit: 100 } }),
  ])
  return [
    ...incidents.items.map((one) => ({ group: 'Incidents', label: one.name, side: one.state, run: go(one.name, `/incidents/${one.id}`) })),
    ...machines.items.map((one) => ({ group: 'Machines', label: one.name, side: one.driver ?? undefined, run: go(one.name, `/machines#${one.name}`) })),
    ...simulations.items.map((one) => ({ group: 'Simulations', label: one.name, side: one.state, run: go(one.name, `/simulations?show=${one.id}`) })),
    ...datasets.items.map((one) => ({ group: 'Data', label: one.name, side: one.media_type, run: go(one.name, `/data?show=${one.id}`) })),
  ]
}

/** Every typed word occurs in the entry, in any order. */
export function matches(text: string, label: string): boolean {
  const low = label.toLowerCase()
  return text.toLowerCase().split(/\s+/).every((word) => low.includes(word))
}

function Open() {
  const ref = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [objects, setObjects] = useState<Entry[]>([])
  useEffect(() => {
    let shown = true
    lookUp().then((found) => shown && setObjects(found), () => {})
    return () => void (shown = false)
  }, [])
  const close = () => (paletteOpen.value = false)
  useModal(ref, close)
  const actions: Entry[] = bindings.value
    .filter((one) => one.group !== 'Go to' && one.keys !== 'Ctrl+k')
    .map((one) => ({ group: 'Do', label: one.label, side: one.keys, words: one.words, run: () => one.run(new KeyboardEvent('keydown')) }))
  if (pageCall.value) actions.push({ group: 'Do', label: 'Copy as curl', run: copyCurl })
  const places: Entry[] = open().map((one) => ({ group: 'Go to', label: one.label, side: one.key && `g ${one.key}`, run: () => navigate(one.path) }))
  const id = text.trim()
  const direct: Entry[] = ID.test(id) ? [{ group: 'Go to', label: id, run: go(id, PLACES[id.split('_')[0]!.toLowerCase()]!(id)) }] : []
  const entries: Entry[] = (
    text.trim()
      ? [...direct, ...places, ...actions, ...objects].filter((one) => direct.includes(one) || matches(text.trim(), `${one.label} ${one.group} ${one.words ?? ''}`))
      : [...recent().map((one) => ({ group: 'Recent', label: one.label, run: go(one.label, one.to) })), ...actions, ...places]
  ).slice(0, 40)
  const chosen = Math.min(at, entries.length - 1)
  const run = (entry: Entry | undefined) => {
    if (!entry) return
    close()
    // After the dialog has given the focus back.
    setTimeout(entry.run)
  }
  return (
    <dialog ref={ref} class="palette" aria-label="Find or do" data-testid="palette" onClick={(event) => event.target === ref.current && close()}>
      <input
        role="combobox"
        aria-label="Find or do"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={entries[chosen] ? `palette-${chosen}` : undefined}
        autocomplete="off"
        placeholder="Name, id or action"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault()
            const next = (chosen + (event.key === 'ArrowDown' ? 1 : -1) + entries.length) % entries.length
            setAt(next)
            document.getElementById(`palette-${next}`)?.scrollIntoView({ block: 'nearest' })
          } else if (event.key === 'Enter') {
            event.preventDefault()
            run(entries[chosen])
          }
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="Matches">
        {entries.flatMap((entry, index) => [
          entry.group !== entries[index - 1]?.group && <li key={`g${index}`} class="palette-group" role="presentation">{entry.group}</li>,
          <li key={index} id={`palette-${index}`} role="option" aria-selected={index === chosen} onMouseMove={() => setAt(index)} onClick={() => run(entry)}>
            <span class="cut">{entry.label}</span>
            {entry.side && <span class="palette-side sm">{entry.side}</span>}
          </li>,
        ])}
        {entries.length === 0 && <li class="palette-group" role="presentation">Nothing has this name or id.</li>}
      </ul>
    </dialog>
  )
}

export function Palette() {
  useEffect(() => bind([{ keys: 'Ctrl+k', label: 'Find or do', group: 'Everywhere', run: () => (paletteOpen.value = !paletteOpen.value) }]), [])
  // A page change closes it.
  useEffect(() => void (paletteOpen.value = false), [location.value.path])
  return paletteOpen.value ? <Open /> : null
}
