/** Sizes as people write them: `500 GB`, `1.5TiB`, `20000`. */
const POWERS = 'kmgtpe'

/** The number of bytes; null for what is no size. */
export function bytesOf(text: string): number | null {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*(?:([kmgtpe])(i)?)?b?\s*$/i.exec(text)
  if (!found) return null
  const [, number, unit, binary] = found
  const value = Number(number!.replace(',', '.')) * (binary ? 1024 : 1000) ** (unit ? POWERS.indexOf(unit.toLowerCase()) + 1 : 0)
  return Number.isSafeInteger(Math.round(value)) ? Math.round(value) : null
}

/** What `bytesOf` reads back as the same number, as short as that allows. */
export function sizeText(value: number | null): string {
  if (value === null) return ''
  for (const [base, mark] of [[1000, ''], [1024, 'i']] as const) {
    for (let power = POWERS.length; power > 0; power -= 1) {
      const size = base ** power
      if (value >= size && (value * 100) % size === 0) return `${value / size} ${POWERS[power - 1]!.toUpperCase()}${mark}B`
    }
  }
  return String(value)
}
