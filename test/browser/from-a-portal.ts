import type { Test } from 'tap'
import { standIn } from '../upstream/stand-in.ts'
import { press, visit } from './visit.ts'
import { showPage, type World } from './world.ts'

const TYPE = 'urn:devrev:params:oauth:token-type'

/** A portal of another product, whose server asks for a login token and sends its reader on with it (contract, section 5). */
export async function fromAPortal(t: Test, { browser, server, siteUrl, customerUrl, command }: World) {
  const { token } = await command<{ token: string }>('aat', 'create', '--project', 'demo')
  const sentTo: string[] = []
  const portal = await standIn(t, async ({ path }, response) => {
    if (path !== '/help') return showPage(response, '<h1>Portal</h1><a href="/help">Help</a>')
    const answer = await fetch(`${server.url}/auth-tokens.create`, {
      method: 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: `${TYPE}:session:onetime`,
        subject_token_type: `${TYPE}:revinfo`,
        rev_info: {
          user_ref: 'portal-17',
          user_traits: { email: 'mary@example.com', display_name: 'Mary Somerville' },
        },
      }),
    })
    const { access_token: jwt } = (await answer.json()) as { access_token: string }
    sentTo.push(`${siteUrl}/callback/sso?jwt=${jwt}`)
    response.writeHead(302, { location: sentTo.at(-1) }).end()
  })

  for (const javaScriptEnabled of [true, false]) {
    const words = javaScriptEnabled ? '' : ', without JavaScript'
    t.test(`one press in the portal, and the reader is in${words}`, async t => {
      const { page } = await visit(t, browser, { javaScriptEnabled })
      const name = () => page.locator('.account-name').textContent()
      await page.goto(portal.url)
      await press(page.getByRole('link', { name: 'Help' }))
      t.equal(page.url(), `${siteUrl}/`, 'no token is left in the address')
      t.match(await name(), 'Mary Somerville')
      await page.reload()
      t.match(await name(), 'Mary Somerville', 'after a reload')
      await page.goBack()
      t.equal(await page.locator('h1').textContent(), 'Portal', 'Back leads to the portal')
      await page.goForward()
      t.match(await name(), 'Mary Somerville', 'and forward again')

      const other = await visit(t, browser, { javaScriptEnabled })
      other.expects(400)
      await other.page.goto(sentTo.at(-1)!)
      t.equal(await other.page.locator('h1').textContent(), 'Invalid authentication code')
      await page.goto(siteUrl)
      t.equal(new URL(page.url()).origin, customerUrl, 'two had the token: neither is in')
    })
  }
}
