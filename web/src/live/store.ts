/** What the pages hold: records by id, requests by path. Events patch records at once and mark requests stale. */
import { batch, signal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Event, Page, Timeline } from '../api/types.ts'
import { serverNow } from '../lib/time.ts'
import { coalesced } from './coalesce.ts'
import { applyPatch, mergeEvents, patchTimeline, reduce, type Topic } from './reduce.ts'

interface Identified {
  id: string
}

const records = new Map<string, Signal<Identified>>()
/** A wall display runs for weeks; what no held request shows is forgotten beyond this many. */
const MOST_RECORDS = 5000

function forgetUnused(): void {
  const used = new Set<unknown>()
  for (const { data } of requests.values()) {
    const held = data.value
    used.add(held)
    for (const row of (held as List<Identified> | undefined)?.rows ?? []) used.add(row)
  }
  for (const [id, record] of records) if (!used.has(record)) records.delete(id)
}

function absorb<T extends Identified>(item: T): Signal<T> {
  const held = records.get(item.id)
  if (!held) {
    if (records.size >= MOST_RECORDS) forgetUnused()
    const fresh = signal<Identified>(item)
    records.set(item.id, fresh)
    return fresh as unknown as Signal<T>
  }
  // A list row may leave out fields that the object's own page has fetched.
  const merged = { ...held.value, ...item }
  if (JSON.stringify(merged) !== JSON.stringify(held.value)) held.value = merged
  return held as unknown as Signal<T>
}

/** Put a mutation's answer, or an optimistic guess, where every page sees it. */
export function put<T extends Identified>(item: T): void {
  absorb(item)
}

export function recordOf<T extends Identified>(id: string): T | undefined {
  return records.get(id)?.value as T | undefined
}

export interface Request<T> {
  data: Signal<T | undefined>
  error: Signal<Problem | undefined>
  /** When the data was read, server time in milliseconds. */
  at: Signal<number>
  refresh: () => void
}

interface Held extends Request<unknown> {
  topics: Set<Topic>
  users: number
  stale: boolean
  stop: () => void
}

const requests = new Map<string, Held>()
/** What a person watches follows at once; lists and counts need not ask the server four times a second. */
const WATCHED_MS = 250
const LIST_MS = 1000
const watched = (path: string) => /^\/incidents\/[^/?]+(\/timeline)?$/.test(path)
/** Requests nobody shows are kept this long, so that going back is instant. */
const KEEP = 40

function open<T>(path: string, topics: Topic[], read: (body: unknown) => unknown): Held & Request<T> {
  const found = requests.get(path)
  if (found) return found as Held & Request<T>
  const data = signal<unknown>(undefined)
  const error = signal<Problem | undefined>(undefined)
  const at = signal(0)
  const fetching = coalesced(async () => {
    held.stale = false
    try {
      const body = await api.get<unknown>(path)
      batch(() => {
        data.value = read(body)
        error.value = undefined
        at.value = serverNow()
      })
    } catch (problem) {
      error.value = problem as Problem
      held.stale = true
    }
  }, watched(path) ? WATCHED_MS : LIST_MS)
  const held: Held = {
    data, error, at,
    refresh: fetching.ask,
    topics: new Set(topics),
    users: 0,
    stale: true,
    stop: fetching.stop,
  }
  requests.set(path, held)
  if (requests.size > KEEP) {
    for (const [key, other] of requests) {
      if (other.users > 0 || other === held) continue
      other.stop()
      requests.delete(key)
      break
    }
  }
  return held as Held & Request<T>
}

function useHeld<T>(path: string | null, topics: Topic[], read: (body: unknown) => unknown): Request<T> {
  const held = path === null ? NOTHING : open<T>(path, topics, read)
  useEffect(() => {
    if (path === null) return
    const current = open<T>(path, topics, read)
    current.users += 1
    if (current.stale) current.refresh()
    return () => {
      current.users -= 1
    }
  }, [path])
  return held as Request<T>
}

const NOTHING: Held = {
  data: signal<unknown>(undefined),
  error: signal<Problem | undefined>(undefined),
  at: signal(0),
  refresh: () => {},
  topics: new Set(),
  users: 0,
  stale: false,
  stop: () => {},
}

const plain = (body: unknown) => body
const one = (body: unknown) => absorb(body as Identified)

export interface List<T> {
  rows: Signal<T>[]
  next: string | null
}
const many = (body: unknown): List<Identified> => {
  const page = body as Page<Identified>
  return { rows: page.items.map((item) => absorb(item)), next: page.next_cursor ?? null }
}

/** One document as it is (no id of its own). */
export function useDocument<T>(path: string | null, topics: Topic[]): Request<T> {
  return useHeld<T>(path, topics, plain)
}

/** One object; its record is shared with every list that shows it. */
export function useRecord<T extends Identified>(path: string | null, id: string): Request<Signal<T>> {
  return useHeld<Signal<T>>(path, [id], one)
}

/** The first page of a collection. */
export function useList<T extends Identified>(path: string | null, topics: Topic[]): Request<List<T>> {
  return useHeld<List<T>>(path, topics, many)
}

/** Older pages, fetched on demand and shared record by record. */
export async function readPage<T extends Identified>(path: string, cursor: string): Promise<List<T>> {
  return many(await api.get<unknown>(path, { query: { cursor } })) as unknown as List<T>
}

export const events = signal<Event[]>([])

/** Take in a batch of events, once a frame. */
export function take(arrived: Event[]): void {
  const stale = new Set<Topic>()
  // Many events of one object are one patch: the newest value of each field.
  const patches = new Map<string, { incident: string | null; fields: Record<string, unknown> }>()
  for (const event of arrived) {
    const { patch, stale: topics } = reduce(event)
    for (const topic of topics) stale.add(topic)
    if (patch) patches.set(patch.id, { incident: event.incident_id, fields: { ...patches.get(patch.id)?.fields, ...patch.fields } })
  }
  batch(() => {
    events.value = mergeEvents(events.value, arrived)
    for (const [id, { incident, fields }] of patches) {
      const record = records.get(id)
      if (record) record.value = applyPatch(record.value, fields)
      const timeline = incident ? requests.get(timelinePath(incident)) : undefined
      if (timeline?.data.value) timeline.data.value = patchTimeline(timeline.data.value as Timeline, id, fields)
    }
  })
  markStale(stale)
}

export const timelinePath = (incidentId: string): string => `/incidents/${incidentId}/timeline`

/** Refetch what is shown and touches one of the topics; the rest is refetched when shown again. */
export function markStale(topics: Set<Topic>): void {
  for (const held of requests.values()) {
    if (![...held.topics].some((topic) => topics.has(topic))) continue
    held.stale = true
    if (held.users > 0) held.refresh()
  }
}

/** After a gap or a reconnect without history: everything shown is read again. */
export function refetchAll(): void {
  for (const held of requests.values()) {
    held.stale = true
    if (held.users > 0) held.refresh()
  }
}

/** Forget everything, after logout. */
export function clearStore(): void {
  for (const held of requests.values()) held.stop()
  requests.clear()
  records.clear()
  events.value = []
}
