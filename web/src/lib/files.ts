/** Files in a storage: their addresses, and sending one with its progress. */
import { href, loginCount, Problem, waitForLogin } from '../api/client.ts'

/** A file below the API: every part of its path escaped, the slashes left. */
export const filePath = (storageId: string, path: string): string => `/storages/${storageId}/files/${path.split('/').map(encodeURIComponent).join('/')}`

export const fileHref = (storageId: string, path: string): string => href(filePath(storageId, path))

export const joined = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name)

/** The folders on the way to one, from the top: [name, path]. */
export function crumbs(path: string): [string, string][] {
  const parts = path.split('/').filter(Boolean)
  return parts.map((name, at) => [name, parts.slice(0, at + 1).join('/')])
}

/** Stores a file; `told` hears how far it is. With `replace` off a file that is there stays, and the call says so. */
export async function store(storageId: string, path: string, file: File, told: (sent: number) => void, signal: AbortSignal, replace = false): Promise<void> {
  for (;;) {
    const sentAfter = loginCount()
    const answer = await sent(fileHref(storageId, path), file, told, signal, replace)
    if (answer.status < 300) return
    if (answer.status !== 401) throw new Problem(answer.status, answer.body)
    await waitForLogin('ended', sentAfter)
  }
}

/** `fetch` does not say how much of a body is sent; this does. */
function sent(address: string, file: File, told: (sent: number) => void, signal: AbortSignal, replace: boolean): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', address)
    request.setRequestHeader('content-type', 'application/octet-stream')
    if (!replace) request.setRequestHeader('if-none-match', '*')
    request.upload.onprogress = (event) => told(event.loaded)
    request.onload = () => {
      let body: Record<string, unknown> = {}
      try {
        body = JSON.parse(request.responseText) as Record<string, unknown>
      } catch {
        // The status alone has to do.
      }
      resolve({ status: request.status, body })
    }
    request.onerror = () => reject(new Problem(0, { code: 'unreachable', title: 'The server does not answer' }))
    request.onabort = () => reject(new Problem(0, { code: 'stopped', title: 'stopped' }))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0')

/** Sixteen bytes a line, as programmers read them. */
export function dump(content: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < content.length; at += 16) {
    const some = [...content.subarray(at, at + 16)]
    lines.push(`${hex(at, 6)}  ${some.map((one) => hex(one, 2)).join(' ').padEnd(47)}  ${some.map((one) => (one > 31 && one < 127 ? String.fromCharCode(one) : '.')).join('')}`)
  }
  return lines.join('\n')
}

/** UTF-8 as text; null for what is no text. The last character may be cut in two. */
export function textOf(content: Uint8Array): string | null {
  if (content.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content, { stream: true })
  } catch {
    return null
  }
}
