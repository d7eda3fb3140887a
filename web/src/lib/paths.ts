/** Addresses: which page a path means, and which ones a login may lead to. */

/** Only a path of our own: what a login page may send a person to. */
export function safeNext(next: string | null): string {
  if (!next || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  try {
    const url = new URL(next, 'http://own.invalid')
    const bounce = url.pathname === '/login' || url.pathname === '/setup'
    return url.origin === 'http://own.invalid' && !bounce ? url.pathname + url.search + url.hash : '/'
  } catch {
    return '/'
  }
}

/** Pattern `/incidents/:id` against a path: its parameters, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean)
  const given = path.split('/').filter(Boolean)
  if (wanted.length !== given.length) return null
  const parameters: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!
    if (part.startsWith(':')) {
      try {
        parameters[part.slice(1)] = decodeURIComponent(value)
      } catch {
        return null
      }
    } else if (part !== value) return null
  }
  return parameters
}
