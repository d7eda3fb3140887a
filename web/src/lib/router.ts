/** The address is the view: path and query as signals, links stay links. */
import { signal } from '@preact/signals'

export interface Location {
  path: string
  query: URLSearchParams
}

const read = (): Location => ({ path: window.location.pathname, query: new URLSearchParams(window.location.search) })
export const location = signal<Location>(read())

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const url = new URL(to, window.location.href)
  if (url.href === window.location.href) return
  const samePath = url.pathname === window.location.pathname
  history[options.replace ? 'replaceState' : 'pushState'](null, '', url)
  location.value = read()
  if (!samePath) window.scrollTo(0, 0)
}

/** The same page with some query parameters changed; null removes one. */
export function withQuery(changes: Record<string, string | null>): string {
  const query = new URLSearchParams(location.value.query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  return location.value.path + (text ? `?${text}` : '')
}

export function setQuery(changes: Record<string, string | null>, options = { replace: true }): void {
  navigate(withQuery(changes), options)
}

export function startRouter(): void {
  window.addEventListener('popstate', () => (location.value = read()))
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = (event.target as Element | null)?.closest?.('a')
    if (!link || link.target || link.hasAttribute('download') || link.origin !== window.location.origin) return
    if (/^\/(api|assets|atlas|metrics|livez|readyz)(\/|$)/.test(link.pathname)) return
    if (link.pathname === window.location.pathname && link.search === window.location.search && link.hash) return
    event.preventDefault()
    navigate(link.href)
  })
}
