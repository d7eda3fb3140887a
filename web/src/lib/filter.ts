/** Words of the box: `state:failed` becomes a parameter, anything else is free text. */
export function parseFilter(text: string, keys: Record<string, readonly string[]>): { pairs: Record<string, string>; rest: string } {
  const pairs: Record<string, string> = {}
  const rest: string[] = []
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const colon = word.indexOf(':')
    const key = colon > 0 ? word.slice(0, colon) : ''
    if (key in keys && colon < word.length - 1) pairs[key] = word.slice(colon + 1)
    else rest.push(word)
  }
  return { pairs, rest: rest.join(' ') }
}
