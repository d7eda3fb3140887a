import { useSignal } from '@preact/signals'
import { api, type Problem } from '../api/client.ts'
import type { Page, Share } from '../api/types.ts'
import { tick } from '../lib/time.ts'
import { moment } from '../lib/format.ts'
import { useDocument } from '../live/store.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Table } from '../ui/Table.tsx'
import { toast } from '../ui/Toast.tsx'
import { Loaded } from './rows.tsx'

const LEVELS = { view: 'see it', act: 'change it' }
const PAGES: Record<string, string> = { inc: 'incidents', dst: 'data' }

function useShares(direction: 'by_me' | 'with_me') {
  const path = `/shares?direction=${direction}`
  const first = useDocument<Page<Share>>(path, ['accounts'])
  const older = useSignal<Page<Share> | null>(null)
  const next = older.value ? older.value.next_cursor : first.data.value?.next_cursor
  const more = next
    ? async () => {
        try {
          const page = await api.get<Page<Share>>('/shares', { query: { direction, cursor: next } })
          older.value = { items: [...(older.value?.items ?? []), ...page.items], next_cursor: page.next_cursor }
        } catch (problem) {
          toast((problem as Problem).message)
        }
      }
    : undefined
  const refresh = () => {
    older.value = null
    first.refresh()
  }
  return { first, older: older.value?.items ?? [], more, refresh }
}

function Thing({ of: share }: { of: Share }) {
  const page = PAGES[share.object_id.split('_')[0]!]
  const name = share.object_name ?? share.object_id
  return page
    ? <a class="link" href={`/${page}/${share.object_id}`}>{name}</a>
    : <span title={share.object_id}>{name}</span>
}

function Older({ more }: { more?: () => Promise<void> }) {
  return more ? <div class="table-more"><Button class="small quiet" run={more} testid="older-shares">Older</Button></div> : null
}

export function SharedByYou() {
  const { first, older, more, refresh } = useShares('by_me')
  const take = async (share: Share) => {
    await api.delete(`/shares/${share.object_id}/${encodeURIComponent(share.subject_id)}`)
    refresh()
    toast(`${share.subject_name} no longer sees ${share.object_name ?? share.object_id}`)
  }
  return (
    <Panel title="What you share">
      <Loaded of={first} what="Your shares" rows={2}>
        {({ items }) => items.length === 0 ? <Empty>Others see nothing of yours; operators see everything.</Empty> : (
          <Table
            caption="What you share"
            rows={[...items, ...older]}
            id={(share) => `${share.object_id} ${share.subject_id}`}
            testid="shared-by-row"
            columns={[
              { label: 'What', class: 'wrap', cell: (share) => <Thing of={share} /> },
              { label: 'With', class: 'b keep', cell: (share) => share.subject_name },
              { label: 'They may', class: 't2', cell: (share) => LEVELS[share.level] },
              { label: 'Since', class: 't2', cell: (share) => moment(share.shared_at, tick.value) },
              { label: '', name: 'Action', class: 'right', cell: (share) => <Button class="small" run={() => take(share)}>Take back</Button> },
            ]}
          />
        )}
      </Loaded>
      <Older more={more} />
    </Panel>
  )
}

export function SharedWithYou() {
  const { first, older, more } = useShares('with_me')
  return (
    <Panel title="What is shared with you">
      <Loaded of={first} what="What is shared with you" rows={2}>
        {({ items }) => items.length === 0 ? <Empty>Nobody shares anything with you yet.</Empty> : (
          <Table
            caption="What is shared with you"
            rows={[...items, ...older]}
            id={(share) => `${share.object_id} ${share.subject_id}`}
            testid="shared-with-row"
            columns={[
              { label: 'What', class: 'wrap', cell: (share) => <Thing of={share} /> },
              { label: 'Whose', class: 'b keep', cell: (share) => share.owner_name },
              { label: 'As', class: 't2', cell: (share) => share.subject_name },
              { label: 'You may', class: 't2', cell: (share) => LEVELS[share.level] },
              { label: 'Since', class: 't2', cell: (share) => moment(share.shared_at, tick.value) },
            ]}
          />
        )}
      </Loaded>
      <Older more={more} />
    </Panel>
  )
}
