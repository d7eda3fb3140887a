/** MapLibre with a style made here: no tiles, no glyph server, no sprite; labels are DOM markers. */
import { Map as MapLibre, Marker, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { useEffect, useRef } from 'preact/hooks'
import type { Box, Position } from '../lib/geo.ts'
import { colour, theme } from '../lib/theme.ts'
import type { Contour } from './contours.ts'

setWorkerUrl(workerUrl)

interface Props {
  box: Box
  land: GeoJSON.MultiPolygon | null
  contours: Contour[]
  labels: Contour[]
  point: Position | null
  label: string
  /** WebGL is there but does not work: the caller shows the SVG. */
  onBroken: () => void
  /** The first complete picture is on the canvas. */
  onDrawn: () => void
  /** What is shown now, for the scale bar. */
  onMove: (box: Box) => void
}

const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const source = () => ({ type: 'geojson' as const, data: EMPTY })
const PADDING = 8

const STYLE: StyleSpecification = {
  version: 8,
  sources: { graticule: source(), land: source(), contours: source() },
  layers: [
    { id: 'sea', type: 'background' },
    { id: 'graticule', type: 'line', source: 'graticule' },
    { id: 'land', type: 'fill', source: 'land' },
    { id: 'coast', type: 'line', source: 'land' },
    { id: 'fill', type: 'fill', source: 'contours', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-opacity': 0.12 } },
    { id: 'line', type: 'line', source: 'contours', paint: { 'line-width': 1.6 } },
  ],
}

function graticule(box: Box): GeoJSON.MultiLineString {
  const across = box.east - box.west
  const step = [0.5, 1, 2, 5, 10, 30].find((one) => one > across / 6) ?? 30
  const lines: Position[][] = []
  for (let x = Math.ceil((box.west - across * 2) / step) * step; x <= box.east + across * 2; x += step) lines.push([[x, -85], [x, 85]])
  for (let y = -80; y <= 80; y += step) lines.push([[box.west - across * 2, y], [box.east + across * 2, y]])
  return { type: 'MultiLineString', coordinates: lines }
}

function paintWith(map: MapLibre): void {
  const ramp = ['match', ['get', 'ramp'], ...[1, 2, 3, 4].flatMap((n) => [n, colour(`i${n}`)]), colour('i5')] as unknown as string
  map.setPaintProperty('sea', 'background-color', colour('sea'))
  map.setPaintProperty('graticule', 'line-color', colour('graticule'))
  map.setPaintProperty('land', 'fill-color', colour('land'))
  map.setPaintProperty('coast', 'line-color', colour('coast'))
  map.setPaintProperty('fill', 'fill-color', ramp)
  map.setPaintProperty('line', 'line-color', ramp)
}

function fill(map: MapLibre, { box, land, contours }: Props): void {
  const set = (name: string, data: GeoJSON.GeoJSON) => void map.getSource<GeoJSONSource>(name)?.setData(data)
  set('graticule', graticule(box))
  set('land', land ?? EMPTY)
  set('contours', {
    type: 'FeatureCollection',
    features: contours.map((one) => ({ type: 'Feature', properties: { ramp: one.ramp }, geometry: one.geometry })),
  })
}

function mark(map: MapLibre, { labels, point }: Props): Marker[] {
  const text = (className: string, words: string) => {
    const node = document.createElement('span')
    node.className = className
    node.textContent = words
    return node
  }
  return [
    ...labels.flatMap((one) => (one.at ? [new Marker({ element: text('map-mark', one.label), anchor: 'top-left' }).setLngLat(one.at).addTo(map)] : [])),
    ...(point ? [new Marker({ element: text('map-mark star', '★') }).setLngLat(point).addTo(map)] : []),
  ]
}

function create(element: HTMLElement, { box, label, onMove }: Props): MapLibre {
  const bounds: [number, number, number, number] = [box.west, box.south, box.east, box.north]
  const map = new MapLibre({
    container: element,
    style: STYLE,
    bounds,
    fitBoundsOptions: { padding: PADDING },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    maxZoom: 12,
  })
  map.scrollZoom.disable()
  const moved = () => {
    const shown = map.getBounds()
    onMove({ west: shown.getWest(), south: shown.getSouth(), east: shown.getEast(), north: shown.getNorth() })
  }
  map.on('move', moved)
  moved()
  const canvas = map.getCanvas()
  canvas.setAttribute('aria-label', label)
  canvas.setAttribute('role', 'img')
  // The wheel belongs to the page until a person holds Ctrl.
  element.addEventListener('wheel', (event) => map.scrollZoom[event.ctrlKey || event.metaKey ? 'enable' : 'disable'](), { capture: true })
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Home') map.fitBounds(bounds, { padding: PADDING, duration: 0 })
  })
  return map
}

export default function GlMap(props: Props) {
  const element = useRef<HTMLDivElement>(null)
  const map = useRef<MapLibre>(null)
  const ready = useRef(false)
  const latest = useRef(props)
  latest.current = props
  const { box, land, contours, labels, point } = props
  useEffect(() => {
    let made: MapLibre
    try {
      made = create(element.current!, props)
    } catch {
      props.onBroken()
      return
    }
    map.current = made
    made.getCanvas().addEventListener('webglcontextlost', () => latest.current.onBroken())
    made.on('load', () => {
      ready.current = true
      paintWith(made)
      fill(made, latest.current)
      made.once('idle', () => latest.current.onDrawn())
    })
    return () => made.remove()
  }, [])
  useEffect(() => {
    if (map.current && ready.current) fill(map.current, props)
  }, [land, contours, box])
  useEffect(() => {
    if (map.current && ready.current) paintWith(map.current)
  }, [theme.value])
  useEffect(() => {
    map.current?.fitBounds([box.west, box.south, box.east, box.north], { padding: PADDING, duration: 0 })
  }, [box.west, box.south, box.east, box.north])
  useEffect(() => {
    const markers = map.current ? mark(map.current, props) : []
    return () => markers.forEach((marker) => marker.remove())
  }, [labels, point])
  return <div class="map-gl" ref={element} />
}
