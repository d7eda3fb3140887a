import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Problem } from '../api/client.ts'
import { toast } from './Toast.tsx'

interface Props {
  children: ComponentChildren
  /** Runs the action; while its promise is open the button keeps its label and is disabled. */
  run: () => unknown
  class?: string
  testid?: string
  title?: string
}

/** A verb. Failures of its promise are said in a toast with the problem's own words. */
export function Button({ children, run, class: extra = '', testid, title }: Props) {
  const [busy, setBusy] = useState(false)
  const click = async () => {
    setBusy(true)
    try {
      await run()
    } catch (problem) {
      toast((problem as Problem).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <button type="button" class={`button ${extra}`} disabled={busy} aria-busy={busy} data-testid={testid} title={title} onClick={click}>
      {children}
    </button>
  )
}
