import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

interface Note {
  text: string
  undo?: () => void
}
const current = signal<Note | null>(null)
const SHOWN_MS = 8000

/** Say what an own action did; at most one at a time, never for alarms. */
export function toast(text: string, undo?: () => void): void {
  current.value = { text, undo }
}

export function Toast() {
  const note = current.value
  useEffect(() => {
    if (!note) return
    const timer = setTimeout(() => {
      if (current.value === note) current.value = null
    }, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [note])
  return (
    <div role="status" aria-live="polite">
      {note && (
        <div class="toast" data-testid="toast">
          <span>{note.text}</span>
          {note.undo && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                note.undo!()
                current.value = null
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="button small quiet" onClick={() => (current.value = null)}>Dismiss</button>
        </div>
      )}
    </div>
  )
}
