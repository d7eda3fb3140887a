/** 48 points or fewer as one thin line on its own scale. The value stands in words beside it. */
export function Spark({ values, label }: { values: (number | null)[]; label: string }) {
  const known = values.filter((one): one is number => one !== null)
  const most = Math.max(1, ...known)
  const step = values.length > 1 ? 96 / (values.length - 1) : 0
  const points = values.flatMap((one, index) => (one === null ? [] : [`${(2 + index * step).toFixed(1)},${(22 - (20 * one) / most).toFixed(1)}`])).join(' ')
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points} />
    </svg>
  )
}

/** At most `most` values, the last of each part, so that a spark stays a spark. */
export function thinned<T>(values: T[], most = 48): T[] {
  if (values.length <= most) return values
  const size = values.length / most
  return Array.from({ length: most }, (_, index) => values[Math.min(values.length - 1, Math.ceil((index + 1) * size) - 1)]!)
}
