// A configuration file that is wrong: everything that is wrong with it is told at once, each with its line and column.
import t from 'tap'
import { startApp } from '../start-app.ts'
import { problemsOf } from './check-file.ts'

const project = `projects:
  - slug: acme
    name: Acme
    siteUrl: https://help.acme.example
    loginUrl: https://acme.example/login
`

t.test('works', async t => {
  const gatepass = await startApp(t)

  t.test('a file with all settings is taken, with any kind of line end', async t => {
    const whole = `${project}    logoutUrl: https://acme.example/bye
    siteFolder: .
    siteElsewhere: false
    jwtEnabled: false
    standard: jwt
    binding: off
    homePublished: false
    unknownGroups: ignore
    pathRules:
      - path: /internal/*
        groups: [staff]
    allowedRedirects: [https://wiki.acme.example/callback]
    signingAlgorithm: EdDSA
    minTokenValidity: 10
    defaultTokenValidity: 20
    maxTokenValidity: 60
    outstandingCodesLimit: 5
    logoUrl: https://acme.example/logo.svg
    accentColor: "#0b6355"
    groups:
      - slug: staff
        name: Staff
      - slug: partners
    siteClient:
      redirectUris: [https://help.acme.example/callback]
    clients:
      - name: wiki
        authMethod: none
        redirectUris: []
        postLogoutRedirectUris: []
        backchannelLogoutUri: null
        jwks: ~
        idTokenAlgorithm: RS256
`
    t.same(await problemsOf(gatepass, whole), [])
    t.same(await problemsOf(gatepass, whole.replaceAll('\n', '\r\n')), [])
    t.same(await problemsOf(gatepass, `\uFEFF${whole}`), [])
    t.same(await problemsOf(gatepass, JSON.stringify({ projects: [] })), [], 'JSON is YAML')
  })

  t.test(
    'three mistakes get three sentences with their lines, those of kinds and those of rules alike',
    async t => {
      const file = `${project}    jwtEnabled: yes please
    binding: sometimes
    logoUrl: http://acme.example/logo.svg
`
      t.same(await problemsOf(gatepass, file), [
        '6:5 projects[0].jwtEnabled must be true or false',
        '7:5 projects[0].binding must be one of off, confirm, required',
        '8:5 projects[0].logoUrl must be an https URL of an image',
      ])
      t.same(await problemsOf(gatepass, file.replaceAll('\n', '\r\n')), await problemsOf(gatepass, file))
    },
  )
})

t.test('refuses, and says where,', async t => {
  const gatepass = await startApp(t)
  const beta = await gatepass.project({ slug: 'beta', siteUrl: 'https://help.beta.example' })
  await gatepass.group(beta, 'staff')
  await gatepass.group(beta, 'partners')

  const added = (lines: string) => `${project}${lines}\n`
  const cases: Record<string, [file: string, told: string[]]> = {
    'an address that is none': [
      project.replace('https://help.acme.example', 'help.acme.example/docs'),
      ['4:5 projects[0].siteUrl must be an origin such as https://help.example.com, without a path'],
    ],
    'a new project without what it needs': [
      'projects:\n  - slug: acme\n    name: Acme\n',
      [
        '2:5 projects[0].siteUrl is missing, and a new project needs it',
        '2:5 projects[0].loginUrl is missing, and a new project needs it',
      ],
    ],
    'a new project whose readers sign in here, of which less is needed': [
      'projects:\n  - slug: acme\n    name: Acme\n    standard: saml\n',
      ['2:5 projects[0].siteUrl is missing, and a new project needs it'],
    ],
    'a project without a slug, and what else is wrong with it': [
      'projects:\n  - name: Acme\n    siteUrl: nowhere\n',
      [
        '2:5 projects[0].slug is missing',
        '3:5 projects[0].siteUrl must be an origin such as https://help.example.com, without a path',
      ],
    ],
    'a slug of two projects': [
      `${project}  - slug: acme\n    name: Again\n    siteUrl: https://two.example\n    loginUrl: https://two.example/in\n`,
      ['6:5 projects[1].slug is the slug of an earlier project of this file'],
    ],
    'a site of two projects of the file': [
      `${project}${project.split('\n').slice(1).join('\n').replace('acme', 'acme-two')}`,
      ['8:5 projects[1].siteUrl is the site of project acme already'],
    ],
    'a site that a project has which the file does not name': [
      project.replace('help.acme', 'help.beta'),
      ['4:5 projects[0].siteUrl is the site of project beta already'],
    ],
    'the host of the identity server': [
      project.replace('https://help.acme.example', 'http://id.test'),
      ['4:5 projects[0].siteUrl must have another host than the identity server (http://id.test)'],
    ],
    'projects that trade their sites': [
      `projects:
  - slug: beta
    siteUrl: https://help.gamma.example
  - slug: gamma
    siteUrl: https://help.beta.example
`,
      [
        '3:5 projects[0].siteUrl trades places with the site of another project; move one of them elsewhere first',
        '5:5 projects[1].siteUrl trades places with the site of another project; move one of them elsewhere first',
      ],
    ],
    'a group that a rule names and nobody has': [
      added(
        '    pathRules:\n      - path: /a\n        groups: [staff, stff]\n    groups:\n      - slug: staff',
      ),
      ['8:25 projects[0].pathRules[0].groups[1] names no group of this project; did you mean staff?'],
    ],
    'a rule that cannot be read': [
      added(
        '    pathRules:\n      - path: internal\n        groups: [staff]\n    groups:\n      - slug: staff',
      ),
      [
        '7:9 projects[0].pathRules[0] must have a path such as /internal/* and at least one group, by its slug',
      ],
    ],
    'a rule without groups': [
      added('    pathRules:\n      - path: /internal/*'),
      ['7:9 projects[0].pathRules[0].groups is missing'],
    ],
    'groups with the same slug, or with none that can be one': [
      added(
        '    groups:\n      - slug: staff\n      - slug: staff\n      - slug: Staff\n      - name: Nobody',
      ),
      [
        '8:9 projects[0].groups[1].slug is the slug of an earlier group of this project',
        '9:9 projects[0].groups[2].slug must be 1 to 63 lower-case letters, digits and inner hyphens',
        '10:9 projects[0].groups[3].slug is missing',
      ],
    ],
    'a name that cannot be shown': [
      added('    groups:\n      - slug: staff\n        name: "Sta\\tff"'),
      ['8:9 projects[0].groups[0].name must be 1 to 100 characters without control characters'],
    ],
    'clients with the same name': [
      added('    clients:\n      - name: wiki\n      - name: wiki'),
      ['8:9 projects[0].clients[1].name is the name of an earlier client of this project'],
    ],
    "a client with the name of the project's own": [
      added('    siteClient:\n      name: wiki\n    clients:\n      - name: wiki'),
      ['9:9 projects[0].clients[0].name is the name of an earlier client of this project'],
    ],
    'addresses of clients': [
      added(
        '    clients:\n      - name: wiki\n        redirectUris: [https://a.example, nowhere]\n        backchannelLogoutUri: ftp://a.example',
      ),
      [
        '8:43 projects[0].clients[0].redirectUris[1] must be an http(s) URL without credentials and #',
        '9:9 projects[0].clients[0].backchannelLogoutUri must be an http(s) URL without credentials and #',
      ],
    ],
    'a client that signs, without its keys': [
      added('    clients:\n      - name: wiki\n        authMethod: private_key_jwt'),
      ['7:9 projects[0].clients[0].jwks must have the public keys of the client, for private_key_jwt'],
    ],
    'lifetimes that contradict each other, at the one that the file names': [
      added('    minTokenValidity: 60'),
      ['6:5 projects[0].defaultTokenValidity must lie between the least (60) and the most (1440) minutes'],
    ],
    'a folder that is not there': [
      added('    siteFolder: ./nowhere'),
      [`6:5 projects[0].siteFolder is not a folder: ${gatepass.folder}/nowhere`],
    ],
    'an unknown name, with the one that was meant': [
      added(
        '    siteURL: https://a.example\n    groups:\n      - slug: staff\n        nmae: Staff\n    colour: red',
      ),
      [
        '6:5 projects[0].siteURL is not known here; did you mean siteUrl?',
        '9:9 projects[0].groups[0].nmae is not known here; did you mean name?',
        '10:5 projects[0].colour is not known here',
      ],
    ],
    'a colour that # made a comment': [
      added('    accentColor: #0b6355'),
      ['6:5 projects[0].accentColor is empty; it must be a colour in quotes, such as "#0b6355"'],
    ],
    'a number where text belongs': [
      project.replace('name: Acme', 'name: 2024'),
      [
        '3:5 projects[0].name must be 1 to 100 characters of text; put it in quotes if it looks like something else',
      ],
    ],
    'text where a number belongs': [
      added('    maxTokenValidity: "60"\n    outstandingCodesLimit: 1.5'),
      [
        '6:5 projects[0].maxTokenValidity must be a whole number of minutes from 5 to 1440',
        '7:5 projects[0].outstandingCodesLimit must be a whole number from 1 to 10000000',
      ],
    ],
    'one thing where a list belongs, and a list where one thing does': [
      added('    groups: staff\n    clients: {}\n    siteClient: []'),
      [
        '6:5 projects[0].groups must be a list of groups',
        '7:5 projects[0].clients must be a list of clients',
        '8:5 projects[0].siteClient must be the settings of a client',
      ],
    ],
    'a file that is empty, or something else': ['', ['1:1 is empty; a file has projects at the top']],
    'a list at the top': ['- slug: acme\n', ['1:1 must have projects at the top, and a list of them']],
    'nothing under projects': [
      '# all\nprojects:\n',
      ['2:1 projects is empty; it must be a list of projects'],
    ],
  }
  await gatepass.project({ slug: 'gamma', siteUrl: 'https://help.gamma.example' })
  for (const [name, [file, told]] of Object.entries(cases)) {
    t.test(name, async t => t.same(await problemsOf(gatepass, file), told))
  }

  t.test('pruning a group that a rule of the project still names', async t => {
    await gatepass.project({
      slug: 'delta',
      pathRules: [{ path: '/a', groups: ['staff'] }],
    })
    await gatepass.group({ ...beta, slug: 'delta' }, 'staff')
    const only = (lines: string) => `projects:
  - slug: beta
  - slug: gamma
  - slug: delta
${lines}`
    t.same(await problemsOf(gatepass, only(''), true), [
      '4:5 projects[2].pathRules[0].groups[0] is group staff, which pruning would delete; list it under groups',
    ])
    t.same(await problemsOf(gatepass, only('    pathRules: []\n'), true), [], 'the rule may go with it')
    t.same(await problemsOf(gatepass, only(''), false), [])
  })
})

t.test('resists', async t => {
  const gatepass = await startApp(t)

  const secret = `gps_${'s3cr3t-'.repeat(6)}x`
  t.test('a secret is refused wherever it stands, and is not repeated', async t => {
    const files: [string, RegExp][] = [
      [`${project}    clientSecret: ${secret}\n`, /^6:19 a secret stands here/],
      [`${project}    # the old one was ${secret}\n`, /^6:23 a secret stands here/],
      [`${project}    ${secret}: true\n`, /^6:5 a secret stands here/],
      [`${project}    groups: [{ slug: ${secret} }]\n`, /^6:22 a secret stands here/],
      [project.replace('Acme', secret), /^3:11 a secret stands here/],
      [`${project}    apiKey: gpk_${'A'.repeat(43)}\n`, /^6:13 a secret stands here/],
      [
        `${project}    remarks: |\n      -----BEGIN PRIVATE KEY-----\n`,
        /^6:5 [^\n]+ is not known here\n7:7 a secret stands here/,
      ],
    ]
    for (const [file, says] of files) {
      const told = (await problemsOf(gatepass, file)).join('\n')
      t.match(told, says)
      t.notMatch(told, /s3cr3t|AAAA/)
    }
  })

  t.test('a secret of another kind is refused by the name that it stands at, and not repeated', async t => {
    for (const name of [
      'clientSecret',
      'client_secret',
      'password',
      'passwordHash',
      'accessToken',
      'privateKey',
    ]) {
      t.same(await problemsOf(gatepass, `${project}    ${name}: hunter2\n`), [
        `6:5 projects[0].${name} does not belong in a file: Gatepass makes secrets itself, and gatepass secret rotate shows one`,
      ])
    }
    const key = '{ kty: EC, crv: P-256, x: hunter2, y: hunter2, d: hunter2 }'
    const wiki = `${project}    clients:\n      - name: wiki\n        jwks: { keys: [${key}] }\n`
    t.same(await problemsOf(gatepass, wiki), [
      '8:9 projects[0].clients[0].jwks must have public keys only, each one complete',
    ])
  })

  t.test('a password in an address, or in what is no YAML at all, is not repeated', async t => {
    const with2 = (line: string) => `${project}    ${line}\n`
    const files = [
      project.replace('https://acme.example/login', 'https://ada:hunter2@acme.example'),
      with2('allowedRedirects: ["https://ada:hunter2@acme.example"]'),
      with2('clients: [{ name: wiki, redirectUris: ["https://ada:hunter2@acme.example"] }]'),
      with2('clients: [{ name: wiki, backchannelLogoutUri: "https://ada:hunter2@acme.example" }]'),
      with2('name: "Acme" hunter2'),
      with2('name: "Acme \\hunter2"'),
      with2('name: *hunter2'),
      with2('name: &hunter2 Acme'),
      with2('name: !hunter2 Acme'),
      `%hunter2\n---\n${project}`,
      `${project}hunter2`,
      `${project}  } hunter2`,
    ]
    for (const file of files) {
      const told = await problemsOf(gatepass, file)
      t.ok(told.length > 0, file)
      t.notMatch(told.join('\n'), /hunter2/, file)
    }
  })

  const hostile: Record<string, [file: string | Uint8Array, told: RegExp]> = {
    'an alias bomb': [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
        .join('\n')}\n`,
      /^1:7 has an anchor[^\n]*\n2:7 has an anchor[^\n]*\n2:8 has an alias/,
    ],
    'an alias to itself': [`projects: &p\n  - *p\n`, /^2:3 has an anchor|has an alias/],
    'a merge key': [`projects:\n  - <<: { slug: acme }\n`, /^2:5 has a merge key/],
    'a key __proto__': [
      `projects:\n  - slug: acme\n    __proto__: { jwtEnabled: false }\n`,
      /^3:5 has a key/,
    ],
    'a key constructor': [
      `${project}    constructor: { prototype: { x: 1 } }\n`,
      /^6:5 projects\[0\]\.constructor is not known here$/,
    ],
    'a key twice': [`${project}    name: Other\n`, /^6:5 has name twice$/],
    'a key that is no text': [`${project}    ? [a, b]\n    : 1\n`, /^6:7 has a key that is no text$/],
    'a tag': [`projects: !!js/function 'process.exit()'\n`, /^1:11 /],
    'a tag that means nothing': [project.replace('name: Acme', 'name: !!str Acme'), /^3:1\d has a tag/],
    'another YAML': [`%YAML 1.1\n---\n${project}    jwtEnabled: yes\n`, /^1:1 has a %YAML directive/],
    'a second document': [`${project}---\n${project}`, /^6:1 has a second document, which is one too many$/],
    'tabs for indentation': [
      `projects:\n\t- slug: acme\n`,
      /^2:1 cannot be read as YAML: Tabs are not allowed/,
    ],
    'NUL and other controls': [project.replace('Acme', 'Ac\0me'), /^3:13 has a control character/],
    'half a character': [project.replace('Acme', '"Ac\\ud800me"'), /^3:11 has half a character/],
    'Latin-1': [Buffer.from('projects: # caf\xe9\n', 'latin1'), /^1:1 is not UTF-8$/],
    'UTF-16': [Buffer.from(`\uFEFF${project}`, 'utf16le'), /^1:1 is not UTF-8$/],
    'a picture': [Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /^1:1 is not UTF-8$/],
    'a file without end': [`${project}${'# fill\n'.repeat(80_000)}`, /^1:1 is larger than 256 KiB$/],
    'lists in lists in lists': [`projects: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, /nested too deeply/],
    'maps in maps in maps': [`projects: ${'{a: '.repeat(1000)}1${'}'.repeat(1000)}\n`, /nested too deeply/],
    'a thousand redirects': [
      `${project}    allowedRedirects: [${'https://a.example,'.repeat(1001)}]\n`,
      /^6:5 projects\[0\]\.allowedRedirects has more than 1000 entries$/,
    ],
    'a number too large, and none at all': [
      `${project}    minTokenValidity: .nan\n    maxTokenValidity: 1e999\n`,
      /^6:5 [^\n]+\n7:5 [^\n]+$/,
    ],
  }
  for (const [name, [file, told]] of Object.entries(hostile)) {
    t.test(name, async t => t.match((await problemsOf(gatepass, file)).join('\n'), told))
  }

  t.test('and nothing stuck to all objects', async t => {
    t.notOk('jwtEnabled' in {})
    t.notOk('x' in {})
  })

  t.test('a thousand problems: the first hundred are told', async t => {
    const told = await problemsOf(gatepass, `projects:\n${'- x: 1\n'.repeat(1000)}`)
    t.equal(told.length, 100)
    t.match(told[0], /^2:3 /)
  })

  t.test('what reading costs does not grow with the square of a file', async t => {
    const files = [
      Array.from({ length: 15_000 }, (_, index) => `k${index}: `).join('\n'),
      '['.repeat(120_000),
      '"'.repeat(120_000),
      `projects:\n${'- { slug: a, nmae: 1 }\n'.repeat(5_000)}`,
    ]
    for (const file of files) {
      const started = performance.now()
      t.ok((await problemsOf(gatepass, file)).length > 0)
      t.ok(
        performance.now() - started < 20_000,
        `${file.slice(0, 10)}: ${Math.round(performance.now() - started)} ms`,
      )
    }
  })
})
