import type { ComponentChildren } from 'preact'
import { navigate } from '../lib/router.ts'

export interface Column<T> {
  label: ComponentChildren
  /** Readers need a name even where the head is empty. */
  name?: string
  class?: string
  cell: (row: T) => ComponentChildren
}

interface Props<T> {
  caption: string
  columns: Column<T>[]
  rows: T[]
  id: (row: T) => string
  href?: (row: T) => string
  selected?: (row: T) => boolean
  testid?: string
  /** The first and last column alone on a phone. */
  ends?: boolean
  /** Every row a card on a phone: the first and last column on one line, the others below, but for those of class `extra`. */
  cards?: boolean
  more?: (() => void) | null
  busy?: boolean
}

/** Rows of one collection. The row is a link: a click anywhere on it opens what its first link opens. */
export function Table<T>({ caption, columns, rows, id, href, selected, testid, ends = true, cards = false, more, busy }: Props<T>) {
  return (
    <>
      <div class="scroller">
        <table class={cards ? 'as-cards' : ends ? 'keep-ends' : ''}>
          <caption class="away">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={index} scope="col" class={column.class}>
                  {column.label || <span class="away">{column.name}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const target = href?.(row)
              return (
                <tr
                  key={id(row)}
                  class={target ? 'row-link' : ''}
                  data-testid={testid}
                  data-id={id(row)}
                  data-selected={selected?.(row) || undefined}
                  onClick={(event) => {
                    if (!target || (event.target as Element).closest('a, button, input')) return
                    if (window.getSelection()?.toString()) return
                    if (event.ctrlKey || event.metaKey) window.open(target, '_blank', 'noopener')
                    else navigate(target)
                  }}
                >
                  {columns.map((column, index) => (
                    <td key={index} class={column.class}>{column.cell(row)}</td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {more && (
        <div class="table-more">
          <button type="button" class="button small quiet" disabled={busy} onClick={more}>Load more</button>
        </div>
      )}
    </>
  )
}
