/** Drawings of the state glyphs, 14 x 14, stroked with the current colour unless they say otherwise. */

export interface Drawing {
  size: number
  paths: { d: string; fill?: boolean; width?: number; dash?: string }[]
}

const ring = (radius: number) => `M7 ${7 - radius}a${radius} ${radius} 0 1 0 .001 0`

export const GLYPHS = {
  queued: { size: 14, paths: [{ d: ring(4.6) }] },
  initializing: { size: 14, paths: [{ d: ring(4.6), dash: '2 2' }] },
  running: { size: 14, paths: [{ d: 'M4.2 2.8v8.4L11 7z', fill: true }] },
  completing: { size: 14, paths: [{ d: 'M7 2.4a4.6 4.6 0 1 0 4.6 4.6' }, { d: ring(1.3), fill: true }] },
  ok: { size: 14, paths: [{ d: 'M2.8 7.4 5.8 10.2 11.2 4' }] },
  paused: { size: 14, paths: [{ d: 'M5 3.2v7.6M9 3.2v7.6', width: 2.2 }] },
  person: { size: 14, paths: [{ d: 'M7 2.2a2.2 2.2 0 1 0 .001 0' }, { d: 'M2.8 12c.4-2.6 2-3.8 4.2-3.8s3.8 1.2 4.2 3.8' }] },
  cordon: { size: 14, paths: [{ d: ring(4.8) }, { d: 'M4.6 7h4.8' }] },
  cancelled: { size: 14, paths: [{ d: ring(4.6) }, { d: 'M3.8 10.2l6.4-6.4' }] },
  timed_out: { size: 14, paths: [{ d: ring(4.8) }, { d: 'M7 4.2V7l2 1.4' }] },
  failed: { size: 14, paths: [{ d: 'M3.6 3.6l6.8 6.8M10.4 3.6l-6.8 6.8', width: 2 }] },
  lost: {
    size: 14,
    paths: [
      { d: ring(5.2), dash: '2 2.1', width: 1.3 },
      { d: 'M5.6 5.7a1.45 1.45 0 1 1 2 1.5c-.5.2-.6.5-.6.9M7 9.8v.01', width: 1.4 },
    ],
  },
  archived: { size: 14, paths: [{ d: 'M2.2 3h9.6v2.4H2.2zM3.2 5.4v5.8h7.6V5.4M5.8 7.8h2.4' }] },
  critical: { size: 10, paths: [{ d: 'M1 1h8v8H1z', fill: true }] },
  high: { size: 10, paths: [{ d: 'M5 .8 9.6 9H.4z', fill: true }] },
  low: { size: 10, paths: [{ d: 'M5 .5 9.5 5 5 9.5.5 5z', fill: true }] },
  delivery: { size: 14, paths: [{ d: 'M7 2.2 11.8 7 7 11.8 2.2 7z', fill: true }] },
  dataset: { size: 14, paths: [{ d: 'M3.6 3.6h6.8v6.8H3.6z', fill: true }] },
  note: { size: 14, paths: [{ d: 'M7 6.4v3.8M7 3.9v.01' }] },
} as const satisfies Record<string, Drawing>

export type GlyphName = keyof typeof GLYPHS

/** Pictures of places in the product, 16 x 16: navigation and header only. */
export const ICONS = {
  overview: 'M2 8.5 8 3l6 5.5M4 7.5V13h8V7.5',
  incidents: 'M8 2.2 14 13H2zM8 6.5v3M8 11v.01',
  sources: 'M3 12.5a1 1 0 1 0 .01 0M2.5 8a5 5 0 0 1 5 5M2.5 3.5A9.5 9.5 0 0 1 12 13',
  simulations: 'M2 4h8M4 8h9M2 12h6',
  data: 'M3 4c0-2.4 10-2.4 10 0v8c0 2.4-10 2.4-10 0zM3 4c0 2.4 10 2.4 10 0M3 8c0 2.4 10 2.4 10 0',
  transfers: 'M2.5 5.5h10M9.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-10M6.2 7.8l-2.7 2.7 2.7 2.7',
  workflows: 'M3.5 3.5h3v3h-3zM9.5 9.5h3v3h-3zM5 6.5v4.5h4.5',
  machines: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5v.01M5 11v.01',
  folder: 'M2 4h4l1.5 1.5H14v7H2z',
  storages: 'M2.5 4.5 4 2.5h8l1.5 2v9h-11zM2.5 4.5h11M6.5 7.5h3',
  credentials: 'M5 5.8a2.8 2.8 0 1 0 .01 0M7.2 8.6H14v2.6M11.4 8.6v2',
  webhooks: 'M2.5 8h6M6 5.2 8.8 8 6 10.8M11 3.5h2.5v9H11',
  nodes: 'M8 2.2a1.8 1.8 0 1 0 .01 0M3.5 10.2a1.8 1.8 0 1 0 .01 0M12.5 10.2a1.8 1.8 0 1 0 .01 0M7 5.6l-2.6 4.8M9 5.6l2.6 4.8M5.4 12h5.2',
  schedules: 'M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3.2l2.2 1.4',
  jobs: 'M2 3.5h12M2 8h12M2 12.5h7',
  logs: 'M3 3h10M3 6.3h7M3 9.6h10M3 13h5',
  admin: 'M8 5.8a2.2 2.2 0 1 0 .01 0M8 2v1.5M8 12.5V14M2 8h1.5M12.5 8H14M3.8 3.8l1 1M11.2 11.2l1 1M3.8 12.2l1-1M11.2 4.8l1-1',
  people: 'M5.5 3.5a2 2 0 1 0 .01 0M11 4.5a1.6 1.6 0 1 0 .01 0M1.8 13c.3-2.8 1.7-4 3.7-4s3.4 1.2 3.7 4M10.4 8.9c2.2 0 3.6 1 3.9 3.6',
  account: 'M8 2.8a2.4 2.4 0 1 0 .01 0M3 13.5c.5-3 2.4-4.3 5-4.3s4.5 1.3 5 4.3',
  health: 'M2 8.5h3l1.6-4.5 2.6 8 1.6-3.5H14',
  audit: 'M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.8 8l1.6 1.6L10.4 6.4',
  alarms: 'M4 11.5V7a4 4 0 0 1 8 0v4.5M2.5 11.5h11M7 13.8h2',
  more: 'M3 8v.01M8 8v.01M13 8v.01',
  search: 'M7 2.5a4.5 4.5 0 1 0 .01 0M10.5 10.5l3 3',
  theme: 'M8 2.5a5.5 5.5 0 1 0 .01 0',
  close: 'M4 4l8 8M12 4l-8 8',
  bolt: 'M10.2 1.5 3.6 10h4.2l-1 6.5L14.4 7.4H9.6z',
} as const
export type IconName = keyof typeof ICONS
