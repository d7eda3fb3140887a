/** What the timeline must know of its place on the page: width, scale, and which slice of it is on the screen. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'

const DESIGN_ROOT_PX = 13

export function useSize(ref: RefObject<HTMLElement | null>): { width: number; unit: number } {
  const [size, setSize] = useState({ width: 0, unit: 1 })
  useLayoutEffect(() => {
    const read = () => {
      const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / DESIGN_ROOT_PX
      const width = ref.current?.clientWidth ?? 0
      setSize((before) => (before.width === width && before.unit === unit ? before : { width, unit }))
    }
    read()
    const observer = new ResizeObserver(read)
    observer.observe(ref.current!)
    return () => observer.disconnect()
  }, [])
  return size
}

/** The slice of `height` that is near the screen, in steps so that scrolling seldom renders. */
export function useSlice(ref: RefObject<HTMLElement | null>, height: number): { top: number; bottom: number } {
  const [slice, setSlice] = useState({ top: 0, bottom: 2000 })
  const tall = height > 2000
  useEffect(() => {
    if (!tall) return
    const read = () => {
      const box = ref.current?.getBoundingClientRect()
      if (!box) return
      const top = Math.max(0, Math.floor((-box.top - 400) / 200) * 200)
      const bottom = Math.ceil((window.innerHeight - box.top + 400) / 200) * 200
      setSlice((before) => (before.top === top && before.bottom === bottom ? before : { top, bottom }))
    }
    read()
    window.addEventListener('scroll', read, { passive: true })
    window.addEventListener('resize', read)
    return () => {
      window.removeEventListener('scroll', read)
      window.removeEventListener('resize', read)
    }
  }, [tall])
  return tall ? { top: Math.min(slice.top, height), bottom: Math.min(slice.bottom, height) } : { top: 0, bottom: height }
}
