import { expect, test } from 'vitest'
import type { ProvenanceGraph, Storage, Transfer } from '../../src/api/types.ts'
import { areaProblem, listPath, previewKind } from '../../src/lib/datasets.ts'
import { crumbs, dump, filePath, joined, textOf } from '../../src/lib/files.ts'
import { number } from '../../src/lib/format.ts'
import { lineage } from '../../src/lib/lineage.ts'
import { bytesOf, sizeText } from '../../src/lib/sizes.ts'
import { markOf } from '../../src/lib/uploads.ts'
import { roomOf } from '../../src/pages/StorageParts.tsx'
import { together } from '../../src/pages/TransferParts.tsx'

test('sizes are read as people write them, and written as they are read', () => {
  expect(['500 GB', '1.5TiB', '20 mb', '20000', '0', '1,5 kB'].map(bytesOf)).toEqual([500e9, 1.5 * 1024 ** 4, 20e6, 20000, 0, 1500])
  expect(['', 'much', '-1', '5 XB', '1 GBit', '9e9'].map(bytesOf)).toEqual([null, null, null, null, null, null])
  for (const value of [0, 1, 999, 1000, 1500, 500e9, 1024 ** 3, 1234567, 64 * 1024 ** 2]) expect(bytesOf(sizeText(value)), String(value)).toBe(value)
  expect([sizeText(500e9), sizeText(1024 ** 3), sizeText(null)]).toEqual(['500 GB', '1 GiB', ''])
})

test('measures have three figures', () => {
  expect([0, 3.14159, 1284.6, -1284.6, 0.00002144, 4.2e9, null].map(number)).toEqual(['0', '3.14', '1\u202f285', '-1\u202f285', '2.14e-5', '4.2e9', 'not known'])
})

test('a path in an address keeps its slashes and nothing else', () => {
  expect(filePath('sto_1', 'a b/ü?#/%41')).toBe('/storages/sto_1/files/a%20b/%C3%BC%3F%23/%2541')
  expect([joined('', 'x'), joined('a/b', 'x')]).toEqual(['x', 'a/b/x'])
  expect(crumbs('a/b')).toEqual([['a', 'a'], ['b', 'a/b']])
  expect(crumbs('')).toEqual([])
})

test('the list is asked for with what the address says', () => {
  const now = Date.parse('2026-02-04T12:00:30Z')
  const asked = (text: string) => decodeURIComponent(listPath(new URLSearchParams(text), now))
  expect(asked('')).toBe('/datasets')
  expect(asked('show=dst_1&other=1')).toBe('/datasets')
  expect(asked('tag=a,b&q=flood')).toBe('/datasets?tag=a&tag=b&q=flood')
  expect(asked('created_from=2h&valid_from=2026-01-01')).toBe('/datasets?valid_from=2026-01-01T00:00:00.000Z&created_from=2026-02-04T10:00:00.000Z')
})

test('an area says what is wrong with it', () => {
  expect(['5,45,11,48', '170,-10,-170,10'].map(areaProblem)).toEqual([null, null])
  for (const wrong of ['5,45,11', '5,45,11,48,1', 'a,b,c,d', '5,,11,48', '5,48,11,45', '500,0,1,1']) expect(areaProblem(wrong), wrong).not.toBeNull()
})

test('the beginning of a file is text, or bytes in rows', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  expect(textOf(bytes('grün\n'))).toBe('grün\n')
  expect(textOf(bytes('grün').subarray(0, 3))).toBe('gr') // cut in the middle of a character
  expect([textOf(new Uint8Array([0x89, 0x50])), textOf(new Uint8Array([65, 0]))]).toEqual([null, null])
  expect(dump(new Uint8Array([0, 65, 255]))).toBe(`000000  00 41 ff${' '.repeat(39)}  .A.`)
})

test('what is looked at follows the type, and the name where the type says nothing', () => {
  const kind = (media_type: string, name = 'x', bytes = 10) => previewKind({ media_type, name, bytes })
  expect([kind('image/png'), kind('image/tiff'), kind('application/x-netcdf'), kind('video/mp4'), kind('application/octet-stream', 'a.NC'), kind('application/vnd.apache.parquet'), kind('application/octet-stream', 'a.parquet')]).toEqual(Array(7).fill('picture'))
  expect([kind('text/csv'), kind('text/plain'), kind('application/json'), kind('application/geo+json'), kind('application/geo+json', 'x', 1e9)]).toEqual(['table', 'text', 'text', 'map', 'text'])
  expect([kind('application/zip'), kind('application/octet-stream', 'a.bin'), kind('image/svg+xml')]).toEqual([null, null, 'text'])
})

test('the room is the quota where there is one', () => {
  const storage = { quota_bytes: null, bytes_used: 10, bytes_total: 100, bytes_free: 40 } as Storage
  expect(roomOf(storage)).toEqual({ used: 60, all: 100, quota: false })
  expect(roomOf({ ...storage, quota_bytes: 20 })).toEqual({ used: 10, all: 20, quota: true })
  expect(roomOf({ ...storage, bytes_total: null })).toBeNull()
})

test('a file is known again by its name, size and time', () => {
  expect(markOf({ name: 'a', size: 1, lastModified: 2 })).not.toBe(markOf({ name: 'a', size: 1, lastModified: 3 }))
})

test('what moves is added up', () => {
  const one = { state: 'running', rate: 10, bytes_total: 100, bytes_done: 50 } as Transfer
  expect(together([])).toBeNull()
  expect(together([{ ...one, state: 'complete' }])).toBeNull()
  expect(together([one, { ...one, rate: 40 }])).toBe('2 running, 50\u00a0B/s together, 2\u00a0s left')
})

test('the drawing goes the way time does, likes are one, and people are left out', () => {
  const node = (id: string, kind = 'dataset') => ({ id, kind, label: id, dataset: null }) as ProvenanceGraph['nodes'][number]
  const edge = (source: string, relation: string, target: string) => ({ source, relation, target }) as ProvenanceGraph['edges'][number]
  const members = ['m1', 'm2', 'm3', 'm4', 'm5']
  const graph: ProvenanceGraph = {
    root: 'r', complete: true,
    nodes: [node('r'), node('s', 'stage'), node('usr', 'person'), ...members.map((one) => node(one)), node('after')],
    edges: [
      edge('r', 'wasGeneratedBy', 's'), edge('r', 'wasAttributedTo', 'usr'),
      ...members.flatMap((one) => [edge('s', 'used', one), edge('r', 'wasDerivedFrom', one)]), edge('after', 'wasDerivedFrom', 'r'),
    ],
  }
  const { nodes, edges, columns } = lineage(graph)
  expect(nodes.map((one) => [one.id, one.column, one.members, one.root])).toEqual([['r', 2, 1, true], ['s', 1, 1, false], ['m1', 0, 5, false], ['after', 3, 1, false]])
  expect(edges.toSorted((a, b) => a.from.localeCompare(b.from))).toEqual([{ from: 'm1', to: 's' }, { from: 'r', to: 'after' }, { from: 's', to: 'r' }])
  expect(columns).toBe(4)
  expect(lineage({ root: 'x', complete: true, nodes: [node('x')], edges: [] }).nodes).toHaveLength(1)
})
