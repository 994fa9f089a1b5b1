// The files that the site's pages refer to: one hand-written stylesheet and the icon.
import { readAssets } from '../../platform/assets.ts'

export const { assets, assetPath } = readAssets(new URL('./', import.meta.url), '/gate/assets/', [
  'site.css',
  'icon.svg',
])
