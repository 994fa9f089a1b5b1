import { type ApiDocument, type JsonSchema, type ListedOperation, nameOf, schemaOf } from './api-document.ts'

/** A value that fits the schema, as its examples say. `least`: only what must be there, or else one field. */
export function exampleOf(document: ApiDocument, schema: JsonSchema, least = false): unknown {
  const name = nameOf(schema)
  if (name !== undefined) return exampleOf(document, document.components.schemas[name]!, least)
  if (schema.examples !== undefined) return schema.examples[0]
  const type = [schema.type].flat()[0]
  if (type === 'object') {
    const all = Object.entries(schema.properties ?? {})
    const needed = all.filter(([field]) => schema.required?.includes(field))
    const telling = all.find(([field]) => field === 'name') ?? all[0]
    const shown = least ? (needed.length > 0 ? needed : telling ? [telling] : []) : all
    return Object.fromEntries(shown.map(([field, inner]) => [field, exampleOf(document, inner, least)]))
  }
  if (type === 'array') return schema.items ? [exampleOf(document, schema.items, least)] : []
  return { string: '', integer: 0, boolean: true }[type ?? ''] ?? null
}

/** A command that works as it is, once the variables in it are set. */
export function curlOf(document: ApiDocument, operation: ListedOperation): string {
  const { method, path, requestBody, parameters } = operation
  const address = document.servers[0]!.url + path.replace(/\{([a-z]+)\}/gi, (_, name) => placeOf(name))
  const body = schemaOf(requestBody?.content)
  const words = [
    `curl -sS${method === 'GET' ? '' : ` -X ${method}`} "${address}"`,
    `-H "Authorization: Bearer $GATEPASS_API_KEY"`,
  ]
  if (parameters.some(({ name }) => name === 'Idempotency-Key'))
    words.push(`-H "Idempotency-Key: ${operation.operationId}-1"`)
  if (body) {
    const json = JSON.stringify(exampleOf(document, body, true)).replaceAll("'", "'\\''")
    words.push(`-H 'Content-Type: application/json'`, `-d '${json}'`)
  }
  return words.join(' \\\n  ')
}

/** The project of the examples is called acme; IDs are the reader's own to fill in. */
function placeOf(name: string): string {
  return name === 'project' ? 'acme' : `$${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`
}
