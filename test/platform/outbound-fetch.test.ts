import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { mayConnectTo } from '../../src/platform/network-address.ts'
import {
  createOutboundFetch,
  type OutboundOptions,
  type OutboundProblem,
} from '../../src/platform/outbound-fetch.ts'

/** A server on a loopback address that counts who came. */
async function listen(t: Test, answer: RequestListener, address = '127.0.0.1', port = 0) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host}${request.url}`)
    answer(request, response)
  })
  await new Promise<void>(ready => server.listen(port, address, ready))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const bound = (server.address() as AddressInfo).port
  return { port: bound, seen, url: `http://${address}:${bound}` }
}

const ok: RequestListener = (_, response) => void response.end('fine')

const because = (problem: OutboundProblem) => ({ name: 'OutboundError', problem })
const open = (options: Partial<OutboundOptions> = {}) =>
  createOutboundFetch({ allowPrivateNetworks: true, ...options })
const closed = (options: Partial<OutboundOptions> = {}) =>
  createOutboundFetch({ allowPrivateNetworks: false, ...options })

t.test('works', async t => {
  t.test('a form is posted to a name, over the address that the name has, with the name as Host', async t => {
    let body = ''
    const site = await listen(t, (request, response) => {
      request.on('data', chunk => {
        body += chunk
      })
      request.on('end', () => response.writeHead(201, { 'x-told': 'yes' }).end('thänks'))
    })
    const fetch = open({ resolve: async () => ['127.0.0.1'] })
    const answer = await fetch(`http://wiki.example:${site.port}/told?x=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=ä',
    })
    t.match(answer, { status: 201, headers: { 'x-told': 'yes' }, body: 'thänks' })
    t.equal(body, 'a=ä')
    t.same(site.seen, [`POST wiki.example:${site.port}/told?x=1`])
  })

  t.test('names under localhost are this machine, whatever the resolver says', async t => {
    const site = await listen(t, ok)
    const fetch = open({ resolve: async () => Promise.reject(new Error('unknown')) })
    t.equal((await fetch(`http://wiki.localhost:${site.port}/`)).status, 200)
  })

  t.test('where one of its addresses is deaf, another one of the name is taken', async t => {
    const site = await listen(t, ok, '127.0.0.3')
    const fetch = open({ resolve: async () => ['127.0.0.2', '127.0.0.3'] })
    t.equal((await fetch(`http://wiki.example:${site.port}/`)).body, 'fine')
  })

  t.test('public addresses may be reached, also through NAT64', async t => {
    const reachable = ['1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '100.128.0.1', '2606:4700::1111']
    for (const address of [...reachable, '64:ff9b::1.1.1.1', '64:FF9B::101:101']) {
      t.ok(mayConnectTo(address, false), address)
    }
  })

  t.test('networks of one’s own are reached where that is allowed', async t => {
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '::1',
      'fd00::1',
    ])
      t.ok(mayConnectTo(address, true), address)
  })
})

t.test('refuses', async t => {
  t.test('what is not a plain http or https address', async t => {
    const urls = ['', 'x', 'file:///etc/passwd', 'ftp://a.example/', 'data:,x', 'unix:/run/docker.sock']
    for (const url of [...urls, 'http://user:secret@a.example/', 'http://user@a.example/']) {
      await t.rejects(open()(url), because('url_refused'), url)
    }
  })

  t.test('a name that nobody knows, and one without an address', async t => {
    const unknown = closed({ resolve: async () => Promise.reject(new Error('ENOTFOUND')) })
    await t.rejects(unknown('http://wiki.example/'), because('name_unknown'))
    await t.rejects(closed({ resolve: async () => [] })('http://wiki.example/'), because('name_unknown'))
  })

  t.test('a door that nobody opens', async t => {
    const site = await listen(t, ok)
    await t.rejects(open()(`http://127.0.0.2:${site.port}/`), because('no_connection'))
  })

  t.test('an answer that breaks off', async t => {
    const site = await listen(t, (_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    await t.rejects(open()(site.url), because('no_connection'))
  })
})

t.test('resists', async t => {
  t.test('every spelling of an address that is not public, before anything is sent', async t => {
    const site = await listen(t, ok)
    const hosts = [
      ...[
        '127.0.0.1',
        '127.1',
        '2130706433',
        '0x7f000001',
        '0177.0.0.1',
        '0x7f.1',
        '127.0.0.1.',
        '１２７.0.0.1',
      ],
      ...['localhost', 'LOCALHOST', 'localhost.', 'wiki.localhost', '0.0.0.0', '0', '[::1]', '[::]'],
      ...['[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]'],
      ...['[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]'],
      ...[
        '169.254.169.254',
        '0xa9fea9fe',
        '[::ffff:169.254.169.254]',
        '10.0.0.1',
        '172.16.0.1',
        '192.168.0.1',
      ],
      ...['100.64.0.1', '198.18.0.1', '192.0.0.192', '224.0.0.1', '255.255.255.255', '100.100.100.200'],
      ...['168.63.129.16', '[fd00:ec2::254]', '[fe80::1]', '[fec0::1]', '[fc00::1]', '[ff02::1]'],
      ...['[2001:db8::1]', '[4000::1]'],
    ]
    for (const host of hosts) {
      await t.rejects(closed()(`http://${host}:${site.port}/`), because('address_refused'), host)
    }
    t.same(site.seen, [])
  })

  t.test('metadata, the link and translated addresses also where private networks are allowed', async t => {
    const hosts = ['169.254.169.254', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]', '[fe80::1]', '[fd00:ec2::254]']
    const wrapped = ['[64:ff9b::7f00:1]', '[::127.0.0.1]', '[2002:7f00:1::]', '[::ffff:169.254.169.254]']
    for (const host of [...hosts, ...wrapped, '100.100.100.200', '168.63.129.16', '224.0.0.1']) {
      await t.rejects(open()(`http://${host}:9/`), because('address_refused'), host)
    }
    t.notOk(mayConnectTo('fe80::1%eth0', true))
    t.notOk(mayConnectTo('fd00::1%eth0', true))
    t.notOk(mayConnectTo('not an address', true))
  })

  t.test('a public name that leads inside, also by one of several addresses', async t => {
    const site = await listen(t, ok)
    for (const addresses of [
      ['127.0.0.1'],
      ['1.1.1.1', '127.0.0.1'],
      ['::1'],
      ['2606:4700::1', '::ffff:7f00:1'],
    ]) {
      const fetch = closed({ resolve: async () => addresses })
      await t.rejects(fetch(`http://wiki.example:${site.port}/`), because('address_refused'))
    }
    t.same(site.seen, [])
  })

  t.test('a name that means another machine a moment later (DNS rebinding)', async t => {
    const checked = await listen(t, ok, '127.0.0.2')
    const rebound = await listen(t, ok, '127.0.0.3', checked.port)
    let asked = 0
    const fetch = open({ resolve: async () => (asked++ === 0 ? ['127.0.0.2'] : ['127.0.0.3']) })
    await fetch(`http://wiki.example:${checked.port}/`)
    t.equal(asked, 1)
    t.equal(checked.seen.length, 1)
    t.same(rebound.seen, [])

    await fetch(`http://wiki.example:${checked.port}/`)
    t.equal(asked, 2)
    t.same(
      [checked.seen.length, rebound.seen.length],
      [1, 1],
      'no connection is kept: it goes where it is checked',
    )
  })

  t.test('a redirect to loopback', async t => {
    const inside = await listen(t, ok, '127.0.0.3')
    for (const status of [301, 302, 303, 307, 308]) {
      const site = await listen(t, (_, response) =>
        response.writeHead(status, { location: `${inside.url}/admin` }).end(),
      )
      t.equal((await open()(site.url, { method: 'POST', body: 'x' })).status, status)
    }
    t.same(inside.seen, [])
  })

  const slow: Record<string, RequestListener> = {
    'a server that says nothing': () => {},
    'a server that begins and stops': (_, response) => void response.write('a'),
    'a server that drips': (_, response) => {
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    },
  }
  for (const [name, answer] of Object.entries(slow)) {
    t.test(name, async t => {
      const site = await listen(t, answer)
      await t.rejects(open({ timeLimit: 150 })(site.url), because('too_slow'))
    })
  }

  t.test('a name server that says nothing', async t => {
    const fetch = closed({ timeLimit: 50, resolve: () => new Promise(() => {}) })
    await t.rejects(fetch('http://wiki.example/'), because('too_slow'))
  })

  t.test('an endless answer, cut off after 256 KiB', async t => {
    let sent = 0
    const site = await listen(t, (_, response) => {
      const more = () => {
        sent += 65_536
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more)
      }
      more()
    })
    await t.rejects(open()(site.url), because('answer_too_large'))
    t.ok(sent < 16 * 1024 * 1024, `${sent} bytes left the server`)

    const full = await listen(t, (_, response) => void response.end(Buffer.alloc(256 * 1024, 'x')))
    t.equal((await open()(full.url)).body.length, 256 * 1024, 'and not a byte before')
  })
})
