import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './Glyph.tsx'

interface Props {
  title: string
  onClose: () => void
  children: ComponentChildren
  /** `modal` confirms, `drawer` shows one selected thing on the right. */
  as?: 'modal' | 'drawer'
  testid?: string
}

/** The browser's own dialog: it keeps focus inside, and Esc closes it. */
export function Dialog({ title, onClose, children, as = 'modal', testid }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current!
    const before = document.activeElement as HTMLElement | null
    dialog.showModal()
    return () => {
      dialog.close()
      before?.focus?.()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      class={as}
      aria-labelledby={id}
      data-testid={testid}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (as === 'drawer' && event.target === ref.current) onClose()
      }}
    >
      {as === 'drawer' ? (
        <div class="drawer-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
        </div>
      ) : (
        <div class="dialog-head"><h2 id={id}>{title}</h2></div>
      )}
      {children}
    </dialog>
  )
}

export function DialogActions({ children }: { children: ComponentChildren }) {
  return <div class="dialog-actions">{children}</div>
}
