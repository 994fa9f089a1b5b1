import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { openApiDocument } from '../../src/api/openapi.ts'
import { operations } from '../../src/api/operations.ts'
import { startApp } from '../start-app.ts'
import { apiWorld } from './world.ts'

const url = 'http://id.test/api/v1/openapi.json'

t.test('works', async t => {
  t.test('the document is valid OpenAPI 3.1, whatever refers to something finds it', async t => {
    const gatepass = await startApp(t)
    const response = await gatepass.get(url)
    t.equal(response.statusCode, 200)
    t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
    const document = response.json()
    t.equal(document.openapi, '3.1.0')
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    t.ok(valid, JSON.stringify(errors))
    t.ok(validator.resolveRefs(), 'every reference leads somewhere')
    for (const [, name] of response.body.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      t.ok(document.components.schemas[name!], `${name}`)
  })

  t.test('every operation is in it with its scope, what it takes and all that it answers', async t => {
    const gatepass = await startApp(t)
    const { paths } = (await gatepass.get(url)).json()
    t.equal(Object.values(paths).flatMap(methods => Object.keys(methods as object)).length, operations.length)
    for (const { method, path, id, scope, status, body, creates, versioned } of operations) {
      const described = paths[`/api/v1${path.replace(/:([a-z]+)/gi, '{$1}')}`][method.toLowerCase()]
      t.match(described, { operationId: id, security: [{ apiKey: scope === null ? [] : [scope] }] })
      t.ok(described.summary && described.tags.length === 1)
      t.ok(described.responses[status], `${id} answers ${status}`)
      t.equal(described.requestBody !== undefined, body !== undefined)
      const names = described.parameters.map(({ name }: { name: string }) => name)
      t.equal(names.includes('Idempotency-Key'), creates === true, id)
      t.equal(names.includes('If-Match'), versioned === true, id)
      for (const { name, description } of described.parameters)
        t.ok(description, `${id}: ${name} is explained`)
      for (const [code, answer] of Object.entries(described.responses)) {
        if (code >= '400')
          t.ok((answer as { content: object }).content['application/problem+json' as never], code)
      }
    }
  })

  t.test('it may be kept, and is not sent again to whoever has it', async t => {
    const gatepass = await startApp(t)
    const { etag } = (await gatepass.get(url)).headers
    t.equal((await gatepass.get(url, { 'if-none-match': etag as string })).statusCode, 304)
  })

  t.test('each refusal that was met is one that the operation tells of', async t => {
    const world = await apiWorld(t)
    const document = openApiDocument(operations, { issuer: 'x', version: '1', prefix: '' })
    const paths = document.paths as Record<string, Record<string, { responses: object }>>
    const statuses = (id: string) => {
      const { method, path } = operations.find(each => each.id === id)!
      const told = paths[path.replace(/:([a-z]+)/gi, '{$1}')]![method.toLowerCase()]!
      return Object.keys(told.responses)
    }
    const asked = { params: { project: 'nowhere' } }
    for (const { id } of operations.filter(({ path }) => /:project$/.test(path))) {
      t.ok(statuses(id).includes(String((await world.ask(id, asked)).statusCode)), id)
      t.ok(statuses(id).includes(String((await world.ask(id, { ...asked, key: null })).statusCode)), id)
    }
  })
})

t.test('resists', async t => {
  t.test('it is for everybody, and so says nothing of anybody', async t => {
    const world = await apiWorld(t)
    const project = await world.project({ slug: 'secretive', name: 'Not to be known' })
    for (const path of ['openapi.json', 'docs']) {
      const { body } = await world.get(`http://id.test/api/v1/${path}`)
      for (const text of ['secretive', 'Not to be known', project.clientId, project.clientSecret, world.key])
        t.notMatch(body, text, path)
    }
  })
})
