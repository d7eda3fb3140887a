import { useMemo } from 'preact/hooks'
import { mercatorY, type Box, type Position } from '../lib/geo.ts'
import type { Contour } from './contours.ts'

interface Props {
  box: Box
  land: GeoJSON.MultiPolygon | null
  contours: Contour[]
  labels: Contour[]
  point: Position | null
  label: string
}

const WIDTH = 360
const HEIGHT = 262

/** The box widened to the picture's shape: what the SVG really shows. */
export function frameBox(box: Box): Box {
  const tall = mercatorY(box.north) - mercatorY(box.south)
  const wide = Math.max(box.east - box.west, (tall * WIDTH) / HEIGHT)
  const middle = (box.west + box.east) / 2
  return { ...box, west: middle - wide / 2, east: middle + wide / 2 }
}

/** The same layers without WebGL. */
export function SvgMap({ box, land, contours, labels, point, label }: Props) {
  const { project, landPath, lines } = useMemo(() => {
    const top = mercatorY(box.north)
    const bottom = mercatorY(box.south)
    const scale = Math.min(WIDTH / (box.east - box.west), HEIGHT / (top - bottom))
    const left = (WIDTH - (box.east - box.west) * scale) / 2
    const above = (HEIGHT - (top - bottom) * scale) / 2
    const at = ([x, y]: Position): Position => [left + (x - box.west) * scale, above + (top - mercatorY(y)) * scale]
    const text = (ring: Position[]) => ring.map((one) => at(one).map((n) => n.toFixed(1)).join(' ')).join('L')
    const drawn = (geometry: GeoJSON.Geometry) => {
      const parts: string[] = []
      const walk = (coordinates: unknown, close: boolean): void => {
        const list = coordinates as unknown[]
        if (typeof (list[0] as unknown[])?.[0] === 'number') parts.push(`M${text(list as Position[])}${close ? 'Z' : ''}`)
        else list.forEach((one) => walk(one, close))
      }
      if (geometry.type !== 'GeometryCollection' && geometry.type !== 'Point' && geometry.type !== 'MultiPoint') walk(geometry.coordinates, geometry.type.endsWith('Polygon'))
      return parts.join('')
    }
    const step = [0.5, 1, 2, 5, 10, 30].find((one) => one * scale > 55) ?? 30
    const grid: string[] = []
    for (let x = Math.ceil((box.west - 20) / step) * step; x < box.east + 20; x += step) grid.push(`M${at([x, 0])[0].toFixed(1)} 0V${HEIGHT}`)
    for (let y = Math.ceil((box.south - 20) / step) * step; y < Math.min(85, box.north + 20); y += step) grid.push(`M0 ${at([0, y])[1].toFixed(1)}H${WIDTH}`)
    return {
      project: at,
      landPath: land ? (land.coordinates as Position[][][]).flat().map((ring) => `M${text(ring)}Z`).join('') : '',
      lines: { grid: grid.join(''), all: contours.map((one) => ({ ...one, path: drawn(one.geometry) })) },
    }
  }, [box, land, contours])
  const star = point && project(point)
  return (
    <svg class="map-svg" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path class="map-graticule" d={lines.grid} />
      <path class="map-land" d={landPath} />
      {lines.all.map((one, index) => <path key={index} class={`map-contour ramp-${one.ramp}`} d={one.path} />)}
      {labels.map((one) => {
        const spot = one.at && project(one.at)
        return spot && <text key={`t${one.value}`} class="map-label" x={Math.min(WIDTH - 12, spot[0] + 3)} y={Math.min(HEIGHT - 4, spot[1] + 8)}>{one.label}</text>
      })}
      {star && <path class="map-star" d={starPath(star[0], star[1], 6)} />}
    </svg>
  )
}

export function starPath(x: number, y: number, radius: number): string {
  return Array.from({ length: 10 }, (_, index) => {
    const reach = index % 2 === 0 ? radius : radius * 0.45
    const angle = (Math.PI / 5) * index - Math.PI / 2
    return `${index === 0 ? 'M' : 'L'}${(x + reach * Math.cos(angle)).toFixed(1)} ${(y + reach * Math.sin(angle)).toFixed(1)}`
  }).join('') + 'Z'
}

