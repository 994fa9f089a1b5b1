import { AppError } from '../errors.ts'
import type { Ask, Reply } from './ask.ts'
import type { Journey } from './drive.ts'
import type { TestProject } from './test-project.ts'

/** A sign-in as a knowledge base that runs elsewhere has it: push, swap, and one look whether the session stands. */
export function signInOf(ask: Ask, project: TestProject): Journey {
  const login = basic(project.clientId, project.clientSecret)
  const site = basic(project.siteClientId, project.siteClientSecret)
  return async (reader, timed) => {
    const pushed = await timed('code', () =>
      ask({
        method: 'POST',
        path: '/jwt/generateCode',
        headers: { authorization: login, 'content-type': 'application/json' },
        body: JSON.stringify({
          username: `reader-${reader}`,
          firstName: 'Test',
          lastName: `Reader ${reader}`,
          emailId: `reader-${reader}@capacity.invalid`,
        }),
      }).then(reply => expect('Code generation', reply)),
    )
    const swapped = await timed('swap', () =>
      ask({
        method: 'POST',
        path: '/oauth/token',
        headers: { authorization: site, 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=authorization_code&code=${String(pushed.code)}`,
      }).then(reply => expect('The swap', reply)),
    )
    await timed('session', () =>
      ask({
        path: '/oauth/userinfo',
        headers: { authorization: `Bearer ${String(swapped.access_token)}` },
      }).then(reply => expect('The session check', reply)),
    )
  }
}

function expect(what: string, { status, body }: Reply): Record<string, unknown> {
  if (status !== 200) {
    throw new AppError('temporarily_unavailable', `${what} answered ${status}${errorIn(body)}.`)
  }
  return JSON.parse(body)
}

function errorIn(body: string): string {
  const code = /"(?:error|code)":"(\w{1,40})"/.exec(body)?.[1]
  return code === undefined ? '' : ` ${code}`
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}
