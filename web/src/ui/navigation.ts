/** The sidebar. An entry exists when its page does; the rest of the product's pages join here. */
import type { IconName } from './glyphs.ts'

export interface Place {
  group: 'Now' | 'Work' | 'Places' | 'System'
  label: string
  path: string
  icon: IconName
  /** After `g`. */
  key?: string
  /** In the five-item bar of a phone. */
  phone?: boolean
  /** Hidden from roles below. */
  role?: string
}

export const navigation: Place[] = [
  { group: 'Now', label: 'Overview', path: '/', icon: 'overview', key: 'o', phone: true },
  { group: 'Now', label: 'Incidents', path: '/incidents', icon: 'incidents', key: 'i', phone: true },
  { group: 'Work', label: 'Sources', path: '/sources', icon: 'sources', key: 'r' },
  { group: 'Work', label: 'Simulations', path: '/simulations', icon: 'simulations', key: 's' },
  { group: 'Work', label: 'Data', path: '/data', icon: 'data', key: 'd', phone: true },
  { group: 'Work', label: 'Transfers', path: '/transfers', icon: 'transfers', key: 'f' },
  { group: 'Work', label: 'Workflows', path: '/workflows', icon: 'workflows', key: 'w' },
  { group: 'Places', label: 'Machines', path: '/machines', icon: 'machines', key: 'm', phone: true },
  { group: 'Places', label: 'Storages', path: '/storages', icon: 'storages', key: 'z' },
  { group: 'Places', label: 'Credentials', path: '/credentials', icon: 'credentials', key: 'k' },
  { group: 'Places', label: 'Webhooks', path: '/webhooks', icon: 'webhooks', key: 't' },
  { group: 'System', label: 'Alarms', path: '/alarms', icon: 'alarms', key: 'h' },
  { group: 'System', label: 'Nodes and queues', path: '/nodes', icon: 'nodes', key: 'n' },
  { group: 'System', label: 'Jobs', path: '/jobs', icon: 'jobs', key: 'j' },
  { group: 'System', label: 'Batches', path: '/batches', icon: 'jobs', key: 'b' },
  { group: 'System', label: 'Schedules', path: '/schedules', icon: 'schedules', key: 'c' },
  { group: 'System', label: 'Health', path: '/health', icon: 'health', key: 'e' },
  { group: 'System', label: 'Logs', path: '/logs', icon: 'logs', key: 'l' },
  { group: 'System', label: 'Audit', path: '/audit', icon: 'audit', key: 'u', role: 'admin' },
  { group: 'System', label: 'People', path: '/people', icon: 'people', key: 'p', role: 'admin' },
  { group: 'System', label: 'Your account', path: '/account', icon: 'account', key: 'y' },
  { group: 'System', label: 'Server', path: '/admin', icon: 'admin', key: 'a' },
]

export function current(path: string): Place | undefined {
  return navigation
    .filter((place) => (place.path === '/' ? path === '/' : path === place.path || path.startsWith(`${place.path}/`)))
    .at(-1)
}
