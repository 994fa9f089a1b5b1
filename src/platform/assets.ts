import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'

/** A file that pages refer to. Its path carries a hash of its content, so it may be cached for ever. */
export interface Asset {
  /** `/gate/assets/site.3f9ac210.css` */
  readonly path: string
  readonly body: Buffer
  readonly contentType: string
  /** Quoted, as in the header. */
  readonly etag: string
}

export interface AssetSet {
  readonly assets: readonly Asset[]
  /** The path of a file by its plain name; throws for a name that was not read. */
  assetPath(name: string): string
}

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript; charset=utf-8',
}

/** Reads files of a folder once. `prefix` is the URL path with a slash at both ends. */
export function readAssets(folder: URL, prefix: string, names: readonly string[]): AssetSet {
  const byName = new Map(names.map(name => [name, readAsset(folder, prefix, name)]))
  return {
    assets: [...byName.values()],
    assetPath(name) {
      const asset = byName.get(name)
      if (!asset) throw new Error(`No asset is called ${name}`)
      return asset.path
    },
  }
}

function readAsset(folder: URL, prefix: string, name: string): Asset {
  const body = readFileSync(new URL(name, folder))
  const digest = hash('sha256', body, 'hex').slice(0, 12)
  const ending = extname(name)
  const contentType = contentTypes[ending]
  if (!contentType) throw new Error(`No content type is known for ${name}`)
  return {
    path: `${prefix}${name.slice(0, -ending.length)}.${digest}${ending}`,
    body,
    contentType,
    etag: `"${digest}"`,
  }
}
