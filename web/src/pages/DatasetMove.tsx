import { useEffect, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import type { Dataset, Page, Storage, Transfer, TransfersMade } from '../api/types.ts'
import { bytes, counted, duration } from '../lib/format.ts'
import { markStale, useDocument } from '../live/store.ts'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'
import { Room } from './StorageParts.tsx'

const KINDS = {
  replicate: ['One more copy', 'The same data set in another storage as well.'],
  move: ['Move', 'The copy goes there; it is read back and compared before the old one goes.'],
  copy: ['A data set of its own', 'The same bytes under another id, with its own owner and history.'],
} as const
const URGENCIES: Transfer['urgency'][] = ['low', 'normal', 'high', 'critical']

type Kind = keyof typeof KINDS

/** What it would come to, before it is done. */
function Plan({ dataset, body }: { dataset: Dataset; body: object | null }) {
  const [said, setSaid] = useState<string | null>(null)
  const text = JSON.stringify(body)
  useEffect(() => {
    setSaid(null)
    if (!body) return
    let shown = true
    api.post<TransfersMade>(`/datasets/${dataset.id}/copies`, { ...body, dry_run: true }).then(
      ({ items }) => {
        const seconds = items.flatMap((one) => (one.predicted_seconds == null ? [] : [one.predicted_seconds]))
        const whole = items.reduce((sum, one) => sum + (one.bytes_total ?? 0), 0)
        if (shown) setSaid(`${counted(items.length, 'transfer')}, ${bytes(whole)}${seconds.length > 0 ? `, about ${duration(Math.max(...seconds))}` : ', nothing went this way before: how long is not known'}`)
      },
      (problem: Problem) => shown && setSaid(problem.message),
    )
    return () => void (shown = false)
  }, [text])
  return said ? <p class="sm t2" role="status" data-testid="move-plan">{said}</p> : null
}

/** Where a data set is to be as well, or instead. */
export function DatasetMove({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const request = useDocument<Page<Storage>>('/storages?limit=200', ['storages'])
  const [kind, setKind] = useState<Kind>('replicate')
  const [targets, setTargets] = useState<string[]>([])
  const [urgency, setUrgency] = useState<Transfer['urgency']>('normal')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const body = targets.length > 0 ? { kind, storage_ids: targets, urgency } : null
  const choose = (id: string, on: boolean) => setTargets(kind === 'move' ? (on ? [id] : []) : on ? [...targets, id] : targets.filter((one) => one !== id))
  const send = async (event: Event) => {
    event.preventDefault()
    if (!body) return setProblem('Choose where it is to go')
    setBusy(true)
    try {
      const { items } = await api.post<TransfersMade>(`/datasets/${dataset.id}/copies`, body)
      toast(`${counted(items.length, 'transfer')} begun`)
      markStale(new Set(['transfers', dataset.id]))
      onClose()
    } catch (error) {
      setProblem((error as Problem).message)
      setBusy(false)
    }
  }
  const held = new Set((dataset.replicas ?? []).map((one) => one.storage))
  return (
    <Dialog title={`Copy or move “${dataset.name}”`} onClose={onClose} testid="move-dialog">
      <form onSubmit={send}>
        <div class="dialog-body form">
          <fieldset class="choices">
            <legend class="field-label">What</legend>
            {(Object.keys(KINDS) as Kind[]).map((one) => (
              <label key={one} class="check">
                <input type="radio" name="kind" checked={kind === one} onChange={() => (setKind(one), setTargets([]))} />
                <span>{KINDS[one][0]} <span class="sm t3">{KINDS[one][1]}</span></span>
              </label>
            ))}
          </fieldset>
          <Loaded of={request} what="Storages" rows={3}>
            {({ items }) => {
              const possible = items.filter((one) => one.enabled && one.capabilities.includes('write') && (kind === 'copy' || !held.has(one.name)))
              return possible.length === 0 ? <Empty>No other storage can take it. <a class="link" href="/storages">Add one</a>.</Empty> : (
                <fieldset class="choices">
                  <legend class="field-label">Where to</legend>
                  {possible.map((one) => (
                    <label key={one.id} class="check">
                      <input type={kind === 'move' ? 'radio' : 'checkbox'} name="target" checked={targets.includes(one.id)} onChange={(event) => choose(one.id, event.currentTarget.checked)} />
                      <span class="spread"><span class="cut" title={one.name}>{one.name} <span class="t3">{one.driver}</span></span> <span class="sm t2"><Room of={one} /></span></span>
                    </label>
                  ))}
                </fieldset>
              )
            }}
          </Loaded>
          <div class="field">
            <label for="move-urgency">Urgency</label>
            <select id="move-urgency" value={urgency} onChange={(event) => setUrgency(event.currentTarget.value as Transfer['urgency'])}>
              {URGENCIES.map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
          </div>
          <Plan dataset={dataset} body={body} />
          {problem && <p class="field-error" role="alert">{problem}</p>}
        </div>
        <DialogActions>
          <button type="button" class="button" onClick={onClose}>Back</button>
          <button type="submit" class="button primary" disabled={busy} aria-busy={busy} data-testid="move-confirm">{kind === 'move' ? 'Move it' : 'Copy it'}</button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
