/** The live log: one stream, taken up again where it was cut by asking the list for what was written meanwhile. */
import { api, href, loginCount, waitForLogin, type Problem, type Query } from '../api/client.ts'
import type { LogBehind, LogNotSearched, LogRecord } from '../api/types.ts'
import { createParser } from './sse.ts'

export interface LogPage {
  items: LogRecord[]
  next_cursor: string | null
  behind: LogBehind[]
  not_searched: LogNotSearched[]
}

export interface TailState {
  /** `listed`: this node does not write what is asked for, or no stream gets through; the list is asked now and then. */
  state: 'connecting' | 'live' | 'listed' | 'lost'
  /** Records the server could not tell in time. */
  skipped: number
  problem: Problem | null
}

/** Heartbeats come every 15 s. */
const SILENCE_MS = 40_000
const RETRY_MS = 2000
const LIST_MS = 3000
/** Records come by the hundred; a page takes them in a few times a second. */
const FLUSH_MS = 200
const REMEMBERED = 4000

/** Both ways of asking write a record alike, so its text is its identity. */
const identity = (record: LogRecord) => JSON.stringify(record)

/** Calls back with the records after `shown` (oldest first), each once, until the returned function is called. */
export function followLog(query: Query, shown: LogRecord[], take: (records: LogRecord[]) => void, change: (state: TailState) => void): () => void {
  let ended = false
  let lists = false
  let skipped = 0
  let last = shown.at(-1)?.at
  let abort: AbortController | undefined
  let waiting: LogRecord[] = []
  let flush: ReturnType<typeof setTimeout> | undefined
  let wake: (() => void) | undefined
  const told = new Set(shown.map(identity))
  const say = (state: TailState['state'], problem: Problem | null = null) => {
    if (!ended) change({ state, skipped, problem })
  }
  const arrived = (record: LogRecord) => {
    const key = identity(record)
    if (told.has(key)) return
    told.add(key)
    if (told.size > REMEMBERED) told.delete(told.values().next().value!)
    if (last === undefined || record.at > last) last = record.at
    waiting.push(record)
    flush ??= setTimeout(() => {
      flush = undefined
      const records = waiting
      waiting = []
      if (!ended) take(records)
    }, FLUSH_MS)
  }
  const missed = async () => {
    const page = await api.get<LogPage>('/logs', { query: { ...query, since: last ?? query.since, limit: 500 } })
    for (const record of page.items.toReversed()) arrived(record)
  }
  const rest = (ms: number) => new Promise<void>((resolve) => {
    wake = resolve
    setTimeout(resolve, ms)
  })
  const stream = async () => {
    abort = new AbortController()
    const controller = abort
    let silence = setTimeout(() => controller.abort(), SILENCE_MS)
    try {
      const { since: _since, until: _until, node: _node, ...wanted } = query
      const sentAfter = loginCount()
      const response = await fetch(href('/logs', wanted), { headers: { accept: 'text/event-stream' }, signal: controller.signal, cache: 'no-store', credentials: 'same-origin' })
      if (response.status === 401) {
        await response.body?.cancel()
        await waitForLogin('ended', sentAfter)
        return
      }
      if (response.status === 429 || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        await response.body?.cancel()
        lists = true
        return
      }
      await missed()
      const parse = createParser(({ event, data }) => {
        const said = JSON.parse(data) as { node?: string; skipped_records?: number; skipped_batches?: number }
        if (event === 'hello' && query.node && said.node !== query.node) {
          lists = true
          controller.abort()
        } else if (event === 'hello') say('live')
        else if (event === 'gap') {
          skipped += said.skipped_records || 1
          say('live')
        } else if (event === 'record') arrived(said as LogRecord)
      }, () => {})
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        clearTimeout(silence)
        silence = setTimeout(() => controller.abort(), SILENCE_MS)
        parse(value)
      }
    } finally {
      clearTimeout(silence)
    }
  }
  const run = async () => {
    while (!ended) {
      try {
        if (lists) {
          await missed()
          say('listed')
          await rest(LIST_MS)
        } else {
          await stream()
          if (!lists && !ended) await rest(RETRY_MS)
        }
      } catch (error) {
        if (ended || lists) continue
        say('lost', error instanceof Error && 'code' in error && 'requestId' in error ? (error as Problem) : null)
        await rest(RETRY_MS)
      }
    }
  }
  void run()
  return () => {
    ended = true
    clearTimeout(flush)
    abort?.abort()
    wake?.()
  }
}
