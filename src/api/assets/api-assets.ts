// What the API page has beside the stylesheet of the site, whose colours and letters it uses.
import { readAssets } from '../../platform/assets.ts'

export const { assets: apiAssets, assetPath: apiAssetPath } = readAssets(
  new URL('./', import.meta.url),
  '/api/v1/assets/',
  ['api.css'],
)
