const TABS = { datasets: ['Data sets', '/data'], collections: ['Collections', '/collections'], transfers: ['Transfers', '/transfers'], storages: ['Storages', '/storages'] } as const

/** The pages about data, side by side. */
export function DataTabs({ at }: { at: keyof typeof TABS }) {
  return (
    <nav class="segments" aria-label="Data">
      {Object.entries(TABS).map(([name, [label, path]]) => <a key={name} href={path} aria-current={name === at ? 'true' : undefined}>{label}</a>)}
    </nav>
  )
}
