/** Numbers, bytes, durations and times as the pages write them. Every time is shown in UTC. */

const NBSP = '\u00a0'
const THIN = '\u202f'
export const NOT_KNOWN = 'not known'

export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN)
}

/** "1 simulation", "24 simulations". */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)}${NBSP}${value === 1 ? singular : plural}`
}

function significant(value: number): string {
  if (value >= 100) return String(Math.round(value))
  if (value >= 10) return String(+value.toFixed(1))
  return String(+value.toFixed(2))
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOT_KNOWN
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']
  let rest = value
  let unit = 0
  // 999.5 kB would print as "1000 kB": step up at what rounds to 1000.
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000
    unit += 1
  }
  return `${unit === 0 ? count(rest) : significant(rest)}${NBSP}${units[unit]}`
}

/** A measure in three significant figures: 0.00214, 3.1, 1 280, 4.2e9. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_KNOWN
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(2).replace(/\.?0*e\+?/, 'e')
  return size >= 1000 ? `${value < 0 ? '-' : ''}${count(size)}` : String(+value.toPrecision(3))
}

const pad = (value: number) => String(value).padStart(2, '0')

/** 38 ms, 2.1 s, 42 s, 4 min 12 s, 3 h 05 min, 4 d. Rounded down, as ages are: 59.6 s are not yet a minute. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NOT_KNOWN
  if (seconds <= 0) return `0${NBSP}s`
  // A next to nothing more: 0.29 is less than 29 hundredths to a computer.
  const value = seconds + 1e-9
  if (value < 1) return `${Math.max(1, Math.floor(value * 1000))}${NBSP}ms`
  if (value < 10) return `${Math.floor(value * 10) / 10}${NBSP}s`
  const whole = Math.floor(value)
  if (whole < 60) return `${whole}${NBSP}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}${NBSP}min${NBSP}${pad(whole % 60)}${NBSP}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}${NBSP}h${NBSP}${pad(minutes % 60)}${NBSP}min`
  return `${Math.floor(minutes / 1440)}${NBSP}d`
}

/** One unit only, for ages: 42 s, 12 min, 2 h, 4 d. */
export function roughly(seconds: number): string {
  const value = Math.max(0, Math.floor(seconds))
  if (value < 60) return `${value}${NBSP}s`
  if (value < 3600) return `${Math.floor(value / 60)}${NBSP}min`
  if (value < 48 * 3600) return `${Math.floor(value / 3600)}${NBSP}h`
  return `${Math.floor(value / 86400)}${NBSP}d`
}

export function clock(at: number | string | Date, withSeconds = true): string {
  const date = new Date(at)
  const text = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`
  return withSeconds ? `${text}:${pad(date.getUTCSeconds())}` : text
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function day(at: number | string | Date, now?: number): string {
  const date = new Date(at)
  const year = now !== undefined && new Date(now).getUTCFullYear() === date.getUTCFullYear() ? '' : ` ${date.getUTCFullYear()}`
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}${year}`
}

/** "12 min ago" under a day, else "2 Feb, 13:56"; in the future "in 12 min". */
export function ago(at: number | string, now: number): string {
  const seconds = (now - new Date(at).getTime()) / 1000
  if (Math.abs(seconds) >= 86400) return `${day(at, now)}, ${clock(at, false)}`
  if (seconds < -0.5) return `in ${roughly(-seconds)}`
  return seconds < 1 ? 'now' : `${roughly(seconds)} ago`
}

/** Clock time alone within the day around `now`, with its date otherwise. */
export function moment(at: number | string, now: number): string {
  return Math.abs(now - new Date(at).getTime()) < 86400_000 && new Date(at).getUTCDate() === new Date(now).getUTCDate()
    ? clock(at)
    : `${day(at, now)}, ${clock(at)}`
}

// Made once: building a formatter costs more than formatting a thousand times.
const here = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** Both zones and ISO, for hover and focus. */
export function absolute(at: number | string): string {
  const date = new Date(at)
  return `${day(date)}, ${clock(date)} UTC\n${here.format(date)} here\n${date.toISOString()}`
}

export function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)}${NBSP}%` : NOT_KNOWN
}

/** First four and last two of a hash. */
export function shortHash(hash: string): string {
  return hash.length > 8 ? `${hash.slice(0, 4)}…${hash.slice(-2)}` : hash
}

/** Prefix and the last six of an id: enough to tell rows apart, the whole id is copied. */
export function shortId(id: string): string {
  const [prefix, rest] = id.split('_')
  return rest && rest.length > 10 ? `${prefix}_…${rest.slice(-6)}` : id
}

const FORMATS: Record<string, string> = {
  'application/json': 'JSON',
  'application/geo+json': 'GeoJSON',
  'application/x-netcdf': 'NetCDF',
  'application/netcdf': 'NetCDF',
  'application/x-hdf5': 'HDF5',
  'application/octet-stream': 'bytes',
  'application/pdf': 'PDF',
  'application/zip': 'ZIP',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'image/svg+xml': 'SVG',
  'image/tiff': 'TIFF',
  'text/csv': 'CSV',
  'application/vnd.apache.parquet': 'Parquet',
  'text/plain': 'text',
  'text/html': 'HTML',
}

export function mediaFormat(mediaType: string): string {
  const bare = mediaType.split(';')[0]!.trim().toLowerCase()
  return FORMATS[bare] ?? bare.split('/').pop()!.replace(/^x-/, '').replace(/^vnd\./, '')
}

const DRIVERS: Record<string, string> = { slurm: 'Slurm', slurmrestd: 'Slurm (REST)', pbs: 'PBS', openpbs: 'OpenPBS', lsf: 'LSF', sge: 'SGE', kubernetes: 'Kubernetes', docker: 'Docker' }

/** A batch system as its makers write it. */
export const driverName = (driver: string): string => DRIVERS[driver] ?? driver.replaceAll('_', ' ')

export function sentence(text: string): string {
  return text ? text[0]!.toUpperCase() + text.slice(1) : text
}
