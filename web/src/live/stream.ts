/** The one live connection of this tab: connects, resumes by Last-Event-ID, says when it is lost. */
import { signal } from '@preact/signals'
import { href, loginCount, waitForLogin } from '../api/client.ts'
import type { Event } from '../api/types.ts'
import { learnServerTime, serverNow } from '../lib/time.ts'
import { createParser, type Message } from './sse.ts'
import { refetchAll, take } from './store.ts'

export interface Connection {
  state: 'connecting' | 'live' | 'lost'
  /** Server times in milliseconds. */
  lostAt: number | null
  retryAt: number | null
  /** A sentence when something was missed and read again. */
  note: string | null
}

export const connection = signal<Connection>({ state: 'connecting', lostAt: null, retryAt: null, note: null })

let heardAt: number | null = null
/** When the last event came, server time. Not a signal: it changes with every event. */
export const lastEventAt = (): number | null => heardAt

/** Heartbeats come every 15 s; two missed ones and some slack mean a dead connection. */
const SILENCE_MS = 40_000
const WAITS_S = [1, 2, 4, 8, 15, 30]

let cursor: string | null = null
let abort: AbortController | undefined
let wake: (() => void) | undefined
let started = false
let queue: Event[] = []
let flushing = false

function flush(): void {
  flushing = false
  const arrived = queue
  queue = []
  take(arrived)
}

/** Above this many a second, pages take events in four times a second instead of every frame. */
const FAST_RATE = 200
let windowStart = 0
let inWindow = 0
let fast = false

function enqueue(event: Event): void {
  queue.push(event)
  const now = performance.now()
  inWindow += 1
  if (now - windowStart > 1000) {
    fast = inWindow > FAST_RATE
    windowStart = now
    inWindow = 0
  }
  if (flushing) return
  flushing = true
  // Hidden tabs get no frames.
  if (fast || document.hidden) setTimeout(flush, 250)
  else requestAnimationFrame(flush)
}

const change = (fields: Partial<Connection>) => {
  connection.value = { ...connection.value, ...fields }
}

function receive(message: Message): void {
  if (message.id) cursor = message.id
  let data: unknown
  try {
    data = JSON.parse(message.data)
  } catch {
    return
  }
  if (message.event === 'hello') {
    const hello = data as { server_time?: string; cursor?: string }
    if (hello.server_time) learnServerTime(hello.server_time)
    // Only the first hello names where we start; on resume the server replays from our cursor.
    if (cursor === null && hello.cursor) cursor = hello.cursor
    const wasLost = connection.value.lostAt !== null
    change({ state: 'live', lostAt: null, retryAt: null })
    // Requests read while the stream was down may be older than the resumed events suggest.
    if (wasLost) refetchAll()
    return
  }
  if (message.event === 'gap') {
    const gap = data as { cursor?: string }
    if (gap.cursor) cursor = gap.cursor
    change({ note: 'The gap was too long to replay; everything shown was read again.' })
    refetchAll()
    return
  }
  heardAt = serverNow()
  enqueue(data as Event)
}

async function connectOnce(): Promise<void> {
  abort = new AbortController()
  const controller = abort
  let silence = setTimeout(() => controller.abort(), SILENCE_MS)
  const heard = () => {
    clearTimeout(silence)
    silence = setTimeout(() => controller.abort(), SILENCE_MS)
  }
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (cursor) headers['last-event-id'] = cursor
    const sentAfter = loginCount()
    const response = await fetch(href('/events'), { headers, signal: controller.signal, cache: 'no-store', credentials: 'same-origin' })
    if (response.status === 401) {
      await response.body?.cancel()
      await waitForLogin('ended', sentAfter)
      return
    }
    if (!response.ok || !response.body) throw new Error(`events: ${response.status}`)
    const parse = createParser(receive, () => {})
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) throw new Error('events: closed')
      heard()
      parse(value)
    }
  } finally {
    clearTimeout(silence)
  }
}

export async function startStream(): Promise<void> {
  if (started) return
  started = true
  let failures = 0
  while (started) {
    const begun = performance.now()
    try {
      await connectOnce()
      failures = 0
      continue
    } catch {
      if (!started) return
      if (connection.value.state === 'live' && performance.now() - begun > 5000) failures = 0
    }
    const wait = WAITS_S[Math.min(failures, WAITS_S.length - 1)]! * (0.85 + Math.random() * 0.3)
    failures += 1
    change({
      state: 'lost',
      lostAt: connection.value.lostAt ?? serverNow(),
      retryAt: serverNow() + wait * 1000,
    })
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait * 1000)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    wake = undefined
  }
}

/** Try again now, and read what is shown once more. */
export function retryNow(): void {
  wake?.()
  refetchAll()
}

export function stopStream(): void {
  started = false
  cursor = null
  abort?.abort()
  wake?.()
}

window.addEventListener('online', () => wake?.())
