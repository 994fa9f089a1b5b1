// Configuration as code at the command line: what a file wants is shown, made and taken back, and nothing is half made.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { runHere } from './run-here.ts'

const acme = `projects:
  - slug: acme
    name: Acme Help
    siteUrl: https://help.acme.example
    loginUrl: https://acme.example/login
    pathRules:
      - path: /internal/*
        groups: [staff]
    groups:
      - slug: staff
        name: Staff
    clients:
      - name: wiki
        redirectUris: [https://wiki.acme.example/callback]
`

/** A server's database, a folder for files, and the command line on them. */
async function start(t: Test) {
  const gatepass = await startApp(t)
  const before = { ...process.env }
  t.teardown(() => {
    process.env = before
  })
  const save = (text: string, name = 'acme.yaml') => {
    const file = join(gatepass.folder, name)
    writeFileSync(file, text)
    return file
  }
  const run = async (...words: string[]) => {
    Object.assign(process.env, {
      DATABASE_URL: gatepass.config.databaseUrl,
      GATEPASS_URL: gatepass.config.issuer,
      GATEPASS_DEMO: 'off',
    })
    return await runHere(t, ...words)
  }
  // biome-ignore lint/suspicious/noExplicitAny: each command prints its own shape, which the test is about
  const json = async (...words: string[]): Promise<any> => JSON.parse((await run(...words, '--json')).stdout)
  return { gatepass, save, run, json }
}

/** What was changed but for keys, sorted: changes of one moment have no order. */
const audited = async ({ database }: TestApp) =>
  (await listAudit(database.read, 100))
    .filter(({ action }) => !action.startsWith('key.'))
    .map(({ action, target }) => `${action} ${target}`)
    .sort()

t.test('works', async t => {
  await t.test('a plan shows what would be made, changes nothing, and ends with 2', async t => {
    const { gatepass, save, run, json } = await start(t)
    const file = save(acme)
    const planned = await run('apply', file, '--plan')
    t.match(planned, { code: 2, stderr: '' })
    t.equal(
      planned.stdout,
      `+ project acme
    + name: "Acme Help"
    + siteUrl: "https://help.acme.example"
    + loginUrl: "https://acme.example/login"
    + pathRules: [{"path":"/internal/*","groups":["staff"]}]
+ group staff of acme
    + name: "Staff"
+ client wiki of acme
    + redirectUris: ["https://wiki.acme.example/callback"]

3 to create, 0 to change, 0 to delete.
`,
    )
    const data = await json('apply', file, '--plan')
    t.match(data, { applied: false, secrets: [] })
    t.same(data.changes[1], {
      ...{ action: 'create', kind: 'group', project: 'acme', name: 'staff', id: null },
      fields: { name: { to: 'Staff' } },
    })
    t.equal(await gatepass.count('projects'), 0)
    t.same(await audited(gatepass), [])
  })

  await t.test('a file is applied once; twice is nothing to change, and a plan then ends with 0', async t => {
    const { gatepass, save, run, json } = await start(t)
    const file = save(acme)
    const applied = await run('apply', file)
    t.match(applied, {
      code: 0,
      stderr: '',
      stdout: /^\+ project acme\n(?:.*\n)*3 created, 0 changed, 0 deleted\.\n/,
    })
    const rows = { projects: await gatepass.count('projects'), audit: await audited(gatepass) }
    t.same(
      rows.audit.map(each => each.replace(/_[0-9a-f]{32}$/, '')),
      ['client.create site', 'group.create staff', 'project.create acme'],
    )

    t.match(await run('apply', file), { code: 0, stdout: 'Nothing to change.\n', stderr: '' })
    t.match(await run('apply', file, '--plan', '--prune'), { code: 0, stdout: 'Nothing to change.\n' })
    t.same(await json('apply', file), { applied: true, changes: [], secrets: [] })
    t.same(await audited(gatepass), rows.audit, 'and nothing was written')
  })

  await t.test('secrets are made and not shown; the command that is told shows one that works', async t => {
    const { gatepass, save, run } = await start(t)
    const { stdout } = await run('apply', save(acme))
    t.notMatch(stdout, /gps_/)
    t.match(stdout, /^Secrets were made and are not shown/m)
    const commands = [
      ...stdout.matchAll(/gatepass (secret rotate --project acme --client (\w+)_[0-9a-f]+)$/gm),
    ]
    t.same(
      commands.map(([, , kind]) => kind),
      ['login', 'site', 'site'],
    )
    const [login] = commands
    const { clientId, clientSecret } = JSON.parse((await run(...login![1]!.split(' '), '--json')).stdout)
    const created = {
      ...{ id: '', slug: 'acme', clientId, clientSecret, siteClientId: '', siteClientSecret: '' },
    }
    const project = { ...created, siteUrl: 'https://help.acme.example', loginUrl: '' }
    t.equal((await gatepass.push(project)).statusCode, 200)
  })

  await t.test('--show-new-secrets shows them, the once that they are made', async t => {
    const { gatepass, save, run, json } = await start(t)
    const file = save(acme)
    const { secrets } = await json('apply', file, '--show-new-secrets')
    t.match(secrets, [
      { project: 'acme', kind: 'login', name: '', clientId: /^login_/, clientSecret: /^gps_[\w-]{43}$/ },
      { project: 'acme', kind: 'site', name: '', clientId: /^site_/, clientSecret: /^gps_/ },
      { project: 'acme', kind: 'site', name: 'wiki', clientId: /^site_/, clientSecret: /^gps_/ },
    ])
    const project = { ...secrets[0], siteUrl: 'https://help.acme.example' }
    t.equal((await gatepass.push(project)).statusCode, 200)
    save(acme.replace('name: wiki', 'name: desk'))
    const next = await run('apply', file, '--show-new-secrets')
    t.match(next.stdout, /^acme +desk +site_[0-9a-f]{32} +gps_[\w-]{43}$/m)
    t.equal([...next.stdout.matchAll(/gps_/g)].length, 1)
    t.notMatch(await run('apply', file, '--show-new-secrets'), { stdout: /gps_/ })
    const site = await run('secret', 'list', '--project', 'acme', '--client', secrets[1].clientId, '--json')
    t.equal(JSON.parse(site.stdout).length, 1)
  })

  await t.test(
    "the project's own site client stays its first, whatever else is made at that moment",
    async t => {
      const { save, run, json } = await start(t)
      const clients = Array.from({ length: 12 }, (_, index) => `      - name: client-${index}\n`).join('')
      const { secrets } = await json('apply', save(acme.replace(/ {6}- name: wiki\n.*\n/, clients)))
      const own = secrets.find(
        ({ kind, name }: { kind: string; name: string }) => kind === 'site' && name === '',
      )
      const rotated = await run('secret', 'rotate', '--project', 'acme', '--client', 'site', '--json')
      t.equal(JSON.parse(rotated.stdout).clientId, own.clientId)
      t.match(await run('export'), { code: 0 })
    },
  )

  await t.test('what the file does not name stays; what it names is changed', async t => {
    const { gatepass, save, run, json } = await start(t)
    const file = save(acme)
    await run('apply', file)
    await run('group', 'create', '--project', 'acme', '--slug', 'partners', '--name', 'Partners')
    await run('project', 'update', 'acme', '--binding', 'confirm')
    save(`projects:
  - slug: acme
    name: Acme
    minTokenValidity: 10
    logoUrl: https://acme.example/logo.svg
    groups:
      - slug: partners
        name: Friends
    clients:
      - name: wiki
        redirectUris: [https://wiki.acme.example/callback, https://wiki.acme.example/two]
        backchannelLogoutUri: https://wiki.acme.example/logout
`)
    t.equal(
      (await run('apply', file)).stdout,
      `~ project acme
    ~ name: "Acme Help" -> "Acme"
    ~ minTokenValidity: 5 -> 10
    ~ logoUrl: null -> "https://acme.example/logo.svg"
~ group partners of acme
    ~ name: "Partners" -> "Friends"
~ client wiki of acme
    ~ redirectUris
        + "https://wiki.acme.example/two"
    ~ backchannelLogoutUri: null -> "https://wiki.acme.example/logout"

0 created, 3 changed, 0 deleted.
`,
    )
    const shown = await json('project', 'show', 'acme')
    t.match(shown, {
      name: 'Acme',
      binding: 'confirm',
      pathRules: [{ path: '/internal/*' }],
      minTokenValidity: 10,
    })
    t.same(
      shown.groups.map(({ slug }: { slug: string }) => slug),
      ['partners', 'staff'],
    )
    const entries = await listAudit(gatepass.database.read, 100)
    const entry = entries.find(({ action, detail }) => action === 'project.update' && 'name' in detail)
    t.match(entry, { actor: { name: /^cli:/ }, detail: { name: { from: 'Acme Help', to: 'Acme' } } })
    save('projects:\n  - slug: acme\n    logoUrl: null\n')
    t.match(await run('apply', file), { stdout: /~ logoUrl: "https:\/\/acme\.example\/logo\.svg" -> null/ })
  })

  await t.test(
    '--prune deletes groups and clients that the file does not name, and nothing else of them',
    async t => {
      const { save, run, json } = await start(t)
      const file = save(acme)
      await run('apply', file)
      save('projects:\n  - slug: acme\n    pathRules: []\n')
      const pruned = await run('apply', file, '--prune')
      t.match(
        pruned.stdout,
        /^~ project acme\n {4}~ pathRules\n {8}- .*\n- group staff of acme\n- client wiki of acme$/m,
      )
      t.equal(pruned.code, 0)
      const clients = await json('client', 'list', '--project', 'acme')
      t.same(
        clients.map(({ kind }: { kind: string }) => kind),
        ['login', 'site'],
        'what it was made with stays',
      )
    },
  )

  await t.test('a project takes the site that another one gives up in the same file', async t => {
    const { gatepass, save, run } = await start(t)
    await gatepass.project({ slug: 'aaa', siteUrl: 'https://one.example' })
    await gatepass.project({ slug: 'bbb', siteUrl: 'https://two.example' })
    const moved =
      'projects:\n  - slug: aaa\n    siteUrl: https://two.example\n  - slug: bbb\n    siteUrl: https://three.example\n'
    t.match(await run('apply', save(moved)), { code: 0, stdout: /0 created, 2 changed/ })
    t.match(await run('apply', save(moved)), { code: 0, stdout: 'Nothing to change.\n' })
  })

  await t.test('a site client is described where the project is, and made with it', async t => {
    const { save, run, json } = await start(t)
    const file = save(
      `${acme}    siteClient:\n      name: help\n      redirectUris: [https://help.acme.example/callback]\n`,
    )
    t.match(await run('apply', file), { code: 0, stdout: /^\+ site client help of acme$/m })
    t.match(await run('apply', file), { stdout: 'Nothing to change.\n' })
    const clients = await json('client', 'list', '--project', 'acme')
    t.match(clients, [{ kind: 'login' }, { name: 'help', redirectUris: [/help/] }, { name: 'wiki' }])
    t.equal(clients.length, 3)
    save(acme.replace('name: wiki', 'name: help'))
    t.match(await run('apply', file), { stdout: /~ client help of acme/ }, 'its name is enough to find it')
  })

  await t.test('a client that is to prove itself by a secret from now on gets one', async t => {
    const { save, json } = await start(t)
    const file = save(`${acme}        authMethod: none\n`)
    t.equal((await json('apply', file)).secrets.length, 2)
    save(`${acme}        authMethod: client_secret\n`)
    t.match(await json('apply', file, '--show-new-secrets'), {
      secrets: [{ name: 'wiki', clientSecret: /^gps_/ }],
    })
  })

  await t.test('a folder is found from the file, and written from it again', async t => {
    const { gatepass, save, run, json } = await start(t)
    mkdirSync(join(gatepass.folder, 'pages'))
    const file = save(acme.replace('    pathRules', '    siteFolder: pages\n    pathRules'))
    t.match(await run('apply', file), { code: 0 })
    t.equal((await json('project', 'show', 'acme')).siteFolder, join(gatepass.folder, 'pages'))
    const output = join(gatepass.folder, 'out.yaml')
    t.match(await run('export', '--output', output), { code: 0, stdout: `1 project in ${output}.\n` })
    t.match(readFileSync(output, 'utf8'), /^ {4}siteFolder: \.\/pages$/m)
    t.match(await run('apply', output, '--plan'), { code: 0 })
    t.match((await run('export')).stdout, `siteFolder: ${join(gatepass.folder, 'pages')}`)
  })

  await t.test('an export is what the file was, sorted, without defaults and secrets', async t => {
    const { gatepass, save, run, json } = await start(t)
    await run('apply', save(acme))
    await gatepass.project({ slug: 'beta' })
    const { stdout } = await run('export', '--project', 'acme')
    t.match(stdout, /^# Gatepass: /)
    t.equal(
      stdout
        .replace(/^#.*\n/gm, '')
        .replaceAll('[ staff ]', '[staff]')
        .trimStart(),
      acme
        .replace('[https://wiki.acme.example/callback]', '\n          - https://wiki.acme.example/callback')
        .replace('redirectUris: \n', 'redirectUris:\n'),
    )
    const all = await json('export')
    t.same(
      all.projects.map(({ slug }: { slug: string }) => slug),
      ['acme', 'beta'],
    )
    t.match(await run('apply', save(JSON.stringify(all)), '--plan', '--prune'), { code: 0 })
    t.notMatch(JSON.stringify(all), /gps_|hash|secret/)
    t.match(await run('export', '--project', 'nobody'), { code: 1, stderr: /no project nobody/ })
  })

  await t.test('colour is for a terminal', async t => {
    const { save, run } = await start(t)
    const file = save(acme)
    const planned = async (...more: string[]) => (await run('apply', file, '--plan', ...more)).stdout
    process.env.FORCE_COLOR = '1'
    t.notOk((await planned()).includes('\u001b'))
    const { isTTY } = process.stdout
    process.stdout.isTTY = true
    t.teardown(() => {
      process.stdout.isTTY = isTTY
    })
    t.equal((await planned()).split('\n')[0], '\u001b[32m+ project acme\u001b[39m')
    t.notOk((await planned('--json')).includes('\u001b'))
  })

  await t.test('before a project is deleted, its slug is to be typed', async t => {
    const { gatepass, save, run } = await start(t)
    await gatepass.project({ slug: 'beta' })
    const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!
    t.teardown(() => Object.defineProperty(process, 'stdin', stdin))
    const typing = (text: string) => {
      const value = Object.assign(Readable.from([text]), { isTTY: true })
      Object.defineProperty(process, 'stdin', { value, configurable: true })
    }
    typing('yes\n')
    const file = save(acme)
    const asked = await run('apply', file, '--prune')
    t.match(asked, { code: 1, stdout: '', stderr: /^- project beta$/m })
    t.match(
      asked.stderr,
      /^Delete project beta with all readers\? Type its slug: gatepass: Nothing was deleted\.$/m,
    )
    t.same(await audited(gatepass), ['project.create beta'], 'and nothing else was done')
    typing('beta\n')
    t.match(await run('apply', file, '--prune'), { code: 0, stdout: /3 created, 0 changed, 1 deleted/ })
  })
})

t.test('refuses', async t => {
  await t.test('a wrong file, with a line for each problem, and as JSON', async t => {
    const { gatepass, save, run } = await start(t)
    const file = save(
      `${acme}    binding: maybe\n    siteURL: https://a.example\n`.replace('[staff]', '[stff]'),
    )
    const told = await run('apply', file)
    t.equal(told.code, 1)
    t.equal(told.stdout, '')
    t.equal(
      told.stderr,
      `gatepass: The configuration cannot be taken; it has 3 problems.
${file}:8:18 projects[0].pathRules[0].groups[0] names no group of this project; did you mean staff?
${file}:15:5 projects[0].binding must be one of off, confirm, required
${file}:16:5 projects[0].siteURL is not known here; did you mean siteUrl?
`,
    )
    const { errors } = JSON.parse((await run('apply', file, '--plan', '--json')).stderr)
    t.same(errors[1], {
      field: 'projects[0].binding',
      problem: 'must be one of off, confirm, required',
      place: { file, line: 15, column: 5 },
    })
    t.equal(await gatepass.count('projects'), 0)
  })

  await t.test('a file that cannot be read', async t => {
    const { gatepass, run } = await start(t)
    t.match(await run('apply', join(gatepass.folder, 'nowhere.yaml')), {
      code: 1,
      stderr: /cannot be read: ENOENT/,
    })
    t.match(await run('apply', gatepass.folder), { code: 1, stderr: /cannot be read: EISDIR/ })
    t.match(await run('apply', '/dev/zero'), { code: 1, stderr: /is larger than 256 KiB/ })
    const nowhere = join(gatepass.folder, 'no', 'where.yaml')
    t.match(await run('export', '--output', nowhere), { code: 1, stderr: /cannot be written: ENOENT/ })
  })

  await t.test('to delete a project unasked', async t => {
    const { gatepass, save, run } = await start(t)
    await gatepass.project({ slug: 'beta' })
    await gatepass.project({ slug: 'gamma' })
    const file = save(acme)
    t.match(await run('apply', file, '--prune', '--plan'), {
      code: 2,
      stdout: /^- project beta\n- project gamma\n\+/,
    })
    const refused = await run('apply', file, '--prune')
    t.match(refused, {
      code: 1,
      stderr:
        'gatepass: This would delete projects beta gamma, which the file does not name; say so with --yes.\n',
    })
    t.match((await run('project', 'list', '--json')).stdout, /"beta"/)
    t.match(await run('apply', file), { code: 0 }, 'without --prune they are not asked about')
    t.match(await run('apply', file, '--prune', '--yes'), {
      code: 0,
      stdout: /0 created, 0 changed, 2 deleted/,
    })
    t.notMatch((await run('project', 'list', '--json')).stdout, /"beta"/)
  })

  await t.test('to export clients that only their IDs tell apart', async t => {
    const { save, run } = await start(t)
    await run('apply', save(acme))
    await run('client', 'create', '--project', 'acme')
    t.match(await run('export'), {
      code: 1,
      stderr: /give one of its own to site_[0-9a-f]{32} of acme: gatepass client/,
    })
    await run('client', 'create', '--project', 'acme', '--name', 'wiki')
    t.match(await run('apply', save(acme)), {
      code: 1,
      stderr: /:13:9 .*name is the name of several clients/,
    })
  })
})

t.test('resists', async t => {
  await t.test('a failure half-way: nothing of the file is made', async t => {
    const { gatepass, save, run } = await start(t)
    // The third change of the file meets a database that takes no more clients than those two of the project.
    await gatepass.database.write(async tx => {
      const { sql } = await import('kysely')
      await sql`CREATE TRIGGER full BEFORE INSERT ON clients WHEN (SELECT count(*) FROM clients) >= 2
        BEGIN SELECT RAISE(ABORT, 'no more'); END`.execute(tx)
    })
    t.match(await run('apply', save(acme)), { code: 1, stderr: /no more/ })
    for (const table of ['projects', 'clients', 'client_secrets', 'reader_groups'] as const)
      t.equal(await gatepass.count(table), 0, table)
    t.same(await audited(gatepass), [])
  })

  await t.test('names that move the cursor or turn the line around', async t => {
    const { gatepass, save, run } = await start(t)
    await gatepass.project({ slug: 'acme', name: 'Acme \u202egnihtyna' })
    const { stdout } = await run(
      'apply',
      save('projects:\n  - slug: acme\n    name: "Ac\\u2067me"\n'),
      '--plan',
    )
    t.match(stdout, /name: "Acme \\u\{202e\}gnihtyna" -> "Ac\\u\{2067\}me"/)
    const refused = await run('apply', save('projects:\n  - slug: acme\n    "\\e[2J\\nfoo": 1\n'))
    t.match(refused, {
      code: 1,
      stderr: /^\P{Cc}+\n[^\n]+:3:5 projects\[0\]\.\\u\{1b\}\[2J\\u\{a\}foo is not known here\n$/u,
    })
  })

  await t.test('a secret in the file: it is refused, repeated nowhere and stored nowhere', async t => {
    const { gatepass, save, run } = await start(t)
    const secret = `gps_${'Zq7-'.repeat(10)}abc`
    const told = await run('apply', save(`${acme}        clientSecret: ${secret}\n`))
    t.match(told, { code: 1, stderr: /:15:23 a secret stands here, which no file may hold/ })
    t.notMatch(told.stderr + told.stdout, /Zq7-/)
    t.equal(await gatepass.count('projects'), 0)
    t.notMatch(gatepass.log(), /Zq7-/)
  })
})
