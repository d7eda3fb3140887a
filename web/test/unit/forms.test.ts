import { expect, test } from 'vitest'
import { fields, parseField } from '../../src/ui/fields.ts'
import { parseFilter } from '../../src/lib/filter.ts'
import { byField, plainly } from '../../src/lib/invalid.ts'
import { match, safeNext } from '../../src/lib/paths.ts'

test('the fields of a settings model come out of its schema', () => {
  const all = fields({
    $defs: { Location: { type: 'object', properties: {} }, Mode: { enum: ['a', 'b'] } },
    properties: {
      url: { type: 'string', title: 'Feed' },
      every_seconds: { anyOf: [{ type: 'integer', minimum: 5 }, { type: 'null' }], default: 60 },
      secret: { type: 'string', writeOnly: true },
      mode: { $ref: '#/$defs/Mode' },
      tags: { type: 'array', items: { type: 'string' } },
      place: { $ref: '#/$defs/Location' },
      on: { type: 'boolean' },
    },
    required: ['url'],
  })
  expect(Object.fromEntries(all.map((field) => [field.name, field.kind]))).toEqual({
    url: 'text', every_seconds: 'number', secret: 'secret', mode: 'choice', tags: 'lines', place: 'json', on: 'boolean',
  })
  const [url, every, , mode, tags] = all
  expect(() => parseField(url!, '')).toThrow('Feed is needed')
  expect(() => parseField(every!, '2')).toThrow('at least 5')
  expect(() => parseField(every!, 'soon')).toThrow('is a number')
  expect(parseField(every!, '')).toBeUndefined()
  expect(parseField(mode!, 'b')).toBe('b')
  expect(parseField(tags!, 'one\n\n two ')).toEqual(['one', 'two'])
})

test('filter words become parameters, the rest is free text', () => {
  expect(parseFilter('state:failed member 04 machine: what:ever', { state: [], machine: [] })).toEqual({ pairs: { state: 'failed' }, rest: 'member 04 machine: what:ever' })
})

test('only an address of our own is followed after login', () => {
  expect(safeNext('/incidents/inc_1?view=graph#x')).toBe('/incidents/inc_1?view=graph#x')
  for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/login', '/setup?token=x', '/\t/evil.example']) {
    const to = safeNext(bad)
    expect(new URL(to, 'http://own').origin, String(bad)).toBe('http://own')
    expect(to.startsWith('/login') || to.startsWith('/setup') || to.startsWith('//'), String(bad)).toBe(false)
  }
})

test('paths match whole segments only', () => {
  expect(match('/incidents/:id', '/incidents/inc_1')).toEqual({ id: 'inc_1' })
  expect(match('/incidents/:id', '/incidents')).toBeNull()
  expect(match('/', '/')).toEqual({})
  expect(match('/incidents/:id', '/incidents/%E0%A4%A')).toBeNull()
})

test('what the server found wrong stands at its field, in words, and nowhere twice', () => {
  expect(plainly('has to have at least 8 characters')).toBe('Has to have at least 8 characters')
  expect(plainly('It is one of the most common passwords')).toBe('It is one of the most common passwords')
  const password = { pointer: '/body/password', message: 'has to have at least 8 characters' }
  const token = { pointer: '/body/token', message: 'may have at most 100 characters' }
  expect(byField({ message: 'raw', errors: [password] }, ['password'])).toEqual({ fields: { password: 'Has to have at least 8 characters' }, rest: null })
  expect(byField({ message: 'raw', errors: [password, token] }, ['password']).rest).toBe('token: May have at most 100 characters')
  expect(byField({ message: 'The server is busy', errors: [] }, ['password'])).toEqual({ fields: {}, rest: 'The server is busy' })
})
