/** One observation of nodes and queue: started and stopped by a person, live, in batches or by hand. */
import { signal } from '@preact/signals'
import { api, href, Problem } from '../api/client.ts'
import type { NodeChange, Observation, ObserverMode, Snapshot } from '../api/types.ts'
import { createParser, type Message } from './sse.ts'

export interface Observing {
  state: 'off' | 'starting' | 'on' | 'lost'
  id: string | null
  mode: ObserverMode
  period: number
  /** How old the newest snapshot was when the server sent it. */
  latency: number | null
  problem: Problem | null
  /** Why it is off, when the server ended it. */
  note: string | null
}

const OFF: Observing = { state: 'off', id: null, mode: 'live', period: 5, latency: null, problem: null, note: null }
export const observing = signal<Observing>(OFF)
export const snapshot = signal<Snapshot | null>(null)
/** Changes of nodes' states as they are told, newest last. */
export const changes = signal<NodeChange[]>([])

const MOST_CHANGES = 100
const SILENCE_MS = 40_000
const WAITS_S = [1, 2, 4, 8, 15]
let abort: AbortController | null = null
let cursor: string | null = null

const change = (fields: Partial<Observing>) => {
  observing.value = { ...observing.value, ...fields }
}

function told(more: NodeChange[]): void {
  const known = changes.value.at(-1)?.number ?? 0
  const fresh = more.filter((one) => one.number > known)
  if (fresh.length > 0) changes.value = [...changes.value, ...fresh].slice(-MOST_CHANGES)
}

/** Take in a whole picture, from the stream or asked for. */
export function show(next: Snapshot): void {
  const held = snapshot.value
  if (held && Date.parse(held.at) > Date.parse(next.at)) return
  snapshot.value = next
  told(next.changes)
}

function receive(message: Message): void {
  if (message.id) cursor = message.id
  const data = JSON.parse(message.data) as Record<string, unknown>
  if (message.event === 'snapshot' || message.event === 'batch') {
    change({ latency: data.latency_ms as number })
    if (data.changes) told(data.changes as NodeChange[])
    show(data.snapshot as Snapshot)
  } else if (message.event === 'node_changed') told([data as unknown as NodeChange])
  else if (message.event === 'mode_switched') change({ mode: data.new_mode as ObserverMode, period: data.period_seconds as number })
  else if (message.event === 'hello') {
    const { mode, period_seconds } = data.observation as Observation
    change({ state: 'on', mode, period: period_seconds, problem: null })
  } else if (message.event === 'ended') finish('The observation was ended')
}

function finish(note: string | null): void {
  abort?.abort()
  abort = null
  cursor = null
  observing.value = { ...OFF, mode: observing.value.mode, period: observing.value.period, note }
}

async function listen(id: string, controller: AbortController): Promise<void> {
  const inner = new AbortController()
  const stop = () => inner.abort()
  controller.signal.addEventListener('abort', stop)
  let silence = setTimeout(stop, SILENCE_MS)
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (cursor) headers['last-event-id'] = cursor
    const response = await fetch(href(`/observations/${id}/stream`), { headers, signal: inner.signal, cache: 'no-store', credentials: 'same-origin' })
    if (!response.ok || !response.body) {
      const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
      throw new Problem(response.status, body)
    }
    const parse = createParser(receive, () => {})
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(silence)
      silence = setTimeout(stop, SILENCE_MS)
      parse(value)
    }
  } finally {
    clearTimeout(silence)
    controller.signal.removeEventListener('abort', stop)
  }
}

/** Begin to observe. The problem is kept when the server has too many observers. */
export async function start(mode: ObserverMode = observing.value.mode): Promise<void> {
  if (abort) return
  const controller = new AbortController()
  abort = controller
  change({ state: 'starting', mode, problem: null, note: null })
  let failures = 0
  while (!controller.signal.aborted) {
    try {
      if (!observing.value.id) {
        const { period } = observing.value
        const made = await api.post<Observation>('/observations', { mode: observing.value.mode, period_seconds: period })
        if (controller.signal.aborted) {
          void api.delete(`/observations/${made.id}`).catch(() => {})
          return
        }
        cursor = null
        change({ id: made.id })
      }
      await listen(observing.value.id!, controller)
      failures = 0
    } catch (error) {
      if (controller.signal.aborted) return
      const problem = error instanceof Problem ? error : null
      if (problem?.status === 404) change({ id: null })
      else if (problem && problem.status >= 400 && problem.status < 500 && problem.status !== 401) {
        finish(null)
        change({ problem })
        return
      }
      failures += 1
    }
    if (controller.signal.aborted) return
    change({ state: 'lost' })
    await new Promise((resolve) => setTimeout(resolve, WAITS_S[Math.min(failures, WAITS_S.length - 1)]! * 1000))
  }
}

export async function stop(): Promise<void> {
  const { id } = observing.value
  finish(null)
  if (id) await api.delete(`/observations/${id}`).catch(() => {})
}

export async function switchTo(mode: ObserverMode, period = observing.value.period): Promise<void> {
  const { id } = observing.value
  if (id) await api.patch(`/observations/${id}`, { mode, period_seconds: period })
  change({ mode, period })
}

/** Read a picture now: the only one in manual mode. */
export async function refresh(): Promise<void> {
  const { id } = observing.value
  show(await api.get<Snapshot>('/observer/snapshot', { query: { observation_id: id } }))
}
