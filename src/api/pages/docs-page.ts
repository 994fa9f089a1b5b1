import { html } from 'ghtml'
import { assetPath } from '../../site/assets/site-assets.ts'
import { mark } from '../../site/pages/layout.ts'
import { apiAssetPath } from '../assets/api-assets.ts'
import { type ApiDocument, type ListedOperation, listOperations, schemaOf } from './api-document.ts'
import { curlOf, exampleOf } from './examples.ts'
import { fieldsTable, inline, table } from './fields-table.ts'

interface DocsPage {
  readonly document: ApiDocument
  /** What can go wrong: code, status, title. */
  readonly problems: readonly { readonly code: string; readonly status: number; readonly title: string }[]
  /** Every right that a key can have. */
  readonly scopes: readonly string[]
}

/** The API for people: one page without scripts, made of the OpenAPI document. */
export function docsPage({ document, problems, scopes }: DocsPage): string {
  const operations = listOperations(document)
  const navigation = contents(document, operations)
  const { title, version, description } = document.info
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
<link rel="stylesheet" href="${assetPath('site.css')}">
<link rel="stylesheet" href="${apiAssetPath('api.css')}">
</head>
<body class="site api">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="#main">!${mark}<span>${title}</span></a>
<details class="menu"><summary>Menu</summary><div class="menu-panel"><nav aria-label="Operations">!${navigation}</nav></div></details>
</header>
<div class="frame">
<nav class="side" aria-label="Operations">!${navigation}</nav>
<main class="content" id="main" tabindex="-1">
<article class="prose">
<h1>${title}</h1>
<p class="quiet">Version ${version}. For programs: <a href="openapi.json">OpenAPI 3.1 document</a>.</p>
!${description.split('\n\n').map(paragraph => `<p>${inline(paragraph)}</p>`)}
!${firstSteps(document)}
!${document.tags.map(tag => chapter(document, tag, operations))}
!${shapes(document)}
!${rights(scopes)}
!${problemTable(problems)}
</article>
</main>
</div>
</body>
</html>
`
}

function contents(document: ApiDocument, operations: readonly ListedOperation[]): string {
  const line = (href: string, text: string) => html`<li><a href="#${href}">${text}</a></li>`
  const group = (id: string, name: string, lines: readonly string[]) =>
    html`<li class="group"><a href="#${id}">${name}</a><ul>!${lines}</ul></li>`
  const chapters = document.tags.map(({ name }) =>
    group(
      chapterId(name),
      name,
      of(operations, name).map(each => line(each.operationId, each.summary)),
    ),
  )
  const shapeLines = Object.keys(document.components.schemas).map(name => line(`shape-${name}`, name))
  return html`<ul>!${chapters}!${group('shapes', 'Shapes', shapeLines)}!${line('scopes', 'Scopes')}!${line('problems', 'Problems')}</ul>`
}

function firstSteps(document: ApiDocument): string {
  const self = listOperations(document).find(({ operationId }) => operationId === 'getSelf')!
  return html`<h2 id="first-steps">First steps</h2>
<p>Make a key at the console or with <code>gatepass api-key create</code>, and put it where the examples find it:</p>
!${code("export GATEPASS_API_KEY='gpk_...'")}
<p>Then ask who you are. Names such as <code>$READER</code> in other examples are yours to set as well.</p>
!${code(curlOf(document, self))}`
}

function chapter(
  document: ApiDocument,
  tag: ApiDocument['tags'][number],
  operations: readonly ListedOperation[],
): string {
  return html`<section aria-labelledby="${chapterId(tag.name)}">
<h2 id="${chapterId(tag.name)}">${tag.name}</h2>
<p>!${inline(tag.description)}</p>
!${of(operations, tag.name).map(operation => section(document, operation))}
</section>`
}

function section(document: ApiDocument, operation: ListedOperation): string {
  const { operationId, method, path, summary, description, parameters, requestBody } = operation
  const body = schemaOf(requestBody?.content)
  return html`<section class="operation" aria-labelledby="${operationId}">
<h3 id="${operationId}">${summary}</h3>
<p class="address"><strong class="method method-${method.toLowerCase()}">${method}</strong> <code>${path}</code></p>
!${description ? `<p>${inline(description)}</p>` : ''}
<p class="needs">!${needs(operation)}</p>
!${table(`Parameters of ${operationId}`, parameters)}
!${body ? fieldsTable(`Body of ${operationId}, JSON`, body) : ''}
!${code(curlOf(document, operation))}
!${answers(document, operation)}
</section>`
}

function needs(operation: ListedOperation): string {
  const scope = operation.security[0]?.apiKey[0]
  if (scope === undefined) return 'Any API key will do.'
  const where = operation['x-all-projects'] ? ', and a key for all projects' : ''
  return html`Needs <a href="#scopes"><code>${scope}</code></a>${where}.`
}

function answers(document: ApiDocument, { operationId, responses }: ListedOperation): string {
  const [done, ...refusals] = Object.entries(responses)
  const [status, { content }] = done!
  const schema = schemaOf(content)
  const shown = schema
    ? html`!${code(JSON.stringify(exampleOf(document, schema), null, 2))}!${fieldsTable(`Answer of ${operationId}, JSON`, schema)}`
    : ''
  return html`<details><summary>Answers ${status}!${schema ? '' : ' without a body'}</summary>
!${shown}
<p>Or a <a href="#problems">problem</a>: !${refusals.map(([code]) => code).join(', ')}.</p>
</details>`
}

function shapes(document: ApiDocument): string {
  const each = Object.entries(document.components.schemas).map(
    ([name, schema]) => html`<h3 id="shape-${name}">${name}</h3>
!${schema.description ? `<p>${inline(schema.description)}</p>` : ''}
!${fieldsTable(`Fields of ${name}`, schema)}`,
  )
  return html`<h2 id="shapes">Shapes</h2>!${each}`
}

function rights(scopes: readonly string[]): string {
  return html`<h2 id="scopes">Scopes</h2>
<p>What a key may do. One that lacks the scope of an operation gets a 403 that names it.</p>
<ul>!${scopes.map(scope => html`<li><code>${scope}</code></li>`)}</ul>`
}

function problemTable(problems: DocsPage['problems']): string {
  return html`<h2 id="problems">Problems</h2>
<p>Whatever goes wrong is answered as <code>application/problem+json</code> (RFC 9457): <a href="#shape-Problem">Problem</a>. <code>errors</code> names every field that is wrong, all at once. With the <code>traceId</code> a fault of ours is found in the log.</p>
<div class="table-scroll" role="region" aria-label="Problems" tabindex="0"><table>
<thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Title</th></tr></thead>
<tbody>!${problems.map(
    ({ code, status, title }) =>
      html`<tr id="problem-${code}"><td>${status}</td><th scope="row"><code>${code}</code></th><td>${title}</td></tr>`,
  )}</tbody>
</table></div>`
}

function code(text: string): string {
  return html`<div class="code"><pre tabindex="0"><code>${text}</code></pre></div>`
}

function of(operations: readonly ListedOperation[], tag: string): ListedOperation[] {
  return operations.filter(operation => operation.tags.includes(tag))
}

function chapterId(name: string): string {
  return `chapter-${name.toLowerCase().replace(/[^a-z]+/g, '-')}`
}
