import { counted } from '../lib/format.ts'
import { told } from './segments.ts'
import type { Row } from './shapes.ts'

/** What lies under the pointer: a point within reach, else the bar, else how many run. */
export function describe(row: Row, at: number, reach: number): string | null {
  const near = row.points.filter((one) => Math.abs(one.at - at) <= reach * 2)
  if (near.length > 3) return `${counted(near.length, row.key === 'datasets' ? 'data set' : 'delivery', row.key === 'datasets' ? 'data sets' : 'deliveries')} here`
  if (near.length > 0) return near.map((one) => one.tip).join('; ')
  const bar = row.segments.find((one) => at >= one.from - reach && (one.to === null || at <= one.to + reach))
  if (bar) return `${row.label}: ${told(bar)}`
  if (row.area) {
    const level = row.area.findLast((edge) => edge.at <= at)?.count ?? 0
    return level > 0 ? `${row.label}: ${level} at once` : null
  }
  return row.kind === 'group' ? row.sentence : null
}
