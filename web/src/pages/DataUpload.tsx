import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { api, type Problem } from '../api/client.ts'
import { bytes, duration, percent } from '../lib/format.ts'
import { forget, unfinished, upload, type Begun } from '../lib/uploads.ts'
import { markStale } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Form } from '../ui/Form.tsx'
import { KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { toast } from '../ui/Toast.tsx'

interface Sent {
  key: number
  file: File
  id: string | null
  offset: number
  /** Where and when this stretch began: what it is quick from. */
  from: { offset: number; at: number } | null
  datasetId: string | null
  failure: string | null
  stop: AbortController
}

// They go on while other pages are looked at.
const sent = signal<Sent[]>([])
const waiting = signal<Begun[]>([])
let next = 0

function change(key: number, fields: Partial<Sent>): void {
  sent.value = sent.value.map((one) => (one.key === key ? { ...one, ...fields } : one))
}

async function run(one: Sent): Promise<void> {
  const { key, file } = one
  const stop = new AbortController()
  change(key, { failure: null, from: null, stop })
  const told = (offset: number, id: string) => {
    const now = sent.value.find((other) => other.key === key)
    change(key, { offset, id, from: now?.from ?? { offset, at: Date.now() } })
    waiting.value = waiting.value.filter((other) => other.id !== id)
  }
  try {
    change(key, { datasetId: await upload(file, told, stop.signal), offset: file.size })
    markStale(new Set(['datasets']))
  } catch (error) {
    change(key, { failure: stop.signal.aborted ? 'stopped' : (error as Problem).message })
  }
}

/** One after the other: together they would only share the line. */
async function startAll(files: Iterable<File>): Promise<void> {
  const added = [...files].map((file): Sent => ({ key: next++, file, id: null, offset: 0, from: null, datasetId: null, failure: null, stop: new AbortController() }))
  sent.value = [...sent.value, ...added]
  for (const one of added) if (sent.value.some((other) => other.key === one.key)) await run(one)
}

async function drop(one: Sent): Promise<void> {
  sent.value = sent.value.filter((other) => other.key !== one.key)
  if (one.id && !one.datasetId) await forget(one.id)
}

const quick = ({ from, offset }: Sent) => (from && Date.now() - from.at > 500 && offset > from.offset ? (1000 * (offset - from.offset)) / (Date.now() - from.at) : null)

function Row({ of: one }: { of: Sent }) {
  const rate = quick(one)
  const rest = one.file.size - one.offset
  return (
    <KeyValue label={one.datasetId ? <a class="link" href={`/data/${one.datasetId}`}>{one.file.name}</a> : one.file.name}>
      {!one.failure && !one.datasetId && <span class="meter inline" aria-hidden="true"><i class="ours" style={{ width: `${(100 * one.offset) / (one.file.size || 1)}%` }} /></span>}
      <span data-testid="upload-state" role="status">
        {one.failure ?? (one.datasetId ? `${bytes(one.file.size)}, done` : `${percent(one.offset, one.file.size || 1)} of ${bytes(one.file.size)}`)}
      </span>
      {!one.failure && !one.datasetId && rate !== null && <span class="t2">, {bytes(rate)}/s, {duration(rest / rate)} left</span>}{' '}
      {!one.failure && !one.datasetId && <button type="button" class="button small quiet" onClick={() => one.stop.abort()}>Stop</button>}
      {one.failure && <Button class="small" run={() => run(one)}>Go on</Button>}
      {one.failure && <Button class="small quiet" run={() => drop(one)}>Forget it</Button>}
    </KeyValue>
  )
}

const FETCH = {
  properties: {
    url: { type: 'string', title: 'Address', description: 'The server fetches it, and goes on where it is cut.' },
    name: { type: 'string', title: 'Name', description: 'Else the last part of the address.' },
    sha256: { type: 'string', title: 'SHA-256', description: 'What the content has to be.' },
    tags: { type: 'array', items: { type: 'string' }, title: 'Tags', description: 'One a line' },
  },
  required: ['url'],
}

function Fetch({ onClose }: { onClose: () => void }) {
  const send = async (body: Record<string, unknown>) => {
    await api.post('/datasets/fetch', body)
    toast('It is being fetched; it is in the list once all of it is here')
    onClose()
  }
  return (
    <Dialog title="Fetch a data set" onClose={onClose} testid="fetch-dialog">
      <div class="dialog-body"><Form verb="Fetch it" schema={FETCH} onSend={send} testid="fetch-form" /></div>
    </Dialog>
  )
}

/** Uploads with their progress; files may be dropped anywhere on the page. */
export function DataUpload() {
  const [over, setOver] = useState(false)
  const [fetching, setFetching] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const ours = new Set(sent.value.map((one) => one.id))
    unfinished().then((found) => (waiting.value = found.filter((one) => !ours.has(one.id))), () => {})
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(event.type === 'dragover')
      if (event.type === 'drop') void startAll([...event.dataTransfer.files])
    }
    const names = ['dragover', 'dragleave', 'drop'] as const
    for (const name of names) window.addEventListener(name, drag)
    return () => names.forEach((name) => window.removeEventListener(name, drag))
  }, [])
  const choose = (event: Event & { currentTarget: HTMLInputElement }) => {
    void startAll([...(event.currentTarget.files ?? [])])
    event.currentTarget.value = ''
  }
  const leave = async (one: Begun) => {
    await forget(one.id)
    waiting.value = waiting.value.filter((other) => other.id !== one.id)
  }
  return (
    <Panel
      title="Upload"
      class={over ? 'drop-here' : ''}
      testid="upload"
      actions={
        <>
          <button type="button" class="button small quiet" data-testid="fetch-open" onClick={() => setFetching(true)}>Fetch from an address…</button>
          <button type="button" class="button small" onClick={() => input.current?.click()}>Choose files…</button>
        </>
      }
    >
      <input ref={input} type="file" multiple hidden aria-label="Files to upload" data-testid="upload-files" onChange={choose} />
      {sent.value.length === 0 && waiting.value.length === 0 && <div class="empty slim">{over ? 'Let go to upload.' : 'Drop files anywhere on this page.'}</div>}
      {sent.value.map((one) => <Row key={one.key} of={one} />)}
      {waiting.value.map((one) => (
        <KeyValue key={one.id} label={one.name}>
          <span data-testid="upload-waiting">{percent(one.offset, one.bytes || 1)} of {bytes(one.bytes)} is here. Choose the same file again to go on.</span>{' '}
          <Button class="small quiet" run={() => leave(one)}>Forget it</Button>
        </KeyValue>
      ))}
      {fetching && <Fetch onClose={() => setFetching(false)} />}
    </Panel>
  )
}
