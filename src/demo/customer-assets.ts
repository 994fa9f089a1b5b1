// The stylesheet of the demo's customer application, which has a look of its own.
import { readAssets } from '../platform/assets.ts'

export const { assets: customerAssets, assetPath: customerAssetPath } = readAssets(
  new URL('./', import.meta.url),
  '/assets/',
  ['customer.css', 'customer.svg'],
)
