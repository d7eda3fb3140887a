/** Typed fetch over /api/v1. A 401 in mid-work waits for the login dialog, then repeats the call. */
import { signal } from '@preact/signals'

const ROOT = '/api/v1'

export interface FieldProblem {
  pointer: string
  message: string
}

/** An answer that is not 2xx, or no answer at all (code `unreachable`, status 0). */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly errors: FieldProblem[]
  readonly requestId: string | null
  readonly retryAfter: number | null

  constructor(status: number, body: Partial<Record<string, unknown>>) {
    const title = typeof body.title === 'string' ? body.title : `The server answered ${status}`
    super(typeof body.detail === 'string' && body.detail ? body.detail : title)
    this.status = status
    this.title = title
    this.code = typeof body.code === 'string' ? body.code : `http_${status}`
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : []
    this.requestId = typeof body.request_id === 'string' ? body.request_id : null
    this.retryAfter = typeof body.retry_after === 'number' ? body.retry_after : null
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

export interface CallOptions {
  query?: Query
  body?: unknown
  signal?: AbortSignal
  /** Answer 401 to the caller: the login form itself, and the first look at the session. */
  public?: boolean
}

/** While a call waits for a person: the session has `ended`, or what was asked needs a recent `proof` of who they are. */
export const loginNeeded = signal<false | 'ended' | 'proof'>(false)
let waiters: (() => void)[] = []
let refusers: ((problem: Problem) => void)[] = []
let logins = 0

/** How many logins there were: who is refused after a later one than at the sending asks again, and nobody is bothered. */
export const loginCount = (): number => logins

export function loggedIn(): void {
  logins += 1
  const woken = waiters
  forgetWaiters()
  for (const wake of woken) wake()
}

export function waitForLogin(why: 'ended' | 'proof' = 'ended', sentAfter = logins): Promise<void> {
  if (sentAfter !== logins) return Promise.resolve()
  loginNeeded.value = why
  return new Promise((resolve, reject) => {
    waiters.push(resolve)
    refusers.push(reject)
  })
}

/** Nobody wants to prove anything: what was asked is not done. */
export function refuseProof(): void {
  const refused = refusers
  forgetWaiters()
  for (const refuse of refused) refuse(new Problem(403, { code: 'proof_needed', title: 'Nothing was changed' }))
}

function forgetWaiters(): void {
  loginNeeded.value = false
  waiters = []
  refusers = []
}

export function href(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return `${ROOT}${path}${text ? `${path.includes('?') ? '&' : '?'}${text}` : ''}`
}

async function send(method: string, path: string, options: CallOptions, key: string | null): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (key) headers['idempotency-key'] = key
  try {
    return await fetch(href(path, options.query), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'same-origin',
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, { code: 'unreachable', title: 'The server does not answer' })
  }
}

async function answer(method: string, path: string, options: CallOptions): Promise<Response> {
  // One key for the call and its repetition, so a POST repeated after login takes effect once.
  const key = method === 'POST' ? crypto.randomUUID() : null
  let sentAfter = logins
  let response = await send(method, path, options, key)
  while (response.status === 401 && !options.public) {
    await waitForLogin('ended', sentAfter)
    sentAfter = logins
    response = await send(method, path, options, key)
  }
  if (response.ok) return response
  const body: unknown = await response.json().catch(() => ({}))
  const problem = new Problem(response.status, (body ?? {}) as Record<string, unknown>)
  if (problem.code !== 'proof_needed' || options.public) throw problem
  await waitForLogin('proof')
  return answer(method, path, options)
}

async function json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await answer(method, path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

export const api = {
  get: <T>(path: string, options?: CallOptions) => json<T>('GET', path, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => json<T>('POST', path, { ...options, body: body ?? {} }),
  put: <T>(path: string, body: unknown) => json<T>('PUT', path, { body }),
  patch: <T>(path: string, body: unknown) => json<T>('PATCH', path, { body }),
  delete: <T = void>(path: string) => json<T>('DELETE', path),
  /** A file as the body; no key, so that nobody holds the whole of it to repeat it. */
  upload: async <T>(path: string, file: File, query: Query): Promise<T> => {
    for (;;) {
      const sentAfter = logins
      let response: Response
      try {
        response = await fetch(href(path, query), {
          method: 'POST',
          headers: { accept: 'application/json', 'content-type': file.type || 'application/octet-stream' },
          body: file,
          credentials: 'same-origin',
        })
      } catch {
        throw new Problem(0, { code: 'unreachable', title: 'The server does not answer' })
      }
      if (response.ok) return (await response.json()) as T
      if (response.status !== 401) throw new Problem(response.status, ((await response.json().catch(() => null)) ?? {}) as Record<string, unknown>)
      await waitForLogin('ended', sentAfter)
    }
  },
  text: async (path: string, query?: Query) => (await answer('GET', path, { query })).text(),
}
