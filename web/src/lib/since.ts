/** Times as people write them in the box: `2h` is two hours ago, anything else is a time as ISO 8601 has it. */
const SECONDS: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 }

/** The moment in ISO 8601; null for what is no time. */
export function momentOf(text: string, now: number): string | null {
  const ago = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(text.trim())
  if (ago) return new Date(now - Number(ago[1]) * SECONDS[ago[2]!]! * 1000).toISOString()
  const at = Date.parse(/\d{4}-\d\d-\d\d(T[\d:.]+)?$/.test(text.trim()) ? `${text.trim()}${text.includes('T') ? 'Z' : 'T00:00:00Z'}` : text)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
