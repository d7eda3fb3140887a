/** Small map arithmetic: Mercator, boxes, cutting land to a box, where a contour's label sits. */

export type Position = [number, number]
export interface Box {
  west: number
  south: number
  east: number
  north: number
}

export const mercatorY = (latitude: number): number => {
  const clamped = Math.max(-85.05, Math.min(85.05, latitude))
  return (180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (clamped * Math.PI) / 360))
}

export function eachPosition(geometry: GeoJSON.Geometry, visit: (position: Position) => void): void {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.forEach((one) => eachPosition(one, visit))
  const walk = (coordinates: unknown): void => {
    const list = coordinates as unknown[]
    if (typeof list[0] === 'number') visit(list as Position)
    else list.forEach(walk)
  }
  walk(geometry.coordinates)
}

export function boxOf(geometries: GeoJSON.Geometry[]): Box | null {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (const geometry of geometries) {
    eachPosition(geometry, ([x, y]) => {
      box.west = Math.min(box.west, x)
      box.east = Math.max(box.east, x)
      box.south = Math.min(box.south, y)
      box.north = Math.max(box.north, y)
    })
  }
  return box.west <= box.east ? box : null
}

/** The box with a share of its size around it, and at least `least` degrees across. */
export function padBox(box: Box, share: number, least: number): Box {
  const x = Math.max((box.east - box.west) * share, (least - (box.east - box.west)) / 2, 0)
  const y = Math.max((box.north - box.south) * share, (least - (box.north - box.south)) / 2, 0)
  return { west: box.west - x, east: box.east + x, south: Math.max(-85, box.south - y), north: Math.min(85, box.north + y) }
}

/** A ring cut to the box (Sutherland and Hodgman); empty when nothing is left. */
export function cutRing(ring: Position[], box: Box): Position[] {
  const sides: { inside: (p: Position) => boolean; cross: (a: Position, b: Position) => Position }[] = [
    { inside: (p) => p[0] >= box.west, cross: (a, b) => atX(a, b, box.west) },
    { inside: (p) => p[0] <= box.east, cross: (a, b) => atX(a, b, box.east) },
    { inside: (p) => p[1] >= box.south, cross: (a, b) => atY(a, b, box.south) },
    { inside: (p) => p[1] <= box.north, cross: (a, b) => atY(a, b, box.north) },
  ]
  let points = ring
  for (const side of sides) {
    const kept: Position[] = []
    for (const [index, point] of points.entries()) {
      const before = points.at(index - 1)!
      if (side.inside(point)) {
        if (!side.inside(before)) kept.push(side.cross(before, point))
        kept.push(point)
      } else if (side.inside(before)) kept.push(side.cross(before, point))
    }
    points = kept
    if (points.length === 0) break
  }
  return points
}

const atX = (a: Position, b: Position, x: number): Position => [x, a[1] + ((b[1] - a[1]) * (x - a[0])) / (b[0] - a[0])]
const atY = (a: Position, b: Position, y: number): Position => [a[0] + ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]), y]

/** Outer rings and holes of the land inside a box, as one multipolygon. */
export function cutLand(land: GeoJSON.Geometry, box: Box): GeoJSON.MultiPolygon {
  const polygons = land.type === 'MultiPolygon' ? land.coordinates : land.type === 'Polygon' ? [land.coordinates] : []
  const kept: Position[][][] = []
  for (const polygon of polygons) {
    const bounds = boxOf([{ type: 'Polygon', coordinates: [polygon[0]!] }])
    if (!bounds || bounds.east < box.west || bounds.west > box.east || bounds.north < box.south || bounds.south > box.north) continue
    const rings = (polygon as Position[][]).map((ring) => cutRing(ring.slice(0, -1), box)).filter((ring) => ring.length > 2)
    if (rings.length > 0) kept.push(rings.map((ring) => [...ring, ring[0]!]))
  }
  return { type: 'MultiPolygon', coordinates: kept }
}

/** The south-easternmost point of a contour: labels sit there, clear of the epicentre. */
export function labelPoint(geometry: GeoJSON.Geometry): Position | null {
  let best: Position | null = null
  eachPosition(geometry, (position) => {
    if (!best || position[0] - position[1] * 0.6 > best[0] - best[1] * 0.6) best = position
  })
  return best
}

/** A round length in km that fills about a fifth of the width, and its share of the width. */
export function scaleBar(box: Box): { km: number; share: number } {
  const middle = ((box.south + box.north) / 2) * (Math.PI / 180)
  const across = (box.east - box.west) * 111.32 * Math.cos(middle)
  const wanted = across / 5
  const power = 10 ** Math.floor(Math.log10(wanted))
  const km = [5, 2, 1].map((one) => one * power).find((one) => one <= wanted) ?? power
  return { km, share: km / across }
}
