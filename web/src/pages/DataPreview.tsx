import { useEffect, useState } from 'preact/hooks'
import { href } from '../api/client.ts'
import type { Dataset, DatasetPreview } from '../api/types.ts'
import { MAP_BYTES, previewKind } from '../lib/datasets.ts'
import { counted, number } from '../lib/format.ts'
import { lazy } from '../lib/lazy.tsx'
import { readCsv } from '../lib/tables.ts'
import { useDocument } from '../live/store.ts'
import { Empty } from '../ui/Empty.tsx'
import { Rows } from '../ui/Rows.tsx'
import { contentHref } from './Results.tsx'

const MapView = lazy(() => import('../ui/Map.tsx'))
/** What browsers draw themselves, should the server not. */
const IMAGES = ['image/png', 'image/jpeg']
const HEAD_BYTES = 64 * 1024
const ROWS = 20

async function head(dataset: Dataset, bytes: number): Promise<string> {
  const answer = await fetch(contentHref(dataset.id, true), { headers: { range: `bytes=0-${bytes - 1}` }, credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  return answer.text()
}

/** The field or image the server drew, with what it shows in words; several fields and steps can be gone through. */
function Picture({ dataset, large }: { dataset: Dataset; large: boolean }) {
  const [variable, setVariable] = useState('')
  const [step, setStep] = useState(0)
  const [failed, setFailed] = useState(false)
  const wanted = { variable, step: step || undefined, size: large ? 1280 : 640 }
  const path = `/datasets/${dataset.id}/preview`
  const request = useDocument<DatasetPreview>(href(path, wanted).slice(href('').length), [])
  const [last, setLast] = useState<DatasetPreview | null>(null)
  const found = request.data.value ?? last
  useEffect(() => {
    if (request.data.value) setLast(request.data.value)
  }, [request.data.value])
  const why = failed ? 'the picture did not arrive' : (request.error.value?.message ?? (found?.kind === 'none' ? found.why : null))
  if (why && IMAGES.includes(dataset.media_type)) return <img class="preview" src={contentHref(dataset.id, true)} alt={dataset.name} />
  if (why) return <p class="drawer-section sm t2" data-testid="preview-none">No picture: {why}.</p>
  if (!found) return <div class="preview-waits" aria-busy="true"><span class="sm t3">Drawing…</span></div>
  if (found.kind === 'table') return <Table of={found} name={dataset.name} />
  const label = [found.title ?? found.variable, found.unit].filter(Boolean).join(', ')
  return (
    <figure class="picture" data-testid="preview-picture">
      <a href={href(`${path}/picture`, { ...wanted, size: 1280 })} target="_blank" rel="noopener" title="In full size">
        <img class="preview" src={href(`${path}/picture`, wanted)} alt={found.kind === 'field' ? `${label || dataset.name}, ${number(found.low)} to ${number(found.high)}` : dataset.name} onError={() => setFailed(true)} />
      </a>
      {found.kind === 'field' && (
        <figcaption>
          <div class="picture-scale sm"><span>{number(found.low)}</span><span class="t2 cut" title={label}>{label}</span><span>{number(found.high)}</span></div>
          {((found.variables ?? []).length > 1 || (found.steps ?? 1) > 1) && (
            <div class="picture-choice">
              {(found.variables ?? []).length > 1 && (
                <select aria-label="Field" value={found.variable ?? ''} onChange={(event) => (setStep(0), setVariable(event.currentTarget.value))}>
                  {found.variables!.map((one) => <option key={one} value={one}>{one}</option>)}
                </select>
              )}
              {(found.steps ?? 1) > 1 && (
                <label class="picture-step sm t2">
                  <input type="range" min={0} max={found.steps! - 1} value={step} aria-label="Step" aria-valuetext={found.step_label ?? undefined} onChange={(event) => setStep(Number(event.currentTarget.value))} />
                  <span class="cut" title={found.step_label ?? undefined}>{found.step_label ?? `${step + 1} of ${found.steps}`}</span>
                </label>
              )}
            </div>
          )}
        </figcaption>
      )}
    </figure>
  )
}

/** The first rows the server read, their types, and how many there are. */
function Table({ of: found, name }: { of: DatasetPreview; name: string }) {
  const columns = found.columns ?? []
  const rows = (found.rows ?? []).map((row) => row.map((cell) => cell ?? ''))
  return (
    <>
      <Rows of={[columns.map((one) => one.name), ...rows]} name={name} types={columns.map((one) => one.type)} />
      <p class="drawer-section sm t2" data-testid="preview-counts">{counted(found.row_count ?? 0, 'row')}, {counted(found.column_count ?? 0, 'column')}{columns.length < (found.column_count ?? 0) ? `; the first ${columns.length} are shown` : ''}</p>
    </>
  )
}

/** A first look at the bytes: an image, a field, the rows of a table, the lines of a text, the shapes of a map. */
export function DataPreview({ dataset, large = false }: { dataset: Dataset; large?: boolean }) {
  const kind = previewKind(dataset)
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    if (kind === null || kind === 'picture' || dataset.bytes === 0) return
    let shown = true
    head(dataset, kind === 'map' ? MAP_BYTES : HEAD_BYTES).then((found) => shown && setText(found), () => {})
    return () => void (shown = false)
  }, [dataset.id, kind])
  if (dataset.bytes === 0) return <Empty>Nothing is in it: it has 0 bytes.</Empty>
  if (kind === 'picture') return <Picture key={dataset.id} dataset={dataset} large={large} />
  if (kind === null || text === null) return null
  if (kind === 'map') {
    const collection = shapes(text)
    return collection && <div data-testid="preview-map"><MapView collection={collection} area={null} measure="value" /></div>
  }
  if (kind === 'table') return <Rows of={readCsv(text, ROWS + 1, dataset.bytes > HEAD_BYTES)} name={dataset.name} />
  return <pre class="preview-text" tabIndex={0} role="region" aria-label={`The beginning of ${dataset.name}`} data-testid="preview-text">{text.split('\n', 60).join('\n')}</pre>
}

function shapes(text: string): GeoJSON.FeatureCollection | null {
  try {
    const found = JSON.parse(text) as GeoJSON.GeoJSON
    if (found.type === 'FeatureCollection') return found
    const feature: GeoJSON.Feature = found.type === 'Feature' ? found : { type: 'Feature', properties: {}, geometry: found }
    return { type: 'FeatureCollection', features: [feature] }
  } catch {
    return null
  }
}
