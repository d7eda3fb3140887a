import { useId, useState } from 'preact/hooks'
import { parseFilter } from '../lib/filter.ts'
import { location, setQuery } from '../lib/router.ts'

interface Props {
  /** Keys this list can be filtered by, with known values. */
  keys: Record<string, readonly string[]>
  placeholder?: string
}

/** One text box with `key:value` chips, kept in the URL. */
export function Filter({ keys, placeholder }: Props) {
  const [text, setText] = useState('')
  const id = useId()
  const query = location.value.query
  const chips = [...Object.keys(keys), 'q'].flatMap((key) => (query.get(key) ? [[key, query.get(key)!] as const] : []))
  const apply = () => {
    const { pairs, rest } = parseFilter(text, keys)
    setQuery({ ...pairs, ...(rest ? { q: rest } : {}) }, { replace: false })
    setText('')
  }
  const known = Object.entries(keys).flatMap(([key, values]) => (values.length > 0 ? values.map((value) => `${key}:${value}`) : [`${key}:`]))
  return (
    <form
      class="filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      {chips.map(([key, value]) => (
        <span class="chip" key={key}>
          {key === 'q' ? `“${value}”` : `${key}:${value}`}
          <button type="button" aria-label={`Clear ${key}`} onClick={() => setQuery({ [key]: null }, { replace: false })}>×</button>
        </span>
      ))}
      <input
        data-filter
        aria-label="Filter"
        placeholder={chips.length > 0 ? '' : (placeholder ?? `Filter, for example ${known[0] ?? 'words'}`)}
        list={id}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Backspace' && text === '' && chips.length > 0) setQuery({ [chips.at(-1)![0]]: null }, { replace: false })
        }}
      />
      <datalist id={id}>{known.map((value) => <option key={value} value={value} />)}</datalist>
    </form>
  )
}
