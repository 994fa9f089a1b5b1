// For the runs of tap: a file's types are taken out once and not again in each of more than a hundred test processes.
// Node does this by itself with every start, which is a third of what importing the app costs; its own cache
// (NODE_COMPILE_CACHE) is no way out, because functions from it are counted less finely by the coverage.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'

const folder = new URL(`../.tap/stripped/${process.version}/`, import.meta.url)
mkdirSync(folder, { recursive: true })

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (loaded.format !== 'module-typescript') return loaded
    return { ...loaded, format: 'module', source: stripped(String(loaded.source)) }
  },
})

function stripped(source) {
  const file = new URL(createHash('sha256').update(source).digest('base64url'), folder)
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const result = quietly(() => stripTypeScriptTypes(source))
    // Renamed, so that another process never reads half of it.
    const written = new URL(`${file}-${process.pid}`)
    writeFileSync(written, result)
    renameSync(written, file)
    return result
  }
}

/** Node warns that this function is experimental, into the stderr that a test may be looking at. */
function quietly(strip) {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return strip()
  } finally {
    process.emitWarning = emitWarning
  }
}
