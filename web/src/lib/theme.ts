/** The theme: the system's until a person chose, then theirs. public/assets/theme.js applies it before the first paint. */
import { signal } from '@preact/signals'

export type Theme = 'light' | 'dark'
const KEY = 'stormbell.theme'
const prefersLight = matchMedia('(prefers-color-scheme: light)')

function chosen(): Theme | null {
  const value = document.documentElement.dataset.theme
  return value === 'light' || value === 'dark' ? value : null
}

export const theme = signal<Theme>(chosen() ?? (prefersLight.matches ? 'light' : 'dark'))

prefersLight.addEventListener('change', () => {
  if (!chosen()) theme.value = prefersLight.matches ? 'light' : 'dark'
})

export function toggleTheme(): void {
  const next: Theme = theme.value === 'dark' ? 'light' : 'dark'
  document.documentElement.dataset.theme = next
  theme.value = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Private windows refuse storage; the choice then lasts as long as the page.
  }
}

let probe: HTMLElement | undefined
/** The used value of a colour token, for canvas and map layers. */
export function colour(token: string): string {
  if (!probe) {
    probe = document.createElement('i')
    probe.hidden = true
    document.body.append(probe)
  }
  probe.style.color = `var(--${token})`
  return getComputedStyle(probe).color
}
