/** Contour lines of a result, whatever the workflow called their value. */
import { labelPoint, type Position } from '../lib/geo.ts'

export interface Contour {
  value: number
  label: string
  geometry: GeoJSON.Geometry
  /** 1 to 5, lowest to highest. */
  ramp: number
  at: Position | null
}

const ROMAN = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII']

export function contours(collection: GeoJSON.FeatureCollection): Contour[] {
  const found = collection.features
    .filter((one) => one.geometry)
    .map((one) => {
      const properties = one.properties ?? {}
      const value = Number(properties.mmi ?? properties.value ?? properties.level ?? 0)
      const label = String(properties.roman ?? properties.label ?? ROMAN[Math.round(value)] ?? value)
      return { value, label, geometry: one.geometry }
    })
    .toSorted((a, b) => a.value - b.value)
  const levels = [...new Set(found.map((one) => one.value))]
  return found.map((one) => ({
    ...one,
    ramp: levels.length === 1 ? 5 : Math.min(5, Math.max(1, 6 - (levels.length - levels.indexOf(one.value)))),
    at: labelPoint(one.geometry),
  }))
}

/** One entry a level, lowest first. */
export function legend(all: Contour[]): { label: string; ramp: number }[] {
  return [...new Map(all.map((one) => [one.label, { label: one.label, ramp: one.ramp }])).values()]
}
