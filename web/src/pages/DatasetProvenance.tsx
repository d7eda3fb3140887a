import { href } from '../api/client.ts'
import type { Dataset, ProvenanceGraph } from '../api/types.ts'
import { count, counted } from '../lib/format.ts'
import { lineage } from '../lib/lineage.ts'
import { useDocument } from '../live/store.ts'
import { LineageGraph } from '../ui/LineageGraph.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Loaded } from './rows.tsx'

const DEPTH = 5
/** Beyond this a drawing says less than the lists do. */
const MOST = 160

/** What it was made from and what was made of it, drawn and to take away. */
export function DatasetProvenance({ dataset }: { dataset: Dataset }) {
  const path = `/datasets/${dataset.id}/provenance`
  const request = useDocument<ProvenanceGraph>(`${path}?depth=${DEPTH}`, [dataset.id])
  return (
    <Panel
      title="Where it comes from"
      testid="dataset-provenance"
      actions={
        <>
          <a class="link" href={`/data?made_from=${dataset.id}`}>Made of it</a>
          <a class="link" href={href(`${path}/crate`)} download="ro-crate-metadata.json">RO-Crate</a>
          <a class="link" href={href(`${path}/prov`)} download={`${dataset.id}.prov.json`}>PROV-JSON</a>
        </>
      }
    >
      <Loaded of={request} what="The provenance" rows={4}>
        {(graph) => {
          const drawn = lineage(graph)
          const people = graph.nodes.filter((one) => one.kind === 'person').length
          return (
            <>
              {drawn.nodes.length <= MOST
                ? <LineageGraph of={drawn} name={dataset.name} />
                : <p class="empty">{counted(graph.nodes.length, 'thing')} led to it or were made of it, too many to draw. Both downloads hold them all.</p>}
              <p class="sm t3 graph-foot">{counted(graph.nodes.length - people, 'thing')}{!graph.complete && `, and more beyond ${count(DEPTH)} steps`}</p>
            </>
          )
        }}
      </Loaded>
    </Panel>
  )
}
