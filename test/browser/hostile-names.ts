import type { Test } from 'tap'
import { visit } from './visit.ts'
import type { World } from './world.ts'

const hostile = [
  {
    username: '<script>alert(1)</script>',
    firstName: '<img src=x onerror=alert(2)>',
    lastName: '"\'><svg/onload=alert(3)>',
  },
  { username: 'q"onfocus="alert(4)" autofocus="', firstName: '', lastName: '' },
  { username: '</title><script>alert(5)</script>', firstName: '{{7*7}}<%= 7*7 %>', lastName: '&lt;b&gt;' },
]

export async function hostileNames(t: Test, world: World): Promise<void> {
  const { browser, siteUrl, server } = world
  const { clientId, clientSecret } = await world.command<{ clientId: string; clientSecret: string }>(
    ...['secret', 'rotate', '--project', 'demo', '--grace', '1h'],
  )

  async function push(reader: object): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${server.port}/jwt/generateCode`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ emailId: '"<script>alert(6)</script>"@example.com', ...reader }),
    })
    return ((await answer.json()) as { callbackUrl: string }).callbackUrl
  }

  for (const reader of hostile) {
    t.test(`${reader.username} is shown as it was written`, async t => {
      const { page, expects } = await visit(t, browser)
      expects(403, 404)
      await page.goto(await push(reader))
      t.equal(page.url(), `${siteUrl}/`)
      const name = [reader.firstName, reader.lastName].filter(Boolean).join(' ') || reader.username
      t.equal(await page.locator('.account-name').textContent(), name)
      for (const path of ['/staff/', '/no/such', '/gate/search?q=%3Cscript%3Ealert(7)%3C/script%3E']) {
        await page.goto(siteUrl + path)
        t.equal(await page.locator('script, [onerror], [onload], [onfocus]').count(), 0, path)
      }
      t.equal(await page.locator('#top-search').inputValue(), '<script>alert(7)</script>')
    })
  }
}
