import type { ComponentChildren } from 'preact'

interface Props {
  title: string
  count?: ComponentChildren
  actions?: ComponentChildren
  children?: ComponentChildren
  class?: string
  testid?: string
}

/** The one level of box: a head of 36 px and a body divided by hairlines. */
export function Panel({ title, count, actions, children, class: extra = '', testid }: Props) {
  return (
    <section class={`panel ${extra}`} aria-label={title} data-testid={testid}>
      <div class="panel-head">
        <h2>{title}</h2>
        {count !== undefined && <span class="t3 sm">{count}</span>}
        {actions && <span class="panel-side">{actions}</span>}
      </div>
      {children}
    </section>
  )
}
