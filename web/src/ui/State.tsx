import type { ComponentChildren } from 'preact'
import { sentence } from '../lib/format.ts'
import { Glyph } from './Glyph.tsx'
import { lookOf, type StateKind } from './states.ts'

interface Props {
  kind: StateKind
  state: string
  /** The batch system's own word, beside ours. */
  native?: string | null
  strong?: boolean
  testid?: string
  children?: ComponentChildren
}

/** Glyph and word: the only way a state is shown. */
export function State({ kind, state, native, strong = false, testid, children }: Props) {
  const look = lookOf(kind, state)
  return (
    <span class={`state ${look.tone} ${strong ? 'strong' : ''}`} data-testid={testid} data-state={state}>
      <Glyph name={look.glyph} />
      <span>{strong ? sentence(look.word) : look.word}</span>
      {native && native !== state && <span class="mono t3">{native}</span>}
      {children}
    </span>
  )
}
