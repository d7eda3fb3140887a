import type { ComponentChildren, RefObject } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './Glyph.tsx'

interface Props {
  title: string
  onClose: () => void
  children: ComponentChildren
  /** `modal` confirms, `drawer` shows one selected thing on the right. */
  as?: 'modal' | 'drawer'
  testid?: string
}

/** Shows the dialog while mounted. Esc closes it in the browser's own way (which a page may not always prevent). */
export function useModal(ref: RefObject<HTMLDialogElement | null>, onClose: () => void): void {
  const latest = useRef(onClose)
  latest.current = onClose
  useLayoutEffect(() => {
    const dialog = ref.current!
    const before = document.activeElement as HTMLElement | null
    const closed = () => latest.current()
    dialog.showModal()
    dialog.addEventListener('close', closed)
    return () => {
      dialog.removeEventListener('close', closed)
      dialog.close()
      before?.focus?.()
    }
  }, [])
}

/** The browser's own dialog: it keeps focus inside, and Esc closes it. */
export function Dialog({ title, onClose, children, as = 'modal', testid }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useModal(ref, onClose)
  return (
    <dialog
      ref={ref}
      class={as}
      aria-labelledby={id}
      data-testid={testid}
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
      {/* Last, so that the first field has the focus; a phone has no Esc. */}
      {as === 'modal' && <button type="button" class="icon-button dialog-dismiss" aria-label="Dismiss" onClick={onClose}><Icon name="close" /></button>}
    </dialog>
  )
}

export function DialogActions({ children }: { children: ComponentChildren }) {
  return <div class="dialog-actions">{children}</div>
}
