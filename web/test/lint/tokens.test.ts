import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '../../src')
const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))

const tokens = new Map<string, { light: string; dark: string }>()
for (const [, name, light, dark] of readFileSync(join(SRC, 'tokens.css'), 'utf8').matchAll(/--([a-z0-9-]+):\s*light-dark\(\s*(#[0-9a-f]{6,8})\s*,\s*(#[0-9a-f]{6,8})\s*\)/gi)) {
  tokens.set(name!, { light: light!, dark: dark! })
}

test('no file but tokens.css holds a colour', () => {
  const literal = /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?![\w-])|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|:\s*(?:white|black|red|green|blue|orange|yellow|gr[ae]y)\b/i
  const found = files
    .filter((file) => /\.(css|tsx?)$/.test(file) && !file.endsWith('tokens.css'))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').flatMap((line, index) => {
      const code = line.replace(/\/\/.*$|\/\*.*?\*\/|href=\{?`?"?#[\w-]+|url\(#.*?\)/g, '')
      return literal.test(code) ? [`${relative(SRC, file)}:${index + 1} ${line.trim()}`] : []
    }))
  expect(found).toEqual([])
})

test('every token that is used exists, every token that exists is used', () => {
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const used = new Set([...text.matchAll(/var\(--([a-z0-9-]+)\)/g), ...text.matchAll(/colour\('([a-z0-9-]+)'\)/g)].map((found) => found[1]!))
  const local = new Set(['font', 'mono', 'r', 'r2', 'label'])
  expect([...used].filter((name) => !tokens.has(name) && !local.has(name))).toEqual([])
  const ramps = new Set(['i1', 'i2', 'i3', 'i4', 'i5'])
  expect([...tokens.keys()].filter((name) => !used.has(name) && !ramps.has(name))).toEqual([])
})

const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

const TEXT = ['text', 'text-2', 'text-3', 'accent', 'run-text', 'person', 'crit', 'high', 'low', 'stale']
const SHAPES = ['line-strong', 'run', 'wait']
const PAIRS: [string, string, number][] = [
  ...TEXT.flatMap((name): [string, string, number][] => [[name, 'panel', 4.5], [name, 'canvas', 4.5], [name, 'raised', 4.5], [name, 'hover', 4.5]]),
  ...SHAPES.flatMap((name): [string, string, number][] => [[name, 'panel', 3], [name, 'canvas', 3]]),
  ['done', 'panel', 3],
  ['focus', 'panel', 3], ['focus', 'canvas', 3], ['focus', 'raised', 3],
  ['on-accent', 'accent-fill', 4.5], ['on-crit', 'crit-fill', 4.5], ['on-high', 'high-fill', 4.5], ['on-low', 'low-fill', 4.5],
  ['text', 'crit-tint', 7], ['text', 'high-tint', 7], ['text', 'low-tint', 7], ['text', 'select', 7],
  ['text-2', 'crit-tint', 4.5], ['text-2', 'high-tint', 4.5], ['text-2', 'low-tint', 4.5],
  ['text', 'sunken', 4.5], ['text-3', 'sunken', 4.5],
]

test.each(['dark', 'light'] as const)('contrast holds in the %s theme', (theme) => {
  const low = PAIRS.map(([front, back, least]) => ({ pair: `${front} on ${back}`, ratio: +contrast(tokens.get(front)![theme], tokens.get(back)![theme]).toFixed(2), least }))
    .filter(({ ratio, least }) => ratio < least)
  expect(low).toEqual([])
})

// Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
const VISION = {
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
function oklab(hex: string, matrix: number[][]): number[] {
  const rgb = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255))
  const [r, g, b] = matrix.map((row) => Math.max(0, row.reduce((sum, weight, index) => sum + weight * rgb[index]!, 0)))
  const l = Math.cbrt(0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!)
  const m = Math.cbrt(0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!)
  const s = Math.cbrt(0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!)
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s]
}

test.each(['dark', 'light'] as const)('the six hues stay apart for every colour vision in the %s theme', (theme) => {
  const names = ['crit-fill', 'high-fill', 'low-fill', 'run', 'person', 'done']
  for (const [vision, matrix] of Object.entries(VISION)) {
    for (const [index, a] of names.entries()) {
      for (const b of names.slice(index + 1)) {
        const [one, two] = [oklab(tokens.get(a)![theme], matrix), oklab(tokens.get(b)![theme], matrix)]
        const apart = 100 * Math.hypot(...one.map((value, axis) => value - two[axis]!))
        expect(apart, `${a} and ${b}, ${vision}`).toBeGreaterThan(7)
      }
    }
  }
})
