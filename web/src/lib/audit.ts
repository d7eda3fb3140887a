/** What an audit event says, in words. */
import type { AuditChange, AuditEvent } from '../api/types.ts'
import { counted } from './format.ts'

export const shown = (value: unknown): string => (value === null || value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value))
export const who = (event: AuditEvent): string => event.actor_name ?? event.actor_id ?? 'nobody'

/** The columns of a change, each with what it was and what it is. */
export function columnsOf(change: AuditChange): [name: string, before: string | null, after: string | null][] {
  const { before = {}, after = {} } = change
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => [
    name,
    name in before ? shown(before[name]) : null,
    name in after ? shown(after[name]) : null,
  ])
}

/** What it was done to: its name where the event tells it, else its id; of a login who logged in. */
export function object(event: AuditEvent): string {
  if (event.action === 'session_create' && event.actor_name) return event.actor_name
  const change = event.changes.find((one) => one.id === event.object_id)
  const name = change?.after?.['name'] ?? change?.before?.['name'] ?? event.data['name']
  return typeof name === 'string' ? name : event.object_id ?? ''
}

/** What changed, in one line: the first row's columns, and how many rows more. */
export function summary(event: AuditEvent): string {
  const [first, ...others] = event.changes
  if (!first) return [event.data['detail'], event.data['why']].find((one) => typeof one === 'string') as string | undefined ?? ''
  const said = first.change === 'changed'
    ? columnsOf(first).map(([name, before, after]) => `${name}: ${before} → ${after ?? 'not seen'}`).join(', ')
    : `${first.change} in ${first.table ?? 'more tables'}`
  return others.length > 0 ? `${said}; ${counted(others.length, 'more row')}` : said
}
