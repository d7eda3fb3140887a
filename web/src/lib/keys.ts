/** Keys of the product. Components register while mounted; one listener decides. Single letters never fire in inputs. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

export interface Binding {
  /** `a`, `Shift+T`, `Ctrl+k`, or two letters in a row: `g i`. */
  keys: string
  label: string
  group: string
  /** Other words by which the palette finds it. */
  words?: string
  run: (event: KeyboardEvent) => void
}

export const bindings = signal<Binding[]>([])
const SINGLE_KEYS_OFF = 'stormbell.keys.off'
export const singleKeys = signal(read())

function read(): boolean {
  try {
    return localStorage.getItem(SINGLE_KEYS_OFF) !== '1'
  } catch {
    return true
  }
}

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on
  try {
    localStorage.setItem(SINGLE_KEYS_OFF, on ? '0' : '1')
  } catch {
    // Nothing to keep it in: it lasts as long as the page.
  }
}

export function bind(added: Binding[]): () => void {
  bindings.value = [...bindings.value, ...added]
  return () => {
    bindings.value = bindings.value.filter((binding) => !added.includes(binding))
  }
}

/** Register while mounted. The newest closures run, however fast the keys come. */
export function useKeys(added: Binding[]): void {
  const latest = useRef(added)
  latest.current = added
  const names = added.map((binding) => `${binding.keys} ${binding.label}`).join('\n')
  useEffect(() => bind(latest.current.map((binding, index) => ({ ...binding, run: (event) => latest.current[index]?.run(event) }))), [names])
}

/** The name a key press has in a binding. */
export function pressed(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  const letter = event.key.length === 1 ? event.key : event.key
  const held = event.ctrlKey || event.metaKey ? 'Ctrl+' : ''
  const alt = event.altKey ? 'Alt+' : ''
  const shifted = event.shiftKey && /^[a-z]$/i.test(letter) ? 'Shift+' : ''
  return held + alt + shifted + (/^[a-z]$/i.test(letter) ? (shifted ? letter.toUpperCase() : letter.toLowerCase()) : letter)
}

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return Boolean(element?.closest?.('input, textarea, select, [contenteditable]'))
}

let prefix = ''
let prefixAt = 0

export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    const key = pressed(event)
    const single = !key.startsWith('Ctrl+') && !key.startsWith('Alt+')
    const modal = document.querySelector('dialog[open]')
    if (single && (typing(event.target) || modal || !singleKeys.value)) return
    const sequence = prefix && performance.now() - prefixAt < 1200 ? `${prefix} ${key}` : ''
    prefix = ''
    const found = bindings.value.filter((binding) => binding.keys === (sequence || key)).at(-1)
    if (found) {
      event.preventDefault()
      found.run(event)
    } else if (bindings.value.some((binding) => binding.keys.startsWith(`${key} `))) {
      prefix = key
      prefixAt = performance.now()
    }
  })
}
