import { useState } from 'preact/hooks'
import type { Collection, Machine, Page, Storage } from '../api/types.ts'
import { areaProblem } from '../lib/datasets.ts'
import { momentOf } from '../lib/since.ts'
import { location, setQuery } from '../lib/router.ts'
import { useDocument } from '../live/store.ts'
import { Panel } from '../ui/Panel.tsx'

const TYPES: [string, string][] = [
  ['image/*', 'images'], ['video/*', 'videos'], ['text/*', 'text and tables'], ['application/x-netcdf', 'NetCDF'], ['image/tiff', 'GeoTIFF'],
  ['application/geo+json', 'GeoJSON'], ['application/json', 'JSON'], ['application/octet-stream', 'bytes'],
]
const TEXTS = ['q', 'name', 'role', 'tag', 'path', 'valid_from', 'valid_until', 'created_from', 'created_until', 'area'] as const
const CHOICES = ['media_type', 'machine', 'storage_id', 'collection_id', 'pinned', 'deleted'] as const
type Name = (typeof TEXTS)[number] | (typeof CHOICES)[number]

/** Every way to narrow the list, as a form; the address holds what is chosen. */
export function DataSearch({ onClose }: { onClose: () => void }) {
  const query = location.value.query
  const machines = useDocument<Page<Machine>>('/machines?limit=200', ['machines'])
  const storages = useDocument<Page<Storage>>('/storages?limit=200', ['storages'])
  const collections = useDocument<Page<Collection>>('/collections?limit=200', ['collections'])
  const [values, setValues] = useState<Partial<Record<Name, string>>>(() => Object.fromEntries([...TEXTS, ...CHOICES].map((name) => [name, query.get(name) ?? ''])))
  const [wrong, setWrong] = useState<Partial<Record<Name, string>>>({})
  const set = (name: Name, value: string) => setValues({ ...values, [name]: value })
  const send = (event: Event) => {
    event.preventDefault()
    const found: Partial<Record<Name, string>> = {}
    for (const name of ['valid_from', 'valid_until', 'created_from', 'created_until'] as const) {
      if (values[name]?.trim() && momentOf(values[name], 0) === null) found[name] = 'A time: 2026-02-04, 2026-02-04T13:50, or 2 h ago as 2h'
    }
    const area = values.area?.trim() ? areaProblem(values.area) : null
    if (area) found.area = area
    setWrong(found)
    if (Object.keys(found).length === 0) setQuery(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim() || null])), { replace: false })
  }
  const text = (name: (typeof TEXTS)[number], label: string, placeholder: string) => (
    <div class="field">
      <label for={`search-${name}`}>{label}</label>
      <input
        id={`search-${name}`} autocomplete="off" placeholder={placeholder} value={values[name]}
        aria-invalid={wrong[name] ? true : undefined} aria-describedby={wrong[name] ? `search-${name}-error` : undefined}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
      {wrong[name] && <span class="field-error" id={`search-${name}-error`}>{wrong[name]}</span>}
    </div>
  )
  const choice = (name: (typeof CHOICES)[number], label: string, options: [string, string][]) => (
    <div class="field">
      <label for={`search-${name}`}>{label}</label>
      <select id={`search-${name}`} value={values[name]} onChange={(event) => set(name, event.currentTarget.value)}>
        <option value="">any</option>
        {values[name] && !options.some(([value]) => value === values[name]) && <option value={values[name]}>{values[name]}</option>}
        {options.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
      </select>
    </div>
  )
  return (
    <Panel title="Search" testid="data-search">
      <form class="search-form" role="search" aria-label="Search data sets" onSubmit={send}>
        {text('q', 'Words', 'In name, comment, role or tags')}
        {text('name', 'Name', 'run/*.nc')}
        {choice('media_type', 'Type', TYPES)}
        {text('tag', 'Tags', 'With commas between them')}
        {text('role', 'Role', 'map, grid, member')}
        {choice('machine', 'Made on', (machines.data.value?.items ?? []).map((one) => [one.name, one.name]))}
        {choice('storage_id', 'A copy in', (storages.data.value?.items ?? []).map((one) => [one.id, one.name]))}
        {text('path', 'A copy at', 'incidents/*/map.png')}
        {text('valid_from', 'About times from', '2026-02-04')}
        {text('valid_until', 'About times until', '2026-02-05')}
        {text('created_from', 'Made from', '2h, 3d or 2026-02-04')}
        {text('created_until', 'Made until', '2026-02-05')}
        {text('area', 'Area', 'West, south, east, north: 5,45,11,48')}
        {choice('collection_id', 'Collection', (collections.data.value?.items ?? []).map((one) => [one.id, one.name]))}
        {choice('pinned', 'Pinned', [['true', 'only those']])}
        {choice('deleted', 'Deleted', [['true', 'those instead']])}
        <div class="search-actions">
          <button type="submit" class="button primary" data-testid="search-send">Search</button>
          <a class="button" href="/data">Clear</a>
          <button type="button" class="button quiet" onClick={onClose}>Close</button>
        </div>
      </form>
    </Panel>
  )
}
