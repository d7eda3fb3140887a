/** People as people call them: by e-mail address or name where one may look them up, else by id. */
import { api, Problem } from '../api/client.ts'
import type { JsonSchema, Page, User } from '../api/types.ts'
import { allowed } from './session.ts'

type Known = Pick<User, 'id' | 'name' | 'email'>

/** Who is meant, of those whose name or address holds what was typed. Throws a sentence when nobody or several are. */
export function personOf(found: Known[], typed: string): string {
  const wanted = typed.trim().toLowerCase()
  const meant = found.find((one) => one.email.toLowerCase() === wanted)
  const named = meant ? [meant] : found.filter((one) => one.name.toLowerCase() === wanted)
  if (named.length > 1) throw new Error(`${named.length} people are called ${typed.trim()}: give an address, ${named.map((one) => one.email).join(' or ')}`)
  if (!named[0]) throw new Error(`Nobody here has the ${wanted.includes('@') ? 'address' : 'name or address'} ${typed.trim()}`)
  return named[0].id
}

/** The id of a person given by id, e-mail address or name. Only administrators look people up. */
export async function personId(typed: string): Promise<string> {
  const wanted = typed.trim()
  if (/^usr_\w+$/.test(wanted)) return wanted
  try {
    const { items } = await api.get<Page<User>>('/users', { query: { search: wanted.slice(0, 100), limit: 500 } })
    return personOf(items, wanted)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 403) throw error
    throw new Error('Only administrators find people by address or name. Ask for their id: it is on the page of their account.')
  }
}

/** The field in which a person is named. */
export const person = (title = 'Person'): JsonSchema => ({
  type: 'string',
  title,
  description: allowed('admin') ? 'Their email address, name or id.' : 'Their id (usr_…), from the page of their account.',
})
