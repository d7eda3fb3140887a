/** Fields of a JSON Schema object, and what a person typed as the schema's types. */
import type { JsonSchema } from '../api/types.ts'
import { sentence } from '../lib/format.ts'

export interface Field {
  name: string
  kind: 'text' | 'secret' | 'number' | 'boolean' | 'choice' | 'json' | 'lines'
  label: string
  help: string | null
  required: boolean
  schema: JsonSchema
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.match(/^#\/\$defs\/(.+)$/)?.[1]
  const target = name ? root.$defs?.[name] : undefined
  const { $ref: _, ...rest } = schema
  const flat = target ? { ...resolve(target, root), ...rest } : schema
  // Optional fields come as anyOf [X, null].
  const variant = flat.anyOf?.find((one) => one.type !== 'null')
  return variant ? { ...resolve(variant, root), ...flat, anyOf: undefined } : flat
}

export function fields(root: JsonSchema): Field[] {
  return Object.entries(root.properties ?? {}).map(([name, raw]) => {
    const schema = resolve(raw, root)
    const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type
    const kind: Field['kind'] = schema.enum
      ? 'choice'
      : type === 'boolean'
        ? 'boolean'
        : type === 'integer' || type === 'number'
          ? 'number'
          : schema.writeOnly || schema.format === 'password'
            ? 'secret'
            : type === 'string'
              ? 'text'
              : type === 'array' && resolve(schema.items ?? {}, root).type === 'string'
                ? 'lines'
                : 'json'
    return {
      name,
      kind,
      label: schema.title ?? sentence(name.replaceAll('_', ' ')),
      help: schema.description ?? null,
      required: root.required?.includes(name) ?? false,
      schema,
    }
  })
}

/** The text of an input as the schema's type; undefined leaves the field out; throws a sentence on nonsense. */
export function parseField(field: Field, text: string): unknown {
  if (field.kind === 'lines') {
    const lines = text.split('\n').map((line) => line.trim()).filter(Boolean)
    return lines.length > 0 || field.required ? lines : undefined
  }
  if (text === '') {
    if (field.required) throw new Error(`${field.label} is needed`)
    return undefined
  }
  if (field.kind === 'number') {
    const value = Number(text)
    if (!Number.isFinite(value)) throw new Error(`${field.label} is a number`)
    const { minimum, maximum } = field.schema
    if (minimum !== undefined && value < minimum) throw new Error(`${field.label} is at least ${minimum}`)
    if (maximum !== undefined && value > maximum) throw new Error(`${field.label} is at most ${maximum}`)
    return value
  }
  if (field.kind === 'json') {
    try {
      return JSON.parse(text)
    } catch {
      throw new Error(`${field.label} is JSON`)
    }
  }
  if (field.kind === 'choice') return field.schema.enum!.find((one) => String(one) === text)
  return text
}
