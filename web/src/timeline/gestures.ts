/** Wheel with Ctrl, drag and pinch on the tracks, as changes of the window. */
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { pan, toTime, zoom, type Window } from './axis.ts'

interface Tracks {
  window: Window
  width: number
  /** Left edge of the tracks inside the element. */
  left: number
}

export function useGestures(ref: RefObject<HTMLElement | null>, tracks: RefObject<Tracks>, change: (window: Window) => void): void {
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const at = (clientX: number) => clientX - element.getBoundingClientRect().left - tracks.current.left
    const pointers = new Map<number, number>()
    let moved = false
    const wheel = (event: WheelEvent) => {
      const { window, width } = tracks.current
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        change(zoom(window, toTime(window, width)(at(event.clientX)), Math.exp(event.deltaY * 0.003)))
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault()
        change(pan(window, (event.deltaX || event.deltaY) / width))
      }
    }
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || at(event.clientX) < 0) return
      pointers.set(event.pointerId, event.clientX)
      moved = false
    }
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId)
      if (before === undefined) return
      const { window, width } = tracks.current
      const by = event.clientX - before
      if (pointers.size === 2) {
        const other = [...pointers].find(([id]) => id !== event.pointerId)![1]
        const apart = Math.abs(before - other)
        const now = Math.abs(event.clientX - other)
        if (apart > 10 && now > 10) change(zoom(window, toTime(window, width)(at((event.clientX + other) / 2)), apart / now))
        pointers.set(event.pointerId, event.clientX)
        moved = true
      } else if (moved || Math.abs(by) > 4) {
        if (!moved) element.setPointerCapture(event.pointerId)
        moved = true
        change(pan(window, -by / width))
        pointers.set(event.pointerId, event.clientX)
      }
    }
    const up = (event: PointerEvent) => void pointers.delete(event.pointerId)
    // A drag that ends on a row does not open it.
    const click = (event: MouseEvent) => {
      if (!moved) return
      event.stopPropagation()
      event.preventDefault()
      moved = false
    }
    element.addEventListener('wheel', wheel, { passive: false })
    element.addEventListener('pointerdown', down)
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', up)
    element.addEventListener('pointercancel', up)
    element.addEventListener('click', click, { capture: true })
    return () => {
      element.removeEventListener('wheel', wheel)
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', up)
      element.removeEventListener('pointercancel', up)
      element.removeEventListener('click', click, { capture: true })
    }
  }, [])
}
