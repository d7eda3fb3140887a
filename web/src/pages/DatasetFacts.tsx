import type { Dataset } from '../api/types.ts'
import { absolute, bytes, mediaFormat, moment } from '../lib/format.ts'
import { withQuery } from '../lib/router.ts'
import { tick } from '../lib/time.ts'
import { Copy, KeyValue } from '../ui/KeyValue.tsx'
import { contentHref } from './Results.tsx'

/** What is known about a data set, for its drawer and its page. */
export function DatasetFacts({ dataset }: { dataset: Dataset }) {
  const list = (changes: Record<string, string>) => `/data?${new URLSearchParams(changes)}`
  return (
    <>
      <KeyValue label="File">{dataset.deleted_at === null ? <a class="link" href={contentHref(dataset.id)} download={dataset.name}>{dataset.name}</a> : dataset.name}</KeyValue>
      <KeyValue label="Size">{bytes(dataset.bytes)} <span class="t3">{mediaFormat(dataset.media_type)}</span></KeyValue>
      {dataset.role && <KeyValue label="Role"><a class="link" href={list({ role: dataset.role })}>{dataset.role}</a></KeyValue>}
      <KeyValue label="Created">{moment(dataset.created_at, tick.value)}</KeyValue>
      <KeyValue label="sha256">{dataset.sha256 ? <Copy value={dataset.sha256} what="sha256" /> : 'not verified'}</KeyValue>
      {dataset.blake3 && <KeyValue label="blake3"><Copy value={dataset.blake3} what="blake3" /></KeyValue>}
      {dataset.tags.length > 0 && <KeyValue label="Tags"><span class="chips">{dataset.tags.map((tag) => <a key={tag} class="chip" href={list({ tag })}>{tag}</a>)}</span></KeyValue>}
      {dataset.area && <KeyValue label="Area"><a class="link" href={list({ area: dataset.area.join(',') })}>{dataset.area.join(', ')}</a></KeyValue>}
      {(dataset.valid_from || dataset.valid_until) && <KeyValue label="About">{[dataset.valid_from, dataset.valid_until].map((at) => (at ? moment(at, tick.value) : '…')).join(' to ')}</KeyValue>}
      <KeyValue label="Version"><a class="link" href={list({ series_id: dataset.series_id })} data-testid="dataset-versions">{dataset.version}</a></KeyValue>
      {dataset.pinned && <KeyValue label="Kept">pinned</KeyValue>}
      {dataset.keep_until && !dataset.pinned && <KeyValue label="Kept until"><span title={absolute(dataset.keep_until)}>{moment(dataset.keep_until, tick.value)}</span></KeyValue>}
      {dataset.comment && <KeyValue label="Comment">{dataset.comment}</KeyValue>}
      <KeyValue label="Id"><Copy value={dataset.id} what="id" /></KeyValue>
    </>
  )
}

/** Its makers in one line each; the drawing is on its page. */
export function DatasetOrigin({ dataset }: { dataset: Dataset }) {
  const made: Partial<NonNullable<Dataset['provenance']>> = dataset.provenance ?? {}
  const simulation = made.simulation ?? dataset.simulation_id
  const incident = made.incident ?? dataset.incident_id
  const inputs = made.inputs ?? []
  return (
    <>
      {incident && <KeyValue label="Incident"><a class="link" href={`/incidents/${dataset.incident_id ?? incident}`}>{incident.startsWith('inc_') ? 'Open' : incident}</a></KeyValue>}
      {(made.stage ?? dataset.stage) && <KeyValue label="Stage">{made.stage ?? dataset.stage}</KeyValue>}
      {simulation && <KeyValue label="Simulation"><a class="link" href={`/simulations?show=${dataset.simulation_id ?? simulation}`}>{simulation.startsWith('sim_') ? 'Open' : simulation}</a></KeyValue>}
      {made.machine && <KeyValue label="Machine"><a class="link" href={`/machines#${made.machine}`}>{made.machine}</a></KeyValue>}
      {inputs.length > 0 && (
        <KeyValue label="Made from">
          {inputs.slice(0, 5).map((id) => <div key={id}><a class="link mono" href={withQuery({ show: id })}>{id}</a></div>)}
          {inputs.length > 5 && <a class="link" href={`/data/${dataset.id}`}>and {inputs.length - 5} more</a>}
        </KeyValue>
      )}
      <KeyValue label="Made of it"><a class="link" href={`/data?made_from=${dataset.id}`}>List</a></KeyValue>
    </>
  )
}
