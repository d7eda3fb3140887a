/** MapLibre with a style made here: no tiles, no glyph server, no sprite; labels are DOM markers. */
import { AttributionControl, Map as MapLibre, Marker, setWorkerUrl, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { useEffect, useRef } from 'preact/hooks'
import { type Box, type Position } from '../lib/geo.ts'
import { colour, theme } from '../lib/theme.ts'
import type { Contour } from './contours.ts'

setWorkerUrl(workerUrl)

interface Props {
  box: Box
  land: GeoJSON.MultiPolygon | null
  contours: Contour[]
  point: Position | null
  label: string
  /** WebGL is there but does not work: the caller shows the SVG. */
  onBroken: () => void
}

function graticule(box: Box): GeoJSON.MultiLineString {
  const across = box.east - box.west
  const step = [0.5, 1, 2, 5, 10, 30].find((one) => one > across / 6) ?? 30
  const lines: Position[][] = []
  for (let x = Math.ceil((box.west - across * 2) / step) * step; x <= box.east + across * 2; x += step) lines.push([[x, -85], [x, 85]])
  for (let y = -80; y <= 80; y += step) lines.push([[box.west - across * 2, y], [box.east + across * 2, y]])
  return { type: 'MultiLineString', coordinates: lines }
}

const source = (data: GeoJSON.GeoJSON) => ({ type: 'geojson' as const, data })
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

function styleOf({ box, land, contours }: Props): StyleSpecification {
  const ramp: unknown[] = ['match', ['get', 'ramp'], ...[1, 2, 3, 4].flatMap((n) => [n, colour(`i${n}`)]), colour('i5')]
  const features: GeoJSON.FeatureCollection = {
    type: 'FeatureCollection',
    features: contours.map((one) => ({ type: 'Feature', properties: { ramp: one.ramp }, geometry: one.geometry })),
  }
  return {
    version: 8,
    sources: { graticule: source(graticule(box)), land: source(land ?? EMPTY), contours: source(features) },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colour('sea') } },
      { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': colour('graticule'), 'line-width': 1 } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colour('land') } },
      { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': colour('coast'), 'line-width': 1 } },
      { id: 'fill', type: 'fill', source: 'contours', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': ramp as never, 'fill-opacity': 0.12 } },
      { id: 'line', type: 'line', source: 'contours', paint: { 'line-color': ramp as never, 'line-width': 1.6 } },
    ],
  }
}

export default function GlMap(props: Props) {
  const element = useRef<HTMLDivElement>(null)
  const map = useRef<MapLibre>(null)
  const markers = useRef<Marker[]>([])
  const { box, contours, point } = props
  useEffect(() => {
    let made: MapLibre
    try {
      made = new MapLibre({
        container: element.current!,
        style: styleOf(props),
        bounds: [box.west, box.south, box.east, box.north],
        fitBoundsOptions: { padding: 8 },
        attributionControl: false,
        // The wheel belongs to the page until a person holds Ctrl.
        cooperativeGestures: false,
        scrollZoom: false,
        dragRotate: false,
        pitchWithRotate: false,
        fadeDuration: 0,
        maxZoom: 12,
      })
    } catch {
      props.onBroken()
      return
    }
    made.addControl(new AttributionControl({ compact: false, customAttribution: 'Natural Earth' }), 'bottom-left')
    made.on('error', () => {})
    const canvas = made.getCanvas()
    canvas.setAttribute('aria-label', props.label)
    canvas.setAttribute('role', 'img')
    const wheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) made.scrollZoom.enable()
      else made.scrollZoom.disable()
    }
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Home') made.fitBounds([box.west, box.south, box.east, box.north], { padding: 8, duration: 0 })
    }
    element.current!.addEventListener('wheel', wheel, { capture: true })
    element.current!.addEventListener('keydown', key)
    map.current = made
    return () => made.remove()
  }, [])
  useEffect(() => {
    map.current?.setStyle(styleOf(props))
  }, [props.land, contours, theme.value])
  useEffect(() => {
    map.current?.fitBounds([box.west, box.south, box.east, box.north], { padding: 8, duration: 0 })
  }, [box.west, box.south, box.east, box.north])
  useEffect(() => {
    const made = map.current
    if (!made) return
    const text = (className: string, words: string) => {
      const node = document.createElement('span')
      node.className = className
      node.textContent = words
      return node
    }
    markers.current = [
      ...contours.flatMap((one) => (one.at ? [new Marker({ element: text('map-mark', one.label), anchor: 'top-left' }).setLngLat(one.at).addTo(made)] : [])),
      ...(point ? [new Marker({ element: text('map-mark star', '★') }).setLngLat(point).addTo(made)] : []),
    ]
    return () => markers.current.forEach((marker) => marker.remove())
  }, [contours, point])
  return <div class="map-gl" ref={element} />
}
