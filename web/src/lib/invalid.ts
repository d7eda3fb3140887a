/** What the server found wrong with a form, in words for the person who filled it in. */
import type { Problem } from '../api/client.ts'

const WORDS: [RegExp, string][] = [
  [/^(?:String|Value|List) should have at least (\d+) (?:character|item)s?\b.*$/, 'At least $1 characters'],
  [/^(?:String|Value|List) should have at most (\d+) (?:character|item)s?\b.*$/, 'At most $1 characters'],
  [/^Field required$/, 'Needed'],
  [/^Value error, (.+)$/s, '$1'],
]

/** A validator's sentence about text that was typed, without the validator's own terms. */
export function plainly(message: string): string {
  const [pattern, words] = WORDS.find(([known]) => known.test(message)) ?? []
  return pattern ? message.replace(pattern, words!) : message
}

/** Each shown field's error, and in `rest` what no field shows; null when every error has its field. */
export function byField(failure: Pick<Problem, 'errors' | 'message'>, shown: string[]): { fields: Record<string, string>; rest: string | null } {
  const named = failure.errors.map((one) => [one.pointer.split('/').filter(Boolean).pop() ?? '', plainly(one.message)] as const)
  const others = named.filter(([name]) => !shown.includes(name)).map(([name, text]) => (name ? `${name}: ${text}` : text))
  return {
    fields: Object.fromEntries(named.filter(([name]) => shown.includes(name))),
    rest: named.length === 0 ? failure.message : others.length > 0 ? others.join('; ') : null,
  }
}
