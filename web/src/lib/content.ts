import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'

const kept = new Map<string, unknown>()
const KEEP = 8

/** The parsed JSON content of a data set. Data sets never change, so it is read once; the last one stays while the next loads. */
export function useContent<T>(id: string | null): T | null {
  const [content, setContent] = useState<T | null>(null)
  useEffect(() => {
    if (!id) return
    if (kept.has(id)) return setContent(kept.get(id) as T)
    let shown = true
    api.get<T>(`/datasets/${id}/content`, { query: { inline: true } }).then(
      (found) => {
        kept.set(id, found)
        if (kept.size > KEEP) kept.delete(kept.keys().next().value!)
        if (shown) setContent(found)
      },
      () => {},
    )
    return () => void (shown = false)
  }, [id])
  return content
}
