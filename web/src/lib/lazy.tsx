import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A component whose code is fetched when it is first shown. */
export function lazy<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let ready: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [, redraw] = useState(0)
    useEffect(() => {
      if (!ready) {
        load().then(
          (module) => {
            ready = module.default
            redraw((count) => count + 1)
          },
          () => {},
        )
      }
    }, [])
    const Ready = ready
    return Ready ? <Ready {...props} /> : null
  }
}
