import { expect, test } from 'vitest'
import { ago, bytes, clock, count, counted, duration, mediaFormat, roughly, shortHash } from '../../src/lib/format.ts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

test('durations read as the words of the product', () => {
  const cases: [number, string][] = [
    [0.038, '38 ms'], [0.0002, '1 ms'], [0.29, '290 ms'], [0.9996, '999 ms'], [2.1, '2.1 s'], [9.96, '9.9 s'], [42, '42 s'], [59.6, '59 s'],
    [252, '4 min 12 s'], [3599.7, '59 min 59 s'], [11_100, '3 h 05 min'], [345_600, '4 d'], [-3, '0 s'], [0, '0 s'],
  ]
  for (const [seconds, text] of cases) expect(plain(duration(seconds)), String(seconds)).toBe(text)
  expect(duration(null)).toBe('not known')
})

test('bytes are SI with three significant figures and a no-break space', () => {
  const cases: [number, string][] = [[0, '0 B'], [999, '999 B'], [999.6, '1 kB'], [8_200_000, '8.2 MB'], [412e6, '412 MB'], [18.64e9, '18.6 GB'], [999_600, '1 MB'], [2.7e12, '2.7 TB']]
  for (const [size, text] of cases) expect(plain(bytes(size)), String(size)).toBe(text)
  expect(bytes(1e6)).toContain('\u00a0')
  expect(bytes(null)).toBe('not known')
})

test('counts are grouped by threes and agree with their noun', () => {
  expect(plain(count(1284))).toBe('1 284')
  expect(plain(count(1234567))).toBe('1 234 567')
  expect(plain(counted(1, 'simulation'))).toBe('1 simulation')
  expect(plain(counted(0, 'delivery', 'deliveries'))).toBe('0 deliveries')
})

test('ages are relative under a day, then dates, and look ahead', () => {
  const now = Date.parse('2018-02-06T16:04:18Z')
  expect(plain(ago('2018-02-06T15:52:06Z', now))).toBe('12 min ago')
  expect(ago('2018-02-02T13:56:00Z', now)).toBe('2 Feb, 13:56')
  expect(ago('2017-02-02T13:56:00Z', now)).toBe('2 Feb 2017, 13:56')
  expect(plain(ago('2018-02-06T16:04:48Z', now))).toBe('in 30 s')
  expect(plain(roughly(3 * 86400))).toBe('3 d')
})

test('clock times are UTC whatever the browser thinks', () => {
  expect(clock('2018-02-06T16:04:18+01:00')).toBe('15:04:18')
})

test('formats and hashes are short', () => {
  expect(mediaFormat('application/geo+json; charset=utf-8')).toBe('GeoJSON')
  expect(mediaFormat('application/x-made-up')).toBe('made-up')
  expect(shortHash('b3a9ffffffffffff41')).toBe('b3a9…41')
})
