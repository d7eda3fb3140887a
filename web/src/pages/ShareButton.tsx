import { useState } from 'preact/hooks'
import { allowed } from '../lib/session.ts'
import { ShareDialog } from './ShareDialog.tsx'

/** Opens what decides who sees an object. Those who may only look have nothing of their own to share. */
export function ShareButton({ id, name, small }: { id: string; name: string; small?: boolean }) {
  const [open, setOpen] = useState(false)
  if (!allowed('runner')) return null
  return (
    <>
      <button type="button" class={`button ${small ? 'small' : 'quiet'}`} data-testid="share" onClick={() => setOpen(true)}>Share…</button>
      {open && <ShareDialog id={id} name={name} onClose={() => setOpen(false)} />}
    </>
  )
}
