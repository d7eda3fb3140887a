import type { ComponentChildren } from 'preact'

interface Props {
  label: string
  value: ComponentChildren
  /** Smaller, after the figure: unit or noun. */
  unit?: ComponentChildren
  detail?: ComponentChildren
  href?: string
  unknown?: boolean
}

/** One figure with its noun and a line of context. */
export function Fact({ label, value, unit, detail, href, unknown = false }: Props) {
  const figure = href ? <a class="quiet-link" href={href}>{value}</a> : value
  const title = typeof value === 'string' && typeof unit !== 'object' ? `${value}${unit ?? ''}` : undefined
  return (
    <div class="fact">
      <div class="fact-label">{label}</div>
      <div class={`fact-value ${unknown ? 'unknown' : ''}`} title={title}>
        {figure}
        {unit && <small> {unit}</small>}
      </div>
      <div class="fact-detail" title={typeof detail === 'string' ? detail : undefined}>{detail ?? '\u00a0'}</div>
    </div>
  )
}

export function Facts({ children, label }: { children: ComponentChildren; label: string }) {
  return <section class="panel facts" aria-label={label}>{children}</section>
}
