/** Land of the bundled Natural Earth atlas, at the detail a box deserves. */
import { feature } from 'topojson-client'
import type { Topology } from 'topojson-specification'
import { cutLand, padBox, type Box } from '../lib/geo.ts'

const kept = new Map<string, Promise<GeoJSON.Geometry>>()

function read(detail: '110m' | '50m' | '10m'): Promise<GeoJSON.Geometry> {
  const held = kept.get(detail)
  if (held) return held
  const reading = fetch(`/atlas/land-${detail}.json`).then(async (response) => {
    if (!response.ok) throw new Error(`atlas: ${response.status}`)
    const topology = (await response.json()) as Topology
    const found = feature(topology, topology.objects.land!)
    return found.type === 'FeatureCollection' ? found.features[0]!.geometry : found.geometry
  })
  reading.catch(() => kept.delete(detail))
  kept.set(detail, reading)
  return reading
}

/** The land in and around a box. The 10 m file is only read for small boxes, and only its part there is kept. */
export async function landIn(box: Box): Promise<GeoJSON.MultiPolygon> {
  const across = Math.max(box.east - box.west, box.north - box.south)
  const detail = across > 60 ? '110m' : across > 14 ? '50m' : '10m'
  const land = cutLand(await read(detail), padBox(box, 1, 0))
  if (detail === '10m') kept.delete('10m')
  return land
}
