// The console's own files, beside the stylesheet of the site that its pages rest on.
import { readAssets } from '../../platform/assets.ts'

export const { assets, assetPath } = readAssets(new URL('./', import.meta.url), '/console/assets/', [
  'console.css',
  'console.js',
])
