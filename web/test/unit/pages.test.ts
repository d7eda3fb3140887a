import { expect, test } from 'vitest'
import { boxOf, cutLand, cutRing, padBox, scaleBar, type Position } from '../../src/lib/geo.ts'
import { contours, labelled, legend } from '../../src/map/contours.ts'
import { contourCollection } from '../fixture/scenario.ts'

test('a ring is cut to the box and vanishes outside it', () => {
  const square: Position[] = [[-10, -10], [10, -10], [10, 10], [-10, 10]]
  const box = { west: 0, south: 0, east: 20, north: 20 }
  const cut = cutRing(square, box)
  expect(boxOf([{ type: 'Polygon', coordinates: [cut] }])).toEqual({ west: 0, south: 0, east: 10, north: 10 })
  expect(cutRing(square, { west: 30, south: 30, east: 40, north: 40 })).toEqual([])
  const land: GeoJSON.Polygon = { type: 'Polygon', coordinates: [[...square, square[0]!]] }
  expect(cutLand(land, box).coordinates).toHaveLength(1)
  expect(cutLand(land, { west: 30, south: 30, east: 40, north: 40 }).coordinates).toEqual([])
})

test('contours are ranked from low to high, whatever their number', () => {
  const all = contours(contourCollection())
  expect(all.map((one) => [one.label, one.ramp])).toEqual([['IV', 2], ['V', 3], ['VI', 4], ['VII', 5]])
  expect(legend(all)).toHaveLength(4)
  expect(labelled(all, { west: 120.9, south: 23.2, east: 122.4, north: 25.1 }).map((one) => one.label)).toEqual(['IV', 'V', 'VI', 'VII'])
  expect(labelled(all, { west: 100, south: 0, east: 140, north: 40 }).length).toBeLessThan(3)
  const many = contours({ type: 'FeatureCollection', features: Array.from({ length: 8 }, (_, n) => ({ type: 'Feature', properties: { value: n }, geometry: { type: 'LineString', coordinates: [[n, 0], [n, 1]] } })) })
  expect(many.map((one) => one.ramp)).toEqual([2, 2, 3, 3, 4, 4, 5, 5])
})

test('the scale bar is a round length', () => {
  const box = padBox({ west: 121, south: 23.5, east: 122.3, north: 24.9 }, 0.1, 0)
  const { km, share } = scaleBar(box)
  expect([1, 2, 5]).toContain(km / 10 ** Math.floor(Math.log10(km)))
  expect(share).toBeGreaterThan(0.05)
  expect(share).toBeLessThan(0.3)
})
