import type { LogRecord } from '../api/types.ts'
import { absolute, clock } from '../lib/format.ts'
import { State } from './State.tsx'

const LINKS = [
  ['incident_id', 'incident', (id: string) => `/incidents/${id}`],
  ['simulation_id', 'simulation', (id: string) => `/simulations?show=${id}`],
  ['job_id', 'job', (id: string) => `/jobs/${id}`],
  ['request_id', 'request', (id: string) => `/logs?request_id=${id}`],
] as const

function millis(at: string): string {
  return `${clock(at)}.${String(new Date(at).getUTCMilliseconds()).padStart(3, '0')}`
}

function said(data: Record<string, unknown>): string {
  return Object.entries(data).map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`).join(' ')
}

/** Log records, oldest first, with what each is about. */
export function LogRows({ records, node = false }: { records: LogRecord[]; node?: boolean }) {
  return (
    <div role="log" aria-label="Log records" aria-live="off" data-testid="log">
      {records.map((record, index) => (
        <div class="log-row" key={`${record.at}${index}`} data-testid="log-row">
          <time class="t3" dateTime={record.at} title={absolute(record.at)}>{millis(record.at)}</time>
          <State kind="level" state={record.level} />
          <span class="t2 cut" title={record.module}>{record.module.replace(/^app\.(modules\.)?/, '')}</span>
          <span>
            {record.message}
            {record.data && Object.keys(record.data).length > 0 && <span class="t3"> {said(record.data)}</span>}
            {node && record.node && <span class="t3"> on {record.node}</span>}
            {LINKS.map(([name, label, to]) => record[name] && (
              <span class="inline" key={name}> <a class="link" href={to(record[name])} title={record[name]}>{label}</a></span>
            ))}
          </span>
        </div>
      ))}
    </div>
  )
}
