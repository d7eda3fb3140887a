import type { Driver, Page, Version } from '../api/types.ts'
import { count } from '../lib/format.ts'
import { useDocument } from '../live/store.ts'
import { KeyValue } from '../ui/KeyValue.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { Loaded } from './rows.tsx'

function Server() {
  const version = useDocument<Version>('/version', [])
  const drivers = useDocument<Page<Driver>>('/drivers', [])
  return (
    <Panel title="Server">
      <Loaded of={version} what="The version" rows={2}>
        {(one) => (
          <>
            <KeyValue label="Version">{one.version}{one.commit && <span class="mono t3"> {one.commit.slice(0, 10)}</span>}</KeyValue>
            {one.schema_revision && <KeyValue label="Schema"><span class="mono">{one.schema_revision}</span></KeyValue>}
          </>
        )}
      </Loaded>
      {drivers.data.value && (
        <KeyValue label={`${count(drivers.data.value.items.length)} drivers`}>
          {drivers.data.value.items.map((driver) => (
            <div key={`${driver.kind} ${driver.name}`}>
              {driver.title || driver.name} <span class="t3">{driver.kind}{!driver.available && ', not available'}</span>
              {driver.error && <div class="sm t2">{driver.error}</div>}
            </div>
          ))}
        </KeyValue>
      )}
    </Panel>
  )
}

export default function Admin() {
  useTitle('Server')
  usePageCall('/version')
  return (
    <>
      <h1 class="away">Server</h1>
      <Server />
    </>
  )
}
