import type { ComponentChildren } from 'preact'
import { Bolt, Glyph } from '../ui/Glyph.tsx'

/** The frame of the pages one sees without being logged in. */
export function Gate({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <main class="centre">
      <div class="gate">
        <div class="brand"><Bolt /><h1>Stormbell</h1></div>
        <section class="panel gate-panel stack" aria-label={label}>{children}</section>
      </div>
    </main>
  )
}

export function GateProblem({ children }: { children: ComponentChildren }) {
  return <div class="form-problem" role="alert" data-testid="gate-problem"><Glyph name="failed" /><span class="inline">{children}</span></div>
}
