import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { JobLimit, Page } from '../api/types.ts'
import { count, duration } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const pathOf = (scope: string, name: string) => `/job-limits/${scope}/${encodeURIComponent(name)}`

function says(limit: JobLimit): string {
  return [
    limit.concurrency !== null && `${count(limit.concurrency)} at once`,
    limit.rate !== null && `${count(limit.rate)} in ${duration(limit.period_seconds)}`,
  ].filter(Boolean).join(', ')
}

/** Set a limit: a given one anew, or a first one, of what `of` names if it does. */
export function LimitDialog({ limit, of, onClose }: { limit: JobLimit | null; of?: Pick<JobLimit, 'scope' | 'name'>; onClose: () => void }) {
  const send = async ({ scope, name, ...rest }: Record<string, unknown>) => {
    await api.put(pathOf(String(scope), String(name)), rest)
    toast(`Limit of ${String(scope)} ${String(name)} set`)
    onClose()
  }
  return (
    <Dialog title={limit ?? of ? `Limit of ${(limit ?? of)!.scope} ${(limit ?? of)!.name}` : 'Set a limit'} onClose={onClose} testid="limit-dialog">
      <div class="dialog-body">
        <Form
          testid="limit-form"
          verb="Set limit"
          onSend={send}
          initial={limit ? { ...limit } : of && { ...of }}
          schema={{
            properties: {
              scope: { enum: ['queue', 'kind', 'key'], title: 'Of a', default: 'queue' },
              name: { type: 'string', title: 'Name', description: 'Of the queue, kind or key; a key may end in * for each key that begins so.' },
              concurrency: { type: 'integer', minimum: 0, title: 'Jobs at once' },
              rate: { type: 'number', title: 'Jobs that may begin in a period' },
              period_seconds: { type: 'number', title: 'Period in seconds', description: '1 if left empty.' },
            },
            required: ['scope', 'name'],
          }}
        />
      </div>
    </Dialog>
  )
}

/** Limits over all nodes: of kinds, queues and keys. */
export function Limits() {
  const request = useDocument<Page<JobLimit>>('/job-limits', ['queues'])
  const [edited, setEdited] = useState<JobLimit | null | undefined>(undefined)
  const remove = async (limit: JobLimit) => {
    await api.delete(pathOf(limit.scope, limit.name))
    request.refresh()
    toast(`Limit of ${limit.scope} ${limit.name} removed`)
  }
  const may = allowed('admin')
  return (
    <Panel title="Limits" count={request.data.value ? count(request.data.value.items.length) : undefined} actions={may && <button type="button" class="button small" data-testid="set-limit" onClick={() => setEdited(null)}>Set a limit…</button>}>
      <Loaded of={request} what="Limits" rows={2}>
        {(list) => list.items.length === 0 ? <Empty>No limit. Jobs run as soon as a node has a free slot.</Empty> : (
          <Table
            caption="Limits"
            rows={list.items}
            id={(limit) => `${limit.scope}:${limit.name}`}
            testid="limit-row"
            columns={[
              { label: 'Of', class: 'wrap', cell: (limit) => <><span class="t3">{limit.scope}</span> <span class="b">{limit.name}</span></> },
              { label: 'Used', class: 'right t2', cell: (limit) => count(limit.used) },
              { label: 'Set by', class: 't2', cell: (limit) => (limit.declared ? 'the program' : (limit.changed_by ?? '')) },
              ...(may ? [{ label: '', name: 'Actions', class: 'right keep', cell: (limit: JobLimit) => (
                <span class="row-actions">
                  <button type="button" class="button small" onClick={() => setEdited(limit)}>Change…</button>
                  {!limit.declared && <Button class="small quiet" run={() => remove(limit)}>Remove</Button>}
                </span>
              ) }] : []),
              { label: 'At most', class: 'wrap', cell: (limit) => says(limit) },
            ]}
          />
        )}
      </Loaded>
      {edited !== undefined && <LimitDialog limit={edited} onClose={() => (setEdited(undefined), request.refresh())} />}
    </Panel>
  )
}
