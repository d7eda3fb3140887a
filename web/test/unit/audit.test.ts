import { expect, test } from 'vitest'
import type { AuditEvent } from '../../src/api/types.ts'
import { columnsOf, object, summary } from '../../src/lib/audit.ts'

const event = (changes: unknown[], data: Record<string, unknown> = {}) => ({ changes, data }) as unknown as AuditEvent

test('a change is told column by column, before and after', () => {
  const change = { change: 'changed', table: 'sources', id: 'src_1', before: { enabled: true, name: 'a' }, after: { enabled: false, name: 'b' } } as const
  expect(columnsOf(change)).toEqual([['enabled', 'true', 'false'], ['name', 'a', 'b']])
  expect(summary(event([change]))).toBe('enabled: true → false, name: a → b')
  expect(summary(event([change, change]))).toMatch(/; 1\smore row$/)
})

test('what was made or removed has one side', () => {
  expect(columnsOf({ change: 'created', after: { id: 'x', gone: null } })).toEqual([['id', null, 'x'], ['gone', null, 'nothing']])
  expect(summary(event([{ change: 'removed', table: 'tokens', before: { id: 'x' } }]))).toBe('removed in tokens')
})

test('a refusal says why', () => {
  expect(summary(event([], { detail: 'user_list needs admin' }))).toBe('user_list needs admin')
  expect(summary(event([]))).toBe('')
})

test('what it was done to has its name where that is told, else its id', () => {
  const made = { ...event([{ change: 'created', table: 'sources', id: 'src_1', after: { name: 'gauges' } }]), object_id: 'src_1' }
  expect(object(made)).toBe('gauges')
  expect(object({ ...made, object_id: 'src_2' })).toBe('src_2')
  const login = { ...event([], { name: 'Ana Almeida', why: 'Try again' }), object_id: 'usr_1' }
  expect([object(login), summary(login)]).toEqual(['Ana Almeida', 'Try again'])
  expect(object({ ...event([]), object_id: null })).toBe('')
  expect(object({ ...event([]), action: 'session_create', object_id: 'ses_1', actor_name: 'Ana Almeida' })).toBe('Ana Almeida')
})
