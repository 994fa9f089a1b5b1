// The documentation as the tests see it: its files, their code blocks by marker, and their headings as they are served.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readFrontMatter } from '../../src/site/content/read-front-matter.ts'
import { type Heading, renderMarkdown } from '../../src/site/content/render-markdown.ts'

/** The repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

/** README.md and every Markdown file under docs/. */
export function documents(): string[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  return ['README.md', ...inDocs.filter(name => name.endsWith('.md')).map(name => join('docs', name))]
}

export interface Block {
  readonly language: string
  readonly code: string
  /** What stands in the comment above it: `<!-- runs: shell -->` gives kind `runs`, about `shell`. */
  readonly kind: string
  readonly about: string
}

/** The code blocks of a document that have a marker, in their order. */
export function markedBlocks(file: string): Block[] {
  const marked = /<!-- (runs|shape|snippet): (.+?) -->\n```(\w+)\n([\s\S]*?)\n```\n/g
  return [...read(file).matchAll(marked)].map(([, kind, about, language, code]) => ({
    kind: kind!,
    about: about!,
    language: language!,
    code: code!,
  }))
}

/** The one block with this marker. */
export function markedBlock(file: string, about: string): string {
  const found = markedBlocks(file).filter(block => block.about === about)
  if (found.length !== 1) throw new Error(`${file} has ${found.length} blocks marked ${about}`)
  return found[0]!.code
}

export function headings(file: string): readonly Heading[] {
  return renderMarkdown(readFrontMatter(read(file)).body, '/').headings
}

/** The text of each section of one level, by its heading. */
export function sections(file: string, level: number): Map<string, string> {
  const mark = '#'.repeat(level)
  const parts = read(file)
    .split(new RegExp(`^${mark} `, 'm'))
    .slice(1)
  return new Map(
    parts.map(part => {
      const end = part.indexOf('\n')
      return [part.slice(0, end).trim(), part.slice(end).split(new RegExp(`^#{1,${level}} `, 'm'))[0]!]
    }),
  )
}

/** The environment for a program that a document shows: nothing of the test runner's own, and nothing of the project's. */
export function plainEnvironment(more: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env
  return { PATH, HOME, LANG, npm_config_update_notifier: 'false', ...more }
}

/** Whether a program answers on this machine. */
export function answers(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', env: plainEnvironment({}) })
    return true
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await new Promise(closed => server.close(closed))
  return port
}

/** Waits until something answers at a URL, ten seconds at most unless it is to be compiled first. */
export async function answering(url: string, seconds = 10): Promise<void> {
  const patience = performance.now() + seconds * 1000
  for (;;) {
    try {
      await fetch(url, { redirect: 'manual' })
      return
    } catch (error) {
      if (performance.now() > patience) throw error
      await new Promise(soon => setTimeout(soon, 50))
    }
  }
}
