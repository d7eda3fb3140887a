import { signal } from '@preact/signals'
import { bindings, setSingleKeys, singleKeys } from '../lib/keys.ts'
import { Dialog, DialogActions } from './Dialog.tsx'

export const keysOpen = signal(false)

/** Every key that works on this page, by group. */
export function KeysDialog() {
  if (!keysOpen.value) return null
  const close = () => (keysOpen.value = false)
  const groups = Map.groupBy(bindings.value.filter((one, index, all) => all.findIndex((other) => other.keys === one.keys) === index), (one) => one.group)
  return (
    <Dialog title="Keys" onClose={close} testid="keys-dialog">
      <div class="dialog-body">
        <div class="keys">
          {[...groups].map(([group, list]) => [
            <h3 key={group}>{group}</h3>,
            ...list.map((one) => (
              <div key={one.keys}>
                <span>{one.label}</span>
                <span class="nowrap">{one.keys.split(/[ +]/).map((key) => [<kbd key={key}>{key.length === 1 ? key.toUpperCase() : key.replace('Arrow', '')}</kbd>, ' '])}</span>
              </div>
            )),
          ])}
        </div>
        <label class="check">
          <input type="checkbox" checked={singleKeys.value} onChange={(event) => setSingleKeys(event.currentTarget.checked)} />
          Single letters act as keys
        </label>
      </div>
      <DialogActions><button type="button" class="button" onClick={close}>Close</button></DialogActions>
    </Dialog>
  )
}
