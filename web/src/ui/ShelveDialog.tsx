import { useState } from 'preact/hooks'
import type { Problem } from '../api/client.ts'
import { shelve, shelving } from '../lib/alarms.ts'
import { Dialog, DialogActions } from './Dialog.tsx'

const DURATIONS = [['30 min', 1800], ['2 h', 7200], ['8 h', 28800], ['24 h', 86400]] as const

/** Take an alarm off the bar for a while: how long and why, both kept. */
export function ShelveDialog() {
  const alarm = shelving.value
  const [seconds, setSeconds] = useState(7200)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  if (!alarm) return null
  const close = () => {
    shelving.value = null
    setReason('')
    setProblem(null)
  }
  const send = async (event: Event) => {
    event.preventDefault()
    if (!reason.trim()) return setProblem('A reason is needed: the next person reads it.')
    try {
      await shelve(alarm, seconds, reason.trim())
      close()
    } catch (error) {
      setProblem((error as Problem).message)
    }
  }
  return (
    <Dialog title={`Shelve “${alarm.title}”`} onClose={close} testid="shelve-dialog">
      <form onSubmit={send}>
        <div class="dialog-body">
          <p>It leaves the bar and stays listed under Alarms. It comes back when the time is up.</p>
          <div class="field">
            <label for="shelve-for">For</label>
            <select id="shelve-for" value={String(seconds)} onChange={(event) => setSeconds(Number(event.currentTarget.value))}>
              {DURATIONS.map(([label, value]) => <option key={value} value={String(value)}>{label}</option>)}
            </select>
          </div>
          <div class="field">
            <label for="shelve-why">Reason</label>
            <input id="shelve-why" value={reason} aria-invalid={problem ? true : undefined} aria-describedby="shelve-problem" onInput={(event) => setReason(event.currentTarget.value)} />
            <span class="field-error" id="shelve-problem" role="alert">{problem}</span>
          </div>
        </div>
        <DialogActions>
          <button type="button" class="button" onClick={close}>Keep it on the bar</button>
          <button type="submit" class="button primary">Shelve</button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
