import type { ComponentChildren } from 'preact'
import { shortHash } from '../lib/format.ts'
import { toast } from './Toast.tsx'

export function KeyValue({ label, children }: { label: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="key-value">
      <span>{label}</span>
      <span>{children}</span>
    </div>
  )
}

/** An id or hash: shown short or whole, copied whole. */
export function Copy({ value, what, short }: { value: string; what: string; short?: boolean }) {
  const copy = async () => {
    await navigator.clipboard?.writeText(value).then(
      () => toast(`${what} copied`),
      () => toast('The browser refused the clipboard'),
    )
  }
  const shown = short ? shortHash(value) : value
  return (
    <button type="button" class="copy" title={`${value}\nCopy ${what}`} aria-label={`${shown}, copy ${what}`} onClick={copy}>
      {shown}
    </button>
  )
}
