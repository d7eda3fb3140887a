/** A form drawn from a JSON Schema: what drivers and workflows need, nothing more. */
import { useId, useState } from 'preact/hooks'
import type { Problem } from '../api/client.ts'
import type { JsonSchema } from '../api/types.ts'
import { plainly } from '../lib/invalid.ts'
import { fields, parseField, type Field } from './fields.ts'
import { Glyph } from './Glyph.tsx'

const show = (value: unknown, kind: Field['kind']): string =>
  value === undefined || value === null
    ? ''
    : kind === 'lines' && Array.isArray(value)
      ? value.join('\n')
      : typeof value === 'object'
        ? JSON.stringify(value, null, 2)
        : String(value)

interface Props {
  schema: JsonSchema
  /** The verb on the button. */
  verb: string
  initial?: Record<string, unknown>
  onSend: (value: Record<string, unknown>) => Promise<unknown>
  /** Something was typed since it was sent. */
  onEdit?: () => void
  /** The one thing to do on this form; another button beside it may be. */
  primary?: boolean
  /** Kept under this name through a reload; secrets are not. */
  keep?: string
  testid?: string
}

export function Form({ schema, verb, initial, onSend, onEdit, primary = true, keep, testid }: Props) {
  const all = fields(schema)
  const [texts, setTexts] = useState<Record<string, string>>(() => ({
    ...Object.fromEntries(all.map((field) => [field.name, show(initial?.[field.name] ?? field.schema.default, field.kind)])),
    ...restore(keep),
  }))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const base = useId()
  // A schema may change under the form: what is new in it begins as it would have.
  const textOf = (field: Field) => texts[field.name] ?? show(initial?.[field.name] ?? field.schema.default, field.kind)
  const set = (field: Field, text: string) => {
    const next = { ...texts, [field.name]: text }
    setTexts(next)
    onEdit?.()
    if (keep) {
      const open = Object.fromEntries(all.filter((one) => one.kind !== 'secret').map((one) => [one.name, next[one.name] ?? '']))
      sessionStorage.setItem(`stormbell.form.${keep}`, JSON.stringify(open))
    }
  }
  const send = async (event: SubmitEvent) => {
    event.preventDefault()
    const value: Record<string, unknown> = {}
    const wrong: Record<string, string> = {}
    for (const field of all) {
      try {
        const parsed = field.kind === 'boolean' ? textOf(field) === 'true' : parseField(field, textOf(field))
        if (parsed !== undefined) value[field.name] = parsed
      } catch (error) {
        wrong[field.name] = (error as Error).message
      }
    }
    setErrors(wrong)
    setProblem(null)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    try {
      await onSend(value)
      if (keep) sessionStorage.removeItem(`stormbell.form.${keep}`)
    } catch (error) {
      const failure = error as Problem
      setProblem(failure.message)
      setErrors(
        Object.fromEntries((failure.errors ?? []).map((one) => [one.pointer.split('/').filter(Boolean).pop() ?? '', plainly(one.message)])),
      )
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="form" onSubmit={send} noValidate data-testid={testid}>
      {problem && (
        <div class="form-problem" role="alert">
          <Glyph name="failed" />
          <span>{problem}</span>
        </div>
      )}
      {all.map((field) => {
        const id = `${base}-${field.name}`
        const about = [field.help && `${id}-help`, errors[field.name] && `${id}-error`].filter(Boolean).join(' ') || undefined
        const common = { id, name: field.name, 'aria-describedby': about, 'aria-invalid': errors[field.name] ? true : undefined }
        const text = textOf(field)
        return (
          <div class="field" key={field.name}>
            {field.kind === 'boolean' ? (
              <label class="check">
                <input {...common} type="checkbox" checked={text === 'true'} onChange={(event) => set(field, String(event.currentTarget.checked))} />
                {field.label}
              </label>
            ) : (
              <label for={id}>{field.label}{!field.required && <span class="t3"> (optional)</span>}</label>
            )}
            {field.kind === 'choice' && (
              <select {...common} value={text} onChange={(event) => set(field, event.currentTarget.value)}>
                {!field.required && <option value="" />}
                {field.schema.enum!.map((one) => <option key={String(one)} value={String(one)}>{String(one)}</option>)}
              </select>
            )}
            {(field.kind === 'json' || field.kind === 'lines') && (
              <textarea {...common} rows={3} class={field.kind === 'json' ? 'mono' : ''} value={text} onInput={(event) => set(field, event.currentTarget.value)} />
            )}
            {(field.kind === 'text' || field.kind === 'number' || field.kind === 'secret') && (
              <input
                {...common}
                type={(field.kind === 'secret' ? 'password' : field.schema.format === 'email' ? 'email' : 'text') as 'text'}
                inputMode={field.kind === 'number' ? 'decimal' : undefined}
                autocomplete={field.kind === 'secret' ? 'new-password' : 'off'}
                value={text}
                onInput={(event) => set(field, event.currentTarget.value)}
              />
            )}
            {field.help && <span class="field-help" id={`${id}-help`}>{field.help}</span>}
            {errors[field.name] && (
              <span class="field-error" id={`${id}-error`}><Glyph name="failed" />{errors[field.name]}</span>
            )}
          </div>
        )
      })}
      <button type="submit" class={`button ${primary ? 'primary' : ''}`} disabled={busy} aria-busy={busy}>{verb}</button>
    </form>
  )
}

function restore(keep: string | undefined): Record<string, string> {
  try {
    return keep ? JSON.parse(sessionStorage.getItem(`stormbell.form.${keep}`) ?? '{}') : {}
  } catch {
    return {}
  }
}
