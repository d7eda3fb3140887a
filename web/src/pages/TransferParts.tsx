/** How far a transfer is, in a bar and in words; shared by the pages that show some. */
import { useEffect, useRef } from 'preact/hooks'
import type { Transfer } from '../api/types.ts'
import { bytes, duration, percent, shortId } from '../lib/format.ts'

const AGAIN_MS = 2000
const LIVE = ['waiting', 'running', 'completing']

export type Names = Map<string, string>

export const isLive = (one: Transfer): boolean => LIVE.includes(one.state)
export const where = (place: Transfer['source'], names: Names): string => (place ? (names.get(place.storage_id) ?? shortId(place.storage_id)) : '')

/** Asks again now and then while something moves: how far it is comes with no fact. */
export function useAgain(moves: boolean, refresh: () => void) {
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    if (!moves) return
    const asking = setInterval(() => latest.current(), AGAIN_MS)
    return () => clearInterval(asking)
  }, [moves])
}

export function Far({ of: one }: { of: Transfer }) {
  if (!isLive(one) || !one.bytes_total) return <>{bytes(one.bytes_done)}</>
  return (
    <span class="nowrap">
      <span class="meter inline" aria-hidden="true"><i class="ours" style={{ width: `${(100 * one.bytes_done) / one.bytes_total}%` }} /></span>
      {percent(one.bytes_done, one.bytes_total)} of {bytes(one.bytes_total)}
    </span>
  )
}

export function left(one: Transfer): string {
  if (one.waiting_on) return `waits for ${one.waiting_on}`
  if (one.state !== 'running' || one.rate == null) return ''
  return `${bytes(one.rate)}/s${one.eta_seconds == null ? '' : `, ${duration(one.eta_seconds)} left`}`
}

/** What all that moves now comes to. */
export function together(rows: Transfer[]): string | null {
  const moving = rows.filter((one) => one.state === 'running')
  const rate = moving.reduce((sum, one) => sum + (one.rate ?? 0), 0)
  if (moving.length === 0) return null
  const rest = moving.reduce((sum, one) => sum + Math.max(0, (one.bytes_total ?? one.bytes_done) - one.bytes_done), 0)
  return `${moving.length} running${rate > 0 ? `, ${bytes(rate)}/s together, ${duration(rest / rate)} left` : ''}`
}
