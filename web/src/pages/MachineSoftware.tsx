import { useEffect, useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import type { Machine, Page } from '../api/types.ts'
import { count } from '../lib/format.ts'
import { allowed } from '../lib/session.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

type Software = components['schemas']['SoftwareView']
type Recipe = components['schemas']['RecipeView']
type Install = components['schemas']['InstallView']
type Log = components['schemas']['InstallLog']
type Found = components['schemas']['SoftwareFound']

const LOG_MILLISECONDS = 1000

const title = (one: { name: string; version?: string | null }) => (one.version ? `${one.name} ${one.version}` : one.name)
const way = (one: Software) => [...one.modules.map((module) => `module ${module}`), one.path, one.image].filter(Boolean).join(', ') || 'PATH'

/** What an installing writes, as it writes it. */
function InstallText({ at, onEnd }: { at: string; onEnd: () => void }) {
  const [text, setText] = useState('')
  useEffect(() => {
    let [start, gone] = [0, false]
    let timer: number | undefined
    const read = async () => {
      try {
        const log = await api.get<Log>(`${at}/log`, { query: { start } })
        if (gone) return
        start = log.next_start
        setText((before) => before + log.text)
        if (log.ended) return onEnd()
      } catch (problem) {
        if (!gone) toast((problem as Error).message)
      }
      if (!gone) timer = window.setTimeout(read, LOG_MILLISECONDS)
    }
    void read()
    return () => {
      gone = true
      window.clearTimeout(timer)
    }
  }, [at])
  return <pre class="tail" tabIndex={0} role="region" aria-label="What it wrote" data-testid="install-log">{text || 'It has written nothing yet.'}</pre>
}

function Installs({ machine, rows, refresh }: { machine: Machine; rows: Install[]; refresh: () => void }) {
  const [shown, setShown] = useState<string | null>(null)
  const cancel = async (one: Install) => {
    await api.post(`/machines/${machine.id}/installs/${one.id}/cancel`)
    toast(`${title(one)} is told to stop`)
    refresh()
  }
  return (
    <>
      <Table
        caption="Recipes that were run"
        testid="install-row"
        rows={rows}
        id={(one) => one.id}
        columns={[
          { label: 'Recipe', cell: title },
          { label: 'State', cell: (one) => <span title={one.waiting_on?.text ?? one.error ?? undefined}>{one.state}</span> },
          { label: 'Asked', class: 't2', cell: (one) => <Age at={one.created_at} /> },
          {
            label: '',
            name: 'Actions',
            cell: (one) => allowed('operator') && (
              <>
                <button type="button" class="button small quiet" data-testid="install-log-open" onClick={() => setShown(shown === one.id ? null : one.id)}>Log</button>
                {!one.finished_at && <Button class="small quiet" run={() => cancel(one)}>Stop</Button>}
              </>
            ),
          },
        ]}
      />
      {shown && <InstallText key={shown} at={`/machines/${machine.id}/installs/${shown}`} onEnd={refresh} />}
    </>
  )
}

/** What is known to be on a machine, what was installed there, and what there are recipes for. */
export function MachineSoftware({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const at = `/machines/${machine.id}`
  const known = useDocument<Page<Software>>(`${at}/software?limit=500`, ['machines'])
  const installs = useDocument<Page<Install>>(`${at}/installs?limit=20`, ['machines'])
  const recipes = useDocument<Page<Recipe>>('/recipes?limit=500', [])
  const refresh = () => {
    known.refresh()
    installs.refresh()
  }
  const check = async (one: Software) => {
    const looked = await api.post<Software>(`${at}/software/${one.id}/check`)
    toast(`${title(looked)}: ${looked.state}`)
    refresh()
  }
  const look = async () => {
    const found = await api.post<Found>(`${at}/software/probe`, {})
    toast(found.has_modules ? `${count(found.modules_count)} modules, ${count(found.new_count)} new` : `${machine.name} has no module command`)
    refresh()
  }
  const install = async (recipe: Recipe) => {
    await api.post<Install>(`${at}/installs`, { name: recipe.name, version: recipe.version })
    toast(`${machine.name} is getting ${title(recipe)}`)
    refresh()
  }
  return (
    <Dialog title={`Software on ${machine.name}`} onClose={onClose} testid="software-dialog">
      <div class="dialog-body">
        <Loaded of={known} what="Software" rows={3}>
          {({ items }) => items.length === 0 ? <Empty>Nothing is known to be there. Look for modules, or declare what there is with “stormbell software declare”.</Empty> : (
            <Table
              caption="Software"
              testid="software-row"
              rows={items}
              id={(one) => one.id}
              columns={[
                { label: 'Name', cell: title },
                { label: 'State', cell: (one) => <span title={one.text ?? undefined}>{one.state}</span> },
                { label: 'Reached by', class: 't2', cell: way },
                { label: 'Checked', class: 't2', cell: (one) => one.checked_at ? <Age at={one.checked_at} /> : 'never' },
                { label: '', name: 'Actions', cell: (one) => allowed('operator') && one.state !== 'installing' && <Button class="small quiet" testid="check-software" run={() => check(one)}>Check</Button> },
              ]}
            />
          )}
        </Loaded>
        {installs.data.value && installs.data.value.items.length > 0 && <Installs machine={machine} rows={installs.data.value.items} refresh={refresh} />}
        {allowed('operator') && recipes.data.value && recipes.data.value.items.length > 0 && (
          <div class="card-actions">
            {recipes.data.value.items.map((one) => <Button key={one.id} class="small" testid="install-recipe" run={() => install(one)}>{`Install ${title(one)}`}</Button>)}
          </div>
        )}
      </div>
      <DialogActions>
        {allowed('operator') && <Button testid="probe-software" run={look}>Look for modules</Button>}
        <button type="button" class="button" onClick={onClose}>Close</button>
      </DialogActions>
    </Dialog>
  )
}
