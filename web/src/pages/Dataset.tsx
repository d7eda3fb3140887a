import type { Dataset as DatasetRow } from '../api/types.ts'
import { previewKind } from '../lib/datasets.ts'
import { allowed, session } from '../lib/session.ts'
import { useRecord } from '../live/store.ts'
import { Empty, Problem, Skeleton } from '../ui/Empty.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { DataPreview } from './DataPreview.tsx'
import { DatasetActions } from './DatasetActions.tsx'
import { DatasetFacts } from './DatasetFacts.tsx'
import { DatasetLinks } from './DatasetLinks.tsx'
import { DatasetProvenance } from './DatasetProvenance.tsx'
import { DatasetReplicas } from './DatasetReplicas.tsx'
import '../styles/data.css'

function Deleted({ dataset }: { dataset: DatasetRow }) {
  return <Empty>{dataset.erased_at === null ? 'Deleted. It can be restored until its bytes are erased.' : 'Erased: only what is known about it is left.'}</Empty>
}

/** One data set with all there is to it. */
export default function Dataset({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id!
  const request = useRecord<DatasetRow>(`/datasets/${id}`, id)
  const dataset = request.data.value?.value
  useTitle(dataset?.name ?? 'Data set', true)
  usePageCall(`/datasets/${id}`)
  const mine = dataset !== undefined && allowed('runner') && (dataset.owner_id === session.value?.user.id || allowed('operator'))
  return (
    <>
      <h1 class="away">{dataset?.name ?? 'Data set'}</h1>
      {request.error.value && <section class="panel"><Problem of={request.error.value} what="The data set" retry={request.refresh} /></section>}
      {!dataset ? !request.error.value && <Skeleton rows={8} what="the data set" /> : (
        <>
          <div class="halves">
            <Panel title="First look" class="clip" testid="dataset-look">
              {dataset.deleted_at !== null ? <Deleted dataset={dataset} /> : previewKind(dataset) === null ? <Empty>Nothing here draws this format. Its bytes can be downloaded.</Empty> : <DataPreview key={dataset.id} dataset={dataset} large />}
            </Panel>
            <div class="stack">
              <Panel title={dataset.name} class="clip" testid="dataset-about">
                <DatasetActions dataset={dataset} />
                <DatasetFacts dataset={dataset} />
              </Panel>
              <DatasetReplicas dataset={dataset} refresh={request.refresh} />
              {mine && <DatasetLinks dataset={dataset} />}
            </div>
          </div>
          <DatasetProvenance dataset={dataset} />
        </>
      )}
    </>
  )
}
