import { useState } from 'preact/hooks'
import { api } from '../api/client.ts'
import type { Group, Page, Share } from '../api/types.ts'
import { person as personField, personId } from '../lib/people.ts'
import { useDocument } from '../live/store.ts'
import { Loaded } from './rows.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Form } from '../ui/Form.tsx'
import { Table } from '../ui/Table.tsx'

const EVERYONE = 'everyone'
const LEVELS = { view: 'may see it', act: 'may also change it' }

/** With whom one object is shared. What belongs to it is shared with it. */
export function ShareDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const request = useDocument<Page<Share>>(`/shares?object_id=${encodeURIComponent(id)}`, ['accounts'])
  const groups = useDocument<Page<Group>>('/groups', ['accounts'])
  const [person, setPerson] = useState(false)
  const names = new Map((groups.data.value?.items ?? []).map((group) => [group.name, group.id]))
  const path = (subject: string) => `/shares/${id}/${encodeURIComponent(subject)}`
  const take = async (share: Share) => {
    await api.delete(path(share.subject_id))
    request.refresh()
  }
  const give = async (value: Record<string, unknown>) => {
    const subject = value.user_id ? await personId(String(value.user_id)) : value.group === 'everybody who can log in' ? EVERYONE : names.get(String(value.group))!
    await api.put(path(subject), { level: value.level === LEVELS.act ? 'act' : 'view' })
    request.refresh()
  }
  return (
    <Dialog title={`Share “${name}”`} onClose={onClose} testid="share-dialog">
      <div class="dialog-body stack">
        <Loaded of={request} what="Shares" rows={1}>
          {({ items }) => items.length === 0 ? <Empty>Only you and the operators see it.</Empty> : (
            <Table
              caption="Shared with"
              rows={items}
              id={(share) => share.subject_id}
              testid="share-row"
              columns={[
                { label: 'With', class: 'b', cell: (share) => (share.subject_id === EVERYONE ? 'everybody' : share.subject_name) },
                { label: 'Who', class: 't2', cell: (share) => LEVELS[share.level] },
                { label: '', name: 'Action', class: 'right', cell: (share) => <Button class="small" run={() => take(share)}>Take back</Button> },
              ]}
            />
          )}
        </Loaded>
        <Form
          key={String(person)}
          testid="share-form"
          verb="Share"
          schema={{
            properties: {
              ...(person
                ? { user_id: personField() }
                : { group: { enum: ['everybody who can log in', ...names.keys()], title: 'With', default: 'everybody who can log in' } }),
              level: { enum: Object.values(LEVELS), title: 'They', default: LEVELS.view },
            },
            required: [person ? 'user_id' : 'group', 'level'],
          }}
          onSend={give}
        />
        <button type="button" class="button quiet small" onClick={() => setPerson(!person)}>{person ? 'With a group or everybody instead' : 'With one person instead'}</button>
      </div>
    </Dialog>
  )
}
