import { useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Dataset, DatasetLink, Page } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { State } from '../ui/State.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const HOUR = 3600
const LASTS: [number, string][] = [[HOUR, 'an hour'], [24 * HOUR, 'a day'], [7 * 24 * HOUR, 'a week'], [30 * 24 * HOUR, '30 days'], [90 * 24 * HOUR, '90 days']]

const stateOf = (link: DatasetLink, now: number) => (link.revoked_at ? 'revoked' : Date.parse(link.expires_at) <= now ? 'ended' : 'open')

function MakeLink({ dataset, onClose, onMade }: { dataset: Dataset; onClose: () => void; onMade: () => void }) {
  const [seconds, setSeconds] = useState(7 * 24 * HOUR)
  const [note, setNote] = useState('')
  const [url, setUrl] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const make = async (event: Event) => {
    event.preventDefault()
    try {
      const made = await api.post<{ url: string }>(`/datasets/${dataset.id}/links`, { seconds, note: note.trim() || null })
      setUrl(made.url.startsWith('/') ? `${window.location.origin}${made.url}` : made.url)
      onMade()
    } catch (error) {
      setProblem((error as Problem).message)
    }
  }
  return (
    <Dialog title={`Link to “${dataset.name}”`} onClose={onClose} testid="link-dialog">
      <form onSubmit={make}>
        <div class="dialog-body form">
          {url ? (
            <>
              <p>Whoever has this address reads the data set without a login. It is shown this once.</p>
              <div class="once" data-testid="dataset-url"><Copy value={url} what="link" /></div>
            </>
          ) : (
            <>
              <div class="field">
                <label for="link-lasts">It leads there for</label>
                <select id="link-lasts" value={seconds} onChange={(event) => setSeconds(Number(event.currentTarget.value))}>
                  {LASTS.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
                </select>
              </div>
              <div class="field">
                <label for="link-note">Whom it is for <span class="t3">(optional)</span></label>
                <input id="link-note" autocomplete="off" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
              </div>
            </>
          )}
          {problem && <p class="field-error" role="alert">{problem}</p>}
        </div>
        <DialogActions>
          <button type="button" class="button" onClick={onClose}>{url ? 'Close' : 'Back'}</button>
          {!url && <button type="submit" class="button primary" data-testid="link-make">Make link</button>}
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** Addresses by which it is read without a login: made, counted, taken back. */
export function DatasetLinks({ dataset }: { dataset: Dataset }) {
  const request = useDocument<Page<DatasetLink>>(`/datasets/${dataset.id}/links`, [dataset.id])
  const [making, setMaking] = useState(false)
  const revoke = async (link: DatasetLink) => {
    await api.delete(`/datasets/${dataset.id}/links/${link.id}`)
    toast('The link leads nowhere any more')
    request.refresh()
  }
  return (
    <Panel
      title="Links"
      count={request.data.value ? count(request.data.value.items.length) : undefined}
      testid="dataset-links"
      actions={dataset.deleted_at === null && <button type="button" class="button small" data-testid="dataset-link" onClick={() => setMaking(true)}>Make a link…</button>}
    >
      <Loaded of={request} what="Links" rows={1}>
        {({ items }) => items.length === 0 ? <Empty>No link. With one, somebody without a login reads it for a time.</Empty> : items.map((link) => {
          const state = stateOf(link, tick.value)
          return (
            <KeyValue key={link.id} label={<State kind="link" state={state} />}>
              <span data-testid="link-row">{link.note ?? <span class="t3">no note</span>}</span>
              <div class="sm t2">made <Age at={link.created_at} />, used {counted(link.use_count, 'time')}{link.last_used_at && <>, last <Age at={link.last_used_at} /></>}</div>
              {state === 'open' && <div class="sm t2">ends <Age at={link.expires_at} /> <Button class="small quiet" testid="link-revoke" run={() => revoke(link)}>Revoke</Button></div>}
            </KeyValue>
          )
        })}
      </Loaded>
      {making && <MakeLink dataset={dataset} onClose={() => setMaking(false)} onMade={request.refresh} />}
    </Panel>
  )
}
