import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const WEB = join(import.meta.dirname, '../..')
const files = ['src', 'test', 'public'].flatMap((folder) =>
  readdirSync(join(WEB, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
)
const sources = files.filter((file) => /\.(tsx?|css)$/.test(file) && !file.endsWith('schema.d.ts'))

test('no file is longer than 500 lines', () => {
  const long = sources.map((file) => [relative(WEB, file), readFileSync(file, 'utf8').split('\n').length] as const).filter(([file, lines]) => lines > (file.endsWith('.css') ? 900 : 500))
  expect(long).toEqual([])
})

test('nothing is put into the page as markup, and nothing is fetched from elsewhere', () => {
  const bad = sources.filter((file) => file.includes('/src/')).flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return [/dangerouslySetInnerHTML/, /\.innerHTML/, /\beval\(/, /new Function\(/, /https?:\/\/(?!own\.invalid)[a-z]/i].filter((pattern) => pattern.test(text)).map((pattern) => `${relative(WEB, file)} ${pattern}`)
  })
  expect(bad).toEqual([])
})

test('the page itself holds no script, style or handler inline', () => {
  const page = readFileSync(join(WEB, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/)
  expect(page.match(/<script[^>]*>[^<]+<\/script>/g)).toBeNull()
})

test('the lock file names no host', () => {
  expect(readFileSync(join(WEB, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/)
})

test('every module that draws a page is short enough to read at once', () => {
  const long = files.filter((file) => /src\/pages\/.*\.tsx$/.test(file)).map((file) => [relative(WEB, file), readFileSync(file, 'utf8').split('\n').length] as const).filter(([, lines]) => lines > 300)
  expect(long).toEqual([])
})
