import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isHtml, isMarkdown, type RealFile, realFile } from './locate-file.ts'

const deepest = 16
const mostFiles = 50_000

/** Every Markdown and HTML file of a folder, in a bounded walk that lets requests through in between. */
export async function walkFolder(root: string): Promise<RealFile[]> {
  const files = new Map<string, RealFile>()
  const folders: string[][] = [[]]
  for (const folder of folders) {
    await nextTurn()
    for (const entry of entries(join(root, ...folder))) {
      if (entry.name.startsWith('.')) continue
      const segments = [...folder, entry.name]
      // A link to a folder is not followed, or a loop of links would never end; what it holds is listed where it lies.
      if (entry.isDirectory() && segments.length < deepest) folders.push(segments)
      if (entry.isDirectory() || !(isMarkdown(entry.name) || isHtml(entry.name))) continue
      const file = realFile(root, segments)
      if (file) files.set(file.file, file)
    }
    if (files.size > mostFiles) break
  }
  return [...files.values()]
}

function entries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}
