// Visits a project's login URL as a browser without a session would, and says what is there.
import type { Clock } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import { randomBytes } from '../../platform/random.ts'
import { newTraceId } from '../../platform/trace-id.ts'
import type { Project } from '../project.ts'
import { type Finding, type LoginCheck, withoutValues } from './finding.ts'
import { keeping, looks, noPage, refusal } from './judge-page.ts'
import { loginUrlFor } from './login-url.ts'
import { readLoginPage } from './read-login-page.ts'
import { type Journey, MOST_REDIRECTS, visitLoginUrl } from './visit-login-url.ts'
import { whyNoAnswer } from './why-no-answer.ts'

interface Deps {
  readonly fetch: OutboundFetch
  readonly clock: Clock
  readonly issuer: string
  /** Pages without TLS are a problem then. */
  readonly production: boolean
}

/** The page that the visitor says it wants: easy to find again, in whatever encoding. */
const WANTED = 'gatepass-login-check'

/** Never throws for what the other side does; half a minute at the longest. */
export async function checkLoginUrl(deps: Deps, project: Project): Promise<LoginCheck> {
  const state = newTraceId(deps.clock.now())
  const codeChallenge = randomBytes(32).toString('base64url')
  const start = loginUrlFor(project, deps.issuer, { path: `/${WANTED}`, attempt: { state, codeChallenge } })
  const identity = new URL(deps.issuer).host
  // A site that runs elsewhere may have its login page on the same host.
  const isHome = (url: URL) =>
    (url.host === project.siteHost && !project.siteElsewhere) ||
    ([project.siteHost, identity].includes(url.host) && url.pathname === '/jwt/authorize')

  const journey = await visitLoginUrl(deps.fetch, start, isHome)
  const sent = { RedirectPath: WANTED, state, code_challenge: codeChallenge }
  const findings = [
    ...(deps.production ? withoutTls(journey) : []),
    ...onTheWay(journey),
    ...atTheEnd(project, journey, sent),
  ]
  const verdict = (['problem', 'warning'] as const).find(level => findings.some(each => each.level === level))
  return {
    verdict: verdict ?? 'ok',
    findings,
    visited: journey.visited.map(({ url, status }) => ({ url: withoutValues(url), status })),
  }
}

function withoutTls({ visited }: Journey): Finding[] {
  const hosts = visited.filter(({ url }) => url.protocol === 'http:').map(({ url }) => url.host)
  return [...new Set(hosts)].map(host => ({
    level: 'problem',
    sentence: `${host} is visited without encryption (http): passwords and codes can be read on the way.`,
    fix: 'Use https in the login URL and in every redirect.',
  }))
}

function onTheWay({ visited, end }: Journey): Finding[] {
  const redirects = visited.length - 1
  if (redirects === 0 || end.kind === 'too_many_redirects') return []
  const times = redirects === 1 ? 'once' : `${redirects} times`
  return [
    { level: 'ok', sentence: `The login URL redirects ${times}, to ${withoutValues(visited.at(-1)!.url)}.` },
  ]
}

function atTheEnd(project: Project, journey: Journey, sent: Readonly<Record<string, string>>): Finding[] {
  const { url } = journey.visited.at(-1)!
  const { end } = journey
  switch (end.kind) {
    case 'failed':
      return [whyNoAnswer(url, end.error)]
    case 'too_many_redirects':
      return [
        {
          level: 'problem',
          sentence: `After ${MOST_REDIRECTS} redirects there is still no page; most likely it is a circle.`,
          fix: 'Open the login URL in a private window, and look where the last redirects lead.',
        },
      ]
    case 'no_location':
      return [
        {
          level: 'problem',
          sentence: `${url.host} answers ${end.status}, a redirect, and does not say where to.`,
          fix: 'Send a Location header with the redirect.',
        },
      ]
    case 'home':
      return [cameHome(url)]
    case 'answered': {
      const isHtml = /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(end.contentType)
      const page = isHtml ? readLoginPage(end.body) : undefined
      const refused = refusal(url, end, page?.hasPasswordField === true)
      if (refused) return [refused]
      return page
        ? [looks(page.hasPasswordField), keeping(project, journey, end.body, page, sent)]
        : [noPage(end)]
    }
  }
}

/** The way has led back to us, which the visitor does not follow. */
function cameHome(url: URL): Finding {
  if (url.searchParams.has('code'))
    return {
      level: 'problem',
      sentence:
        'The login endpoint signs everybody in without asking: a visitor without a session got a code.',
      fix: 'Fine for a first trial; before anybody else can reach it, let the endpoint find out who is there.',
    }
  return {
    level: 'problem',
    sentence: 'The login URL leads back to the knowledge base without a code: a circle for every reader.',
    fix: 'Show a login page to a browser that is not signed in, and a page of your own where no code was made.',
  }
}
