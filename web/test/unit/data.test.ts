import { expect, test } from 'vitest'
import { readCsv } from '../../src/lib/tables.ts'
import { partsOf } from '../../src/lib/uploads.ts'

test('the head of a table is read with its quotes, its separator and without a line that is cut', () => {
  expect(readCsv('a,b\n1,"x, ""y"""\r\n2,z', 10, false)).toEqual([['a', 'b'], ['1', 'x, "y"'], ['2', 'z']])
  expect(readCsv('a;b\n1;2\n3;', 10, true)).toEqual([['a', 'b'], ['1', '2']])
  expect(readCsv('a\tb\n1\t2\n3\t4\n', 2, false)).toEqual([['a', 'b'], ['1', '2']])
  expect(readCsv('', 5, false)).toEqual([])
})

test('a file is sent in parts from where it is', () => {
  expect(partsOf(0, 10, 4)).toEqual([[0, 4], [4, 8], [8, 10]])
  expect(partsOf(8, 10, 4)).toEqual([[8, 10]])
  expect(partsOf(0, 0, 4)).toEqual([[0, 0]])
})
