import { useEffect, useRef, useState } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import { api, type Problem } from '../api/client.ts'
import type { FolderEntry, Page, Storage } from '../api/types.ts'
import { bytes, mediaFormat, percent } from '../lib/format.ts'
import { crumbs, joined, store } from '../lib/files.ts'
import { location, setQuery, withQuery } from '../lib/router.ts'
import { allowed } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Icon } from '../ui/Glyph.tsx'
import { KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'
import { FileDrawer } from './StorageFile.tsx'

const PAGE = 200
const HOUSE = 'usr_system'

/** The first page is live, what follows is asked for. */
function useEntries(path: string) {
  const first = useDocument<Page<FolderEntry>>(path, [])
  const older = useSignal<Page<FolderEntry> | null>(null)
  const [of, setOf] = useState(path)
  const [busy, setBusy] = useState(false)
  if (of !== path) {
    setOf(path)
    older.value = null
  }
  const head = first.data.value
  const next = older.value ? older.value.next_cursor : head?.next_cursor
  const more = next
    ? async () => {
        setBusy(true)
        try {
          const page = await api.get<Page<FolderEntry>>(path, { query: { cursor: next } })
          older.value = { items: [...(older.value?.items ?? []), ...page.items], next_cursor: page.next_cursor }
        } catch (problem) {
          toast((problem as Problem).message)
        } finally {
          setBusy(false)
        }
      }
    : null
  const refresh = () => {
    older.value = null
    first.refresh()
  }
  return { first, entries: [...(head?.items ?? []), ...(older.value?.items ?? [])], more, busy, refresh }
}

interface Sending {
  key: number
  file: File
  path: string
  sent: number
  failure: Problem | null
  done: boolean
  stop: AbortController
}
let next = 0

function Sent({ of: one, again, forget }: { of: Sending; again: () => void; forget: () => void }) {
  const there = one.failure?.status === 412
  return (
    <KeyValue label={one.path}>
      <span role="status" data-testid="file-sent">{there ? 'There is such a file already.' : one.failure ? one.failure.message : one.done ? `${bytes(one.file.size)}, stored` : `${percent(one.sent, one.file.size || 1)} of ${bytes(one.file.size)}`}</span>{' '}
      {one.failure && <button type="button" class="button small" onClick={again}>{there ? 'Replace it' : 'Try again'}</button>}
      {!one.done && !one.failure && <button type="button" class="button small quiet" onClick={() => one.stop.abort()}>Stop</button>}
      {one.failure && <button type="button" class="button small quiet" onClick={forget}>Leave it</button>}
    </KeyValue>
  )
}

/** A storage as a person looks through it: folders, files, and what is brought there. */
export function StorageFiles({ storage }: { storage: Storage }) {
  const query = location.value.query
  const folder = query.get('path') ?? ''
  const open = query.get('file')
  const can = new Set(storage.capabilities)
  const hidden = storage.owner_id === HOUSE && !allowed('operator')
  const { first, entries, more, busy, refresh } = useEntries(`/storages/${storage.id}/folders?path=${encodeURIComponent(folder)}&limit=${PAGE}`)
  const [sending, setSending] = useState<Sending[]>([])
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const writes = can.has('write') && allowed('runner') && storage.enabled && !hidden
  const change = (key: number, fields: Partial<Sending>) => setSending((all) => all.map((one) => (one.key === key ? { ...one, ...fields } : one)))
  const run = async (one: Sending, replace: boolean) => {
    change(one.key, { failure: null, sent: 0 })
    try {
      await store(storage.id, one.path, one.file, (sent) => change(one.key, { sent }), one.stop.signal, replace)
      change(one.key, { done: true })
      refresh()
    } catch (problem) {
      change(one.key, { failure: problem as Problem, stop: new AbortController() })
    }
  }
  const bring = async (files: Iterable<File>) => {
    const added = [...files].map((file) => ({ key: next++, file, path: joined(folder, file.name), sent: 0, failure: null, done: false, stop: new AbortController() }))
    setSending((all) => [...all.filter((one) => !one.done), ...added])
    for (const one of added) await run(one, false)
  }
  useEffect(() => {
    if (!writes) return
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(event.type === 'dragover')
      if (event.type === 'drop') void bring([...event.dataTransfer.files])
    }
    const names = ['dragover', 'dragleave', 'drop'] as const
    for (const name of names) window.addEventListener(name, drag)
    return () => names.forEach((name) => window.removeEventListener(name, drag))
  }, [writes, folder])
  const shown = entries.find((one) => one.path === open && !one.folder)
  return (
    <Panel
      title="Files"
      class={over ? 'drop-here' : ''}
      testid="storage-files"
      actions={
        <>
          <Button class="small quiet" run={refresh}>Look again</Button>
          {writes && <button type="button" class="button small" data-testid="file-upload" onClick={() => input.current?.click()}>Upload…</button>}
        </>
      }
    >
      <nav class="crumbs" aria-label="Folder">
        <a class="link" href={withQuery({ path: null, file: null })}>{storage.name}</a>
        {crumbs(folder).map(([name, path]) => <span key={path}> / <a class="link" href={withQuery({ path, file: null })}>{name}</a></span>)}
      </nav>
      <input
        ref={input} type="file" multiple hidden aria-label="Files to upload" data-testid="file-input"
        onChange={(event) => {
          void bring([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      {sending.map((one) => <Sent key={one.key} of={one} again={() => void run(one, one.failure?.status === 412)} forget={() => setSending((all) => all.filter((other) => other !== one))} />)}
      {hidden ? <Empty>The files in a storage of the house are no one’s own. <a class="link" href={`/data?storage_id=${storage.id}`}>Its data sets</a> are read by their own address.</Empty> : !can.has('list') && storage.enabled ? (
        <Empty>{storage.capabilities.length > 0 ? 'This kind of storage does not list its files. They are reached by their paths.' : 'Its driver cannot be loaded here.'}</Empty>
      ) : (
        <Loaded of={first} what="The folder" rows={6}>
          {() => entries.length === 0 ? <Empty>{folder ? 'Nothing is in this folder.' : 'Nothing is in this storage yet.'}{writes && ' Drop files anywhere on this page.'}</Empty> : (
            <Table
              caption={`What is in ${folder || storage.name}`}
              rows={entries}
              id={(one) => one.path}
              href={(one) => withQuery(one.folder ? { path: one.path, file: null } : { file: one.path })}
              selected={(one) => one.path === open}
              testid="file-row"
              more={more}
              busy={busy}
              columns={[
                { label: 'Name', class: 'fill', cell: (one) => <a class={one.folder ? 'b folder' : 'link'} href={withQuery(one.folder ? { path: one.path, file: null } : { file: one.path })} title={one.name}>{one.folder && <Icon name="folder" />}{one.name}{one.folder && '/'}</a> },
                { label: 'Format', class: 't2', cell: (one) => (one.media_type ? mediaFormat(one.media_type) : '') },
                { label: 'Changed', class: 'right t2', cell: (one) => (one.modified_at ? <Age at={one.modified_at} /> : '') },
                { label: 'Size', class: 'right', cell: (one) => (one.bytes === null ? '' : bytes(one.bytes)) },
              ]}
            />
          )}
        </Loaded>
      )}
      {shown && <FileDrawer key={shown.path} storage={storage} file={shown} onClose={() => setQuery({ file: null }, { replace: false })} onGone={refresh} />}
    </Panel>
  )
}
