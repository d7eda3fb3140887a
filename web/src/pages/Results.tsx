import { lazy } from '../lib/lazy.tsx'
import type { Incident, Timeline, TimelineDataset } from '../api/types.ts'
import { href } from '../api/client.ts'
import { bytes, count, counted, mediaFormat, moment } from '../lib/format.ts'
import { tick } from '../lib/time.ts'
import { useContent } from '../lib/content.ts'
import { Copy } from '../ui/KeyValue.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'

const MapView = lazy(() => import('../ui/Map.tsx'))

const newestFirst = (a: TimelineDataset, b: TimelineDataset) => b.at.localeCompare(a.at)

/** What the incident has to show: everything but the members' own output; the newest of a name wins. */
export function resultsOf(timeline: Timeline | undefined): TimelineDataset[] {
  const seen = new Set<string>()
  return (timeline?.datasets ?? [])
    .filter((one) => one.role !== 'member' && (one.role !== null || one.simulation_id === null))
    .toSorted(newestFirst)
    .filter((one) => !seen.has(one.name) && seen.add(one.name))
}

const ENDED = ['complete', 'cancelled', 'error', 'archived']

/** No more result can come. */
export const ended = (incident: Pick<Incident, 'state'>): boolean => ENDED.includes(incident.state)

export const contentHref = (id: string, inline = false): string => href(`/datasets/${id}/content`, inline ? { inline: true } : {})

export function ResultMap({ incident, timeline }: { incident: Incident; timeline: Timeline | undefined }) {
  const newest = timeline?.datasets.filter((one) => one.role === 'contours').toSorted(newestFirst)[0]
  const collection = useContent<GeoJSON.FeatureCollection>(newest?.id ?? null)
  if (!newest && !incident.area) return null
  return (
    <Panel
      title={incident.headline?.label ?? 'Place'}
      class="clip"
      testid="map-panel"
      actions={newest && <a class="link" href={contentHref(newest.id)} download={newest.name} title={`${newest.name}, ${bytes(newest.bytes)}`}>{mediaFormat(newest.media_type)}</a>}
    >
      <MapView
        collection={collection}
        area={incident.area}
        measure="intensity"
        footnote={incident.simulation_count > 0 ? `${count(incident.simulations_done)} of ${counted(incident.simulation_count, 'member')} · Natural Earth` : 'Natural Earth'}
      />
    </Panel>
  )
}

export function Results({ incident, timeline }: { incident: Incident; timeline: Timeline | undefined }) {
  const results = resultsOf(timeline)
  const picture = results.find((one) => one.media_type === 'image/png')
  const members = incident.dataset_count - results.length
  return (
    <Panel title="Results" testid="results" class="clip" actions={<a class="link" href={`/data?incident_id=${incident.id}`}>Provenance</a>}>
      {picture && (
        <a href={contentHref(picture.id, true)} target="_blank" rel="noopener" title={`${picture.name} in full size`}>
          <img class="preview" src={contentHref(picture.id, true)} alt={`${picture.name}, ${incident.name}, made ${moment(picture.at, tick.value)} UTC`} loading="lazy" />
        </a>
      )}
      {results.map((one) => (
        <div class="result" key={one.id}>
          <a class="link cut" data-testid="result-link" href={contentHref(one.id)} download={one.name} title={one.name}>{one.name}</a>
          <span class="t2 nowrap">{bytes(one.bytes)} <span class="t3">{mediaFormat(one.media_type)}</span></span>
          <span class="sm t3">{one.sha256 ? <>sha256 <Copy value={one.sha256} what="sha256" short /></> : 'not verified'}</span>
          <span class="sm t3 nowrap right">{moment(one.at, tick.value)}</span>
        </div>
      ))}
      {timeline && results.length === 0 && incident.dataset_count > 0 && (
        <Empty>
          <span class="inline">{ended(incident) ? 'No published result' : 'No published result yet'}; <a class="link" href={`/data?incident_id=${incident.id}`}>{counted(incident.dataset_count, 'data set')}</a></span>
        </Empty>
      )}
      {timeline && results.length === 0 && incident.dataset_count === 0 && (
        <Empty>{ended(incident) ? 'It ended without a result.' : 'No result yet. It appears here when a stage publishes one.'}</Empty>
      )}
      {members > 0 && results.length > 0 && (
        <div class="result"><a class="link" href={`/data?incident_id=${incident.id}&role=member`}>{counted(members, 'other data set')}</a></div>
      )}
    </Panel>
  )
}
