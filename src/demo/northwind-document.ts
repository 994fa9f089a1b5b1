// What Northwind's applications share: the document around a page, and the mark.
import { html } from 'ghtml'
import { customerAssetPath } from './customer-assets.ts'

export function northwindDocument(title: string, application: 'Tools' | 'Support', body: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Northwind ${application}</title>
<link rel="icon" type="image/svg+xml" href="${customerAssetPath('customer.svg')}">
<link rel="stylesheet" href="${customerAssetPath('customer.css')}">
</head>
<body>
!${body}
</body>
</html>
`
}

export function northwindMark(application: 'Tools' | 'Support'): string {
  return (
    '<p class="northwind"><svg viewBox="0 0 32 32" width="34" height="34" aria-hidden="true"><path class="needle" d="M16 2l4 14-4 14-4-14z"/>' +
    `<path class="arms" d="M2 16l14-4 14 4-14 4z"/></svg><span>Northwind <b>${application}</b></span></p>`
  )
}

export function httpOnly(url: string): string {
  return /^https?:\/\//i.test(url) ? url : '/'
}
