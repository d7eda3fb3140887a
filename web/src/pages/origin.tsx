/** Which incident, and which simulation or stage of it, a row belongs to: names that the row's own list leaves out. */
import type { Dataset, Incident, Simulation } from '../api/types.ts'
import { shortId } from '../lib/format.ts'
import { recordOf, useList, useRecord } from '../live/store.ts'

/** One list answers for most rows; what is not on it is read by itself. */
function useNamed<T extends { id: string; name: string }>(list: string | null, path: string, id: string | null): string | null {
  const all = useList<T>(list, [])
  const listed = list === null || all.data.value || all.error.value ? (id && recordOf<T>(id)) || null : undefined
  const own = useRecord<T>(id && listed === null ? `${path}/${id}` : null, id ?? '')
  return id ? (listed?.name ?? own.data.value?.value.name ?? (own.error.value ? shortId(id) : '\u00a0')) : null
}

export function IncidentLink({ id }: { id: string | null }) {
  const name = useNamed<Incident>('/incidents?limit=100', '/incidents', id)
  return id ? <a class="link" href={`/incidents/${id}`} title={name ?? undefined}>{name}</a> : <span class="t3">none</span>
}

/** The simulation that made a data set, else the stage. */
export function Maker({ dataset, bare = false }: { dataset: Dataset; bare?: boolean }) {
  const { simulation_id: id, incident_id: incident } = dataset
  const name = useNamed<Simulation>(id && incident ? `/simulations?incident_id=${incident}&limit=200` : null, '/simulations', id)
  if (!id) return <>{dataset.stage}</>
  return bare ? <>{name}</> : <a class="link" href={`/simulations?show=${id}`}>{name}</a>
}
