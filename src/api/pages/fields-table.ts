import { html } from 'ghtml'
import { type JsonSchema, nameOf } from './api-document.ts'

interface Field {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
}

/** What an object has, those inside of it with dots. A shape of its own is linked, not repeated. */
export function fieldsTable(caption: string, schema: JsonSchema): string {
  return table(caption, fieldsOf(schema, ''))
}

export function table(caption: string, fields: readonly Field[]): string {
  if (fields.length === 0) return ''
  return html`<div class="table-scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
<tbody>!${fields.map(row)}</tbody>
</table></div>`
}

function row({ name, schema, required }: Field): string {
  return html`<tr><th scope="row"><code>${name}</code>!${required ? html` <small class="needed">required</small>` : ''}</th>
<td>!${typeOf(schema)}</td>
<td>!${inline(schema.description ?? '')}!${limits(schema)}</td></tr>`
}

function fieldsOf(schema: JsonSchema, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const field = { name: prefix + name, schema: inner, required: schema.required?.includes(name) ?? false }
    const nested = inner.properties ? inner : inner.items
    const path = inner.properties ? `${field.name}.` : `${field.name}[].`
    return [field, ...(nested?.properties ? fieldsOf(nested, path) : [])]
  })
}

function typeOf(schema: JsonSchema): string {
  const name = nameOf(schema)
  if (name !== undefined) return html`<a href="#shape-${name}">${name}</a>`
  const types = [schema.type ?? 'any'].flat()
  const shown = types.map(type =>
    type === 'array' && schema.items ? `array of ${typeOf(schema.items)}` : html`${type}`,
  )
  return shown.join(' or ')
}

function limits(schema: JsonSchema): string {
  const { minimum, maximum, maxLength, maxItems } = schema
  const said = [
    schema.enum && `one of ${schema.enum.map(value => JSON.stringify(value)).join(', ')}`,
    minimum !== undefined && maximum !== undefined && `${minimum} to ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems} entries`,
    schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
  ].filter(each => typeof each === 'string')
  return said.length === 0 ? '' : html` <small class="limits">${said.join('; ')}</small>`
}

/** Text with `code` in it. */
export function inline(text: string): string {
  const parts = text.split('`')
  return parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)).join('')
}
