import type { ComponentType } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { boxOf, padBox, scaleBar, type Box, type Position } from '../lib/geo.ts'
import { contours as read, labelled, legend } from '../map/contours.ts'
import { landIn } from '../map/land.ts'
import { frameBox, SvgMap } from '../map/SvgMap.tsx'
import '../styles/map.css'

interface Props {
  collection: GeoJSON.FeatureCollection | null
  area: GeoJSON.Geometry | null
  /** What the values are, for the legend and for readers. */
  measure: string
  footnote?: string
}

let webgl: boolean | undefined
function canDraw(): boolean {
  if (webgl === undefined) {
    const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
    webgl = context !== null
    context?.getExtension('WEBGL_lose_context')?.loseContext()
  }
  return webgl
}

type Gl = ComponentType<Parameters<typeof import('../map/GlMap.tsx').default>[0]>

/** Contours of the newest result over the bundled coastline; MapLibre where WebGL works, else the same as SVG. */
export default function MapView({ collection, area: given, measure, footnote }: Props) {
  // The incident is read again and again; its place is the same until it is not.
  const area = useMemo(() => given, [JSON.stringify(given)])
  const contours = useMemo(() => (collection ? read(collection) : []), [collection])
  const point = useMemo(() => (area?.type === 'Point' ? (area.coordinates as Position) : null), [area])
  const box = useMemo(() => {
    const all = boxOf([...contours.map((one) => one.geometry), ...(area ? [area] : [])])
    return all && padBox(all, contours.length > 0 ? 0.08 : 0, contours.length > 0 ? 0.2 : 4)
  }, [contours, area])
  const labels = useMemo(() => (box ? labelled(contours, box) : []), [contours, box])
  const [land, setLand] = useState<GeoJSON.MultiPolygon | null>(null)
  const [Gl, setGl] = useState<Gl | null>(null)
  const [broken, setBroken] = useState(false)
  const [drawn, setDrawn] = useState(false)
  const [shownBox, setShownBox] = useState<Box | null>(null)
  const key = box && [box.west, box.south, box.east, box.north].map((n) => n.toFixed(1)).join(' ')
  useEffect(() => {
    if (!box) return
    let shown = true
    landIn(box).then((found) => shown && setLand(found), () => {})
    return () => void (shown = false)
  }, [key])
  useEffect(() => {
    if (canDraw()) import('../map/GlMap.tsx').then((module) => setGl(() => module.default), () => setBroken(true))
  }, [])
  if (!box) return null
  const levels = legend(contours)
  const said = `Map: ${levels.length > 0 ? `${measure} ${levels.map((one) => one.label).join(', ')}` : 'place of the incident'}${point ? `, at ${Math.abs(point[1]).toFixed(2)} ${point[1] < 0 ? 'south' : 'north'}, ${Math.abs(point[0]).toFixed(2)} ${point[0] < 0 ? 'west' : 'east'}` : ''}`
  const shared = { box, land, contours, labels, point, label: said }
  const scale = scaleBar((drawn && shownBox) || frameBox(box))
  return (
    <div class="map" data-testid="map">
      <div class="map-frame">
        {/* The SVG is there at once; WebGL takes its place when it has drawn, which takes seconds in software. */}
        {!drawn && <SvgMap {...shared} />}
        {Gl && !broken && (
          <div class={drawn ? '' : 'map-behind'}>
            <Gl {...shared} onBroken={() => (setBroken(true), setDrawn(false))} onDrawn={() => setDrawn(true)} onMove={setShownBox} />
          </div>
        )}
        <div class="map-scale" style={{ width: `${Math.min(60, scale.share * 100)}%` }}>{scale.km} km</div>
      </div>
      <div class="map-legend">
        {levels.map((one) => <span key={one.label}><i class={`ramp-${one.ramp}`} />{one.label}</span>)}
        {levels.length > 0 && <span class="t3">{measure}</span>}
        <span class="map-foot">{footnote ?? 'Natural Earth'}</span>
      </div>
    </div>
  )
}
