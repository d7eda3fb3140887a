/** What the list of data sets is asked for, from the address of the page, and what is looked at of one. */
import type { Dataset } from '../api/types.ts'
import { momentOf } from './since.ts'
import { serverNow } from './time.ts'

/** What the list can be narrowed by, in the words of the API. */
export const LISTED = [
  'media_type', 'name', 'role', 'tag', 'machine', 'path', 'storage_id', 'area', 'valid_from', 'valid_until', 'created_from', 'created_until',
  'incident_id', 'simulation_id', 'made_from', 'series_id', 'collection_id', 'owner_id', 'sha256', 'pinned', 'deleted',
] as const

const TIMES = ['valid_from', 'valid_until', 'created_from', 'created_until']

/** `since` is rounded to the minute, or every second would ask for another list. */
export function listPath(query: URLSearchParams, now = serverNow()): string {
  const wanted = new URLSearchParams()
  for (const name of [...LISTED, 'q']) {
    const value = query.get(name)
    if (!value) continue
    if (name === 'tag') for (const tag of value.split(',').map((one) => one.trim()).filter(Boolean)) wanted.append('tag', tag)
    else wanted.set(name, TIMES.includes(name) ? (momentOf(value, Math.floor(now / 60_000) * 60_000) ?? value) : value)
  }
  return `/datasets${wanted.size > 0 ? `?${wanted}` : ''}`
}

/** Why a box of degrees is none; null for one that is. */
export function areaProblem(text: string): string | null {
  const [west, south, east, north, more] = text.split(',').map((one) => (one.trim() === '' ? NaN : Number(one)))
  const numbers = [west, south, east, north]
  if (more !== undefined || numbers.some((one) => one === undefined || !Number.isFinite(one))) return 'Four numbers: west, south, east, north'
  if (Math.abs(west!) > 180 || Math.abs(east!) > 180 || Math.abs(south!) > 90 || Math.abs(north!) > 90) return 'Degrees: 180 at most to the east or west, 90 to the north or south'
  return south! > north! ? 'South lies before north' : null
}

/** What the server makes a picture of, or reads the first rows of, by type or, where that says nothing, by name. */
const DRAWN = /^(image\/(png|jpeg|gif|webp|bmp|x-ms-bmp|tiff|geotiff|x-geotiff)|video\/.+|application\/(x-)?(netcdf|hdf5?|hdf|parquet)|application\/vnd\.apache\.parquet)$/
const NAMED = /\.(nc4?|h5|tiff?|mp4|parquet)$/i
export const MAP_BYTES = 8 * 1024 * 1024

export type PreviewKind = 'picture' | 'map' | 'table' | 'text' | null

export function previewKind({ media_type: type, name, bytes }: Pick<Dataset, 'media_type' | 'name' | 'bytes'>): PreviewKind {
  if (DRAWN.test(type) || (type === 'application/octet-stream' && NAMED.test(name))) return 'picture'
  if (type === 'application/geo+json' && bytes <= MAP_BYTES) return 'map'
  if (type === 'text/csv' || type === 'text/tab-separated-values') return 'table'
  return type.startsWith('text/') || type.endsWith('json') || type.endsWith('xml') ? 'text' : null
}
