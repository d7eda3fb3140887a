/** What the server found wrong with a form, in words for the person who filled it in. */
import type { Problem } from '../api/client.ts'

/** What the server says of a member, as it stands below the member's field: "Has to be text". */
export function plainly(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1)
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
