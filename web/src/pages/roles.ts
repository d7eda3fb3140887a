import { ROLES, session } from '../lib/session.ts'

/** Nobody gives a role above their own. */
export function rolesToGive(): string[] {
  return ROLES.slice(0, ROLES.indexOf(session.value?.role ?? 'viewer') + 1)
}
