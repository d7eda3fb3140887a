interface Props {
  /** The first row holds the names. */
  of: string[][]
  name: string
  /** Of the columns, where the file says them. */
  types?: string[]
}

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text))

/** The head of a table somebody else wrote: its names, its first rows, numbers to the right. */
export function Rows({ of: [names = [], ...rows], name, types = [] }: Props) {
  const numbers = names.map((_, at) => rows.length > 0 && rows.every((row) => (row[at] ?? '') === '' || isNumber(row[at]!)))
  return (
    <div class="preview-table" tabIndex={0} role="region" aria-label={`The first rows of ${name}`} data-testid="preview-table">
      <table>
        <thead><tr>{names.map((one, at) => <th key={at} scope="col" class={numbers[at] ? 'right' : ''}>{one}{types[at] && <span class="preview-type xs t3">{types[at]}</span>}</th>)}</tr></thead>
        <tbody>{rows.map((row, line) => <tr key={line}>{names.map((_, at) => <td key={at} class={numbers[at] ? 'right' : ''}>{row[at]}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}
