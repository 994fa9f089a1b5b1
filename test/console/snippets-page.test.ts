import t from 'tap'
import { exampleSnippet, snippetLanguages } from '../../src/console/snippets/snippets.ts'
import { issuer, startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/projects/acme/snippets'

t.test('works', async t => {
  t.test('every language has a page with the code of this project and how to run it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ loginUrl: 'http://login.acme.test/sso/enter' })
    const admin = await administrator(gatepass, { role: 'read_only', projects: [acme.id] })
    for (const { id, file, run } of snippetLanguages) {
      const { body, statusCode } = await admin.get(`${PATH}?language=${id}`)
      t.equal(statusCode, 200)
      const code = /<pre data-copy tabindex="0" role="region"[^>]*>([\s\S]*?)<\/pre>/.exec(body)![1]!
      t.match(code, `${issuer}/jwt/generateCode`, id)
      t.match(code, acme.clientId, id)
      t.notMatch(body, acme.clientSecret, id)
      t.match(body, `... ${run}</code>`, id)
      t.match(body, `<h2>${file}</h2>`, id)
      t.match(body, new RegExp(`\\?language=${id}" aria-current="page"`), id)
      t.equal(body.match(/aria-current="page">/g)!.length - 2, 1, `${id}: one tab beside two navigations`)
    }
    t.notMatch((await admin.get(PATH)).body, 'Test your integration', 'nothing that they may not open')
  })

  t.test('what is said about running a file stands in the file', async t => {
    for (const language of snippetLanguages) t.match(exampleSnippet(language), language.run, language.id)
  })
})

t.test('refuses', async t => {
  t.test('a language that there is none of: the first one', async t => {
    const gatepass = await startApp(t)
    await gatepass.project()
    const admin = await administrator(gatepass)
    for (const query of [
      '?language=cobol',
      '?language=',
      '?language=go&language=php',
      '?language=__proto__',
    ]) {
      const { body, statusCode } = await admin.get(PATH + query)
      t.equal(statusCode, 200)
      t.match(body, '<h2>login-endpoint.sh</h2>', query)
    }
  })
})

t.test('resists', async t => {
  t.test('projects of others, and values that would run as a page or as a program', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ loginUrl: `http://login.test/<script>alert(1)</script>'"$(id)` })
    const other = await gatepass.project({ slug: 'other' })
    const theirs = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
    t.equal((await theirs.get(PATH)).statusCode, 404)
    const mine = await administrator(gatepass, { role: 'read_only', projects: [acme.id] })
    for (const { id } of snippetLanguages) {
      t.notMatch((await mine.get(`${PATH}?language=${id}`)).body, /<script>/, id)
    }
  })
})
