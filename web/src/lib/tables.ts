/** Reading the head of a file of comma-separated values (RFC 4180), for a first look. */

/** The first rows; a last line that is cut off is left out when `cut`. */
export function readCsv(text: string, most: number, cut: boolean): string[][] {
  const mark = [',', ';', '\t'].toSorted((a, b) => count(text, b) - count(text, a))[0]!
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const one = text[at]!
    if (quoted) {
      if (one !== '"') cell += one
      else if (text[at + 1] === '"') cell += text[++at]
      else quoted = false
    } else if (one === '"' && cell === '') quoted = true
    else if (one === mark) {
      row.push(cell)
      cell = ''
    } else if (one === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')])
      row = []
      cell = ''
    } else cell += one
  }
  if (!cut && rows.length < most && (cell || row.length > 0)) rows.push([...row, cell])
  return rows
}

const count = (text: string, mark: string): number => (text.slice(0, text.indexOf('\n') >>> 0 || undefined).split(mark).length)
