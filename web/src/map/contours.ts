/** Contour lines of a result, whatever the workflow called their value. */
import { labelPoint, type Box, type Position } from '../lib/geo.ts'

export interface Contour {
  value: number
  label: string
  geometry: GeoJSON.Geometry
  /** 2 to 5, lowest to highest: the first of the ramp is for areas, a line in it would not be seen. */
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
    ramp: levels.length === 1 ? 5 : 2 + Math.round((3 * levels.indexOf(one.value)) / (levels.length - 1)),
    at: labelPoint(one.geometry),
  }))
}

/** One entry a level, lowest first; only whole levels when there are many. */
export function legend(all: Contour[]): { label: string; ramp: number }[] {
  const levels = [...new Map(all.map((one) => [one.value, one])).values()]
  const whole = levels.filter((one) => Number.isInteger(one.value))
  return (levels.length > 5 && whole.length > 1 ? whole : levels).map(({ label, ramp }) => ({ label, ramp }))
}

/** The contours whose labels have room in the box: one a level, whole levels first, none on top of another. */
export function labelled(all: Contour[], box: Box): Contour[] {
  const roomX = (box.east - box.west) * 0.055
  const roomY = (box.north - box.south) * 0.04
  const chosen: Contour[] = []
  const wanted = all.filter((one) => one.at).toSorted((a, b) => Number(Number.isInteger(b.value)) - Number(Number.isInteger(a.value)) || a.value - b.value)
  for (const one of wanted) {
    const [x, y] = one.at!
    const crowded = chosen.some((other) => other.value === one.value || (Math.abs(other.at![0] - x) < roomX && Math.abs(other.at![1] - y) < roomY))
    if (!crowded) chosen.push(one)
  }
  return chosen
}
