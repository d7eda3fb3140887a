/** Uploads in parts that go on after a cut or another day, as tus 1.0 says; each part is checked where the browser can. */
import { api, href, loginCount, Problem, waitForLogin } from '../api/client.ts'
import type { Page } from '../api/types.ts'

const PART_BYTES = 8 * 1024 * 1024
const ATTEMPTS = 6
const KEPT = 'stormbell.uploads'

export interface Begun {
  id: string
  name: string
  bytes: number
  offset: number
  dataset_id: string | null
  expires_at: string
}

export const partsOf = (from: number, total: number, size = PART_BYTES): [number, number][] => {
  const found: [number, number][] = []
  for (let at = from; at < total; at += size) found.push([at, Math.min(total, at + size)])
  return found.length > 0 ? found : [[from, total]]
}

/** What tells that a file chosen later is the one begun with: a browser keeps no file. */
export const markOf = (file: Pick<File, 'name' | 'size' | 'lastModified'>): string => `${file.name}\n${file.size}\n${file.lastModified}`

function marks(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Record<string, string>
  } catch {
    return {}
  }
}

function mark(id: string, of: string | null): void {
  const { [id]: _, ...rest } = marks()
  try {
    localStorage.setItem(KEPT, JSON.stringify(of === null ? rest : { ...rest, [id]: of }))
  } catch {
    // Nothing to keep it in: another day it begins anew.
  }
}

/** Uploads that were cut short, with what is known of their files here. */
export async function unfinished(): Promise<Begun[]> {
  const { items } = await api.get<Page<Begun>>('/uploads', { query: { limit: 200 } })
  return items.filter((one) => one.dataset_id === null)
}

export async function forget(id: string): Promise<void> {
  mark(id, null)
  await api.delete(`/uploads/${id}`)
}

async function checksum(part: Blob): Promise<Record<string, string>> {
  if (!globalThis.crypto?.subtle) return {} // plain HTTP to another host
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await part.arrayBuffer()))
  return { 'upload-checksum': `sha256 ${btoa(String.fromCharCode(...sum))}` }
}

async function send(path: string, at: number, part: Blob, signal: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/offset+octet-stream', 'tus-resumable': '1.0.0', 'upload-offset': String(at), ...(await checksum(part)) }
  try {
    return await fetch(href(path), { method: 'PATCH', headers, body: part, credentials: 'same-origin', signal })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, { code: 'unreachable', title: 'The server does not answer' })
  }
}

/** The upload of this very file that was cut short, else a new one. */
async function begin(file: File): Promise<Begun> {
  const wanted = markOf(file)
  const known = Object.entries(marks()).filter(([, one]) => one === wanted).map(([id]) => id)
  if (known.length > 0) {
    const found = (await unfinished().catch(() => [])).find((one) => known.includes(one.id) && one.bytes === file.size)
    if (found) return found
  }
  const begun = await api.post<Begun>('/uploads', { name: file.name, bytes: file.size, ...(file.type ? { media_type: file.type } : {}) })
  mark(begun.id, wanted)
  return begun
}

/** Sends a file, from where it was cut the last time; `told` hears how far it is. Returns the id of the data set it has become.
 *
 * What cannot go on now is kept on the server: the same file goes on later. With the signal it is only stopped.
 */
export async function upload(file: File, told: (offset: number, id: string) => void, signal: AbortSignal): Promise<string> {
  const begun = await begin(file)
  const path = `/uploads/${begun.id}`
  let at = begun.offset ?? 0
  let failures = 0
  told(at, begun.id)
  for (;;) {
    try {
      for (const [start, end] of partsOf(at, file.size)) {
        const sentAfter = loginCount()
        const answer = await send(path, start, file.slice(start, end), signal)
        if (answer.status === 401) {
          await waitForLogin('ended', sentAfter)
          break
        }
        if (!answer.ok) throw new Problem(answer.status, ((await answer.json().catch(() => null)) ?? {}) as Record<string, unknown>)
        at = Number(answer.headers.get('upload-offset'))
        failures = 0
        told(at, begun.id)
        const made = answer.headers.get('stormbell-dataset')
        if (made) {
          mark(begun.id, null)
          return made
        }
      }
    } catch (error) {
      if (!(error instanceof Problem) || ![0, 409, 460, 502, 503, 504].includes(error.status) || ++failures >= ATTEMPTS) throw error
      await new Promise((wake) => setTimeout(wake, 250 * 2 ** failures))
    }
    const now = await api.get<Begun>(path).catch(() => null)
    if (now?.dataset_id) {
      mark(begun.id, null)
      return now.dataset_id
    }
    at = now?.offset ?? at
  }
}
