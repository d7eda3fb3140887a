/** What a person can do with an alarm, and the order alarms are shown in. */
import { signal } from '@preact/signals'
import { api, type Problem } from '../api/client.ts'
import type { Alarm } from '../api/types.ts'
import { put, recordOf } from '../live/store.ts'
import { toast } from '../ui/Toast.tsx'
import { moment } from './format.ts'
import { session } from './session.ts'
import { serverNow } from './time.ts'

/** The alarm whose shelf dialog is open. */
export const shelving = signal<Alarm | null>(null)

const PRIORITY = { critical: 0, high: 1, low: 2 }
const STATE = { new: 0, gone: 1, acknowledged: 2, shelved: 3 }

export function mostUrgentFirst(alarms: Alarm[]): Alarm[] {
  return alarms.toSorted(
    (a, b) =>
      STATE[a.state] - STATE[b.state] || PRIORITY[a.priority] - PRIORITY[b.priority] || a.raised_at.localeCompare(b.raised_at),
  )
}

/** The title; of an alarm that is gone, when it went before what was wrong: titles are written in the present tense. */
export function saying(alarm: Pick<Alarm, 'state' | 'title' | 'raised_at' | 'cleared_at'>): string {
  return alarm.state === 'gone' ? `gone ${moment(alarm.cleared_at ?? alarm.raised_at, serverNow())}: ${alarm.title}` : alarm.title
}

/** At once on the page; taken back when the server refuses, or by Undo. */
export async function acknowledge(alarm: Alarm, note?: string): Promise<void> {
  const before = recordOf<Alarm>(alarm.id) ?? alarm
  put<Alarm>({
    ...before,
    state: before.state === 'gone' ? 'gone' : 'acknowledged',
    seen: true,
    acknowledged_by: session.value?.user.name ?? null,
    acknowledged_at: new Date(serverNow()).toISOString(),
    note: note ?? before.note,
  })
  toast(`Acknowledged: ${alarm.title}`, async () => {
    put(before)
    put(await api.delete<Alarm>(`/alarms/${alarm.id}/acknowledgement`))
  })
  try {
    put(await api.post<Alarm>(`/alarms/${alarm.id}/acknowledgement`, note ? { note } : {}))
  } catch (problem) {
    put(before)
    toast(`Not acknowledged. ${(problem as Problem).message}`)
  }
}

export async function shelve(alarm: Alarm, seconds: number, reason: string): Promise<void> {
  const until = new Date(serverNow() + seconds * 1000).toISOString()
  put(await api.post<Alarm>(`/alarms/${alarm.id}/shelf`, { until, reason }))
  toast(`Shelved: ${alarm.title}`, () => unshelve(alarm))
}

export async function unshelve(alarm: Alarm): Promise<void> {
  put(await api.delete<Alarm>(`/alarms/${alarm.id}/shelf`))
}
