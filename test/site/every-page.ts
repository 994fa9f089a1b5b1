// Every page that readers see, rendered with one text in every place that takes text, and one URL in every place that
// takes a URL.
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { TwoSessionCookies } from '../../src/site/cookies.ts'
import { explainError } from '../../src/site/explain-error.ts'
import type { Words } from '../../src/site/languages/languages.ts'
import { accountPage } from '../../src/site/pages/account-page.ts'
import { chooseProviderPage } from '../../src/site/pages/choose-provider-page.ts'
import { confirmPage } from '../../src/site/pages/confirm-page.ts'
import { confirmSignOutPage } from '../../src/site/pages/confirm-sign-out-page.ts'
import { contentPage } from '../../src/site/pages/content-page.ts'
import { errorPage } from '../../src/site/pages/error-page.ts'
import { forbiddenPage } from '../../src/site/pages/forbidden-page.ts'
import { forgotPage, forgotSentPage } from '../../src/site/pages/forgot-page.ts'
import { goingOnPage } from '../../src/site/pages/going-on-page.ts'
import { landingPage } from '../../src/site/pages/landing-page.ts'
import type { ProjectView } from '../../src/site/pages/layout.ts'
import { type LoginProblem, loginPage } from '../../src/site/pages/login-page.ts'
import { deadLinkPage, newPasswordPage } from '../../src/site/pages/new-password-page.ts'
import { notFoundPage } from '../../src/site/pages/not-found-page.ts'
import { notMePage } from '../../src/site/pages/not-me-page.ts'
import { passwordMail } from '../../src/site/pages/password-mail.ts'
import { searchPage } from '../../src/site/pages/search-page.ts'
import { signedInPage } from '../../src/site/pages/signed-in-page.ts'
import { signedOutPage } from '../../src/site/pages/signed-out-page.ts'

/** One error for each thing that an error page can say. */
export const errors: readonly AppError[] = [
  ...['code_expired', 'code_used', 'verifier_wrong', 'not_begun_here', 'reader_blocked', 'jwt_off'],
  ...['secret_revoked_since', 'code_malformed', 'other_standard'],
]
  .map(reason => new AppError('invalid_grant', 'A secret sentence', { reason }))
  .concat(
    (
      [
        'session_over',
        'other_browser',
        'answer_not_awaited',
        'provider_refused',
        'client_unknown',
        'redirect_not_allowed',
        'request_malformed',
      ] as const
    ).map(reason => new AppError('invalid_request', 'A secret sentence', { reason })),
    [
      ...['jwt_off', 'confirm_forged', 'other_standard', 'reader_blocked', 'provider_missing'],
      'account_not_member',
      'none of ours',
    ].map(reason => new AppError('access_denied', 'A secret sentence', { reason })),
    (
      [
        ...['invalid_request', 'not_found', 'method_not_allowed', 'slow_down', 'server_error'],
        ...['temporarily_unavailable', 'payload_too_large'],
      ] as ErrorCode[]
    ).map(code => new AppError(code, 'A secret sentence')),
    new TwoSessionCookies(),
  )

export function everyPage(
  words: Words,
  text: string,
  url: string,
  brand: Omit<ProjectView, 'name'> = { logoUrl: null, accentColor: null },
): Record<string, string> {
  const project = { name: text, ...brand }
  const reader = { name: text, email: text, groups: [text, text] }
  const item = { title: text, path: url, children: [{ title: text, path: null, children: [] }] }
  const frame = { words, project, reader, navigation: [item], expiresAt: 1_700_000_000_000 }
  const headings = [2, 3].map(level => ({ id: text, text, level }))
  const page = { title: text, lang: undefined, html: '<h1>Trusted</h1>', headings, path: url, updatedAt: 0 }
  const excerpt = [true, false].map(hit => ({ text, hit }))
  const hit = { title: text, path: url, excerpt }
  const question = { words, project, reader, signedInAs: text, loginHost: text, half: text, traceId: text }
  const forbidden = { words, project, reader, traceId: text }
  const login = { words, project, action: url, token: text, hidden: { [text]: text }, name: text }
  const problems = [
    'wrong',
    'empty',
    'tooOld',
    'badTarget',
    'tooMany',
  ] as const satisfies LoginProblem['kind'][]
  const flaws = ['short', 'long', 'guessable', 'different', 'current'] as const
  const set = { words, account: text, link: text, token: text, least: 15 }
  const session = { id: text, address: text, lastSeenAt: 0 }
  const mine = {
    words,
    token: text,
    account: { username: text, email: text, name: text },
    sites: [{ name: text, url }],
    sessions: [
      { ...session, userAgent: text, here: true },
      { ...session, userAgent: 'Firefox/1 Linux', here: false },
    ],
    least: 15,
    problems: [],
  }
  return {
    content: contentPage({ ...frame, page, previous: item, next: item }),
    search: searchPage({ ...frame, query: text, hits: [hit, hit] }),
    searchOne: searchPage({ ...frame, query: text, hits: [hit] }),
    searchNothing: searchPage({ ...frame, query: text, hits: [] }),
    searchEmpty: searchPage({ ...frame, query: '', hits: [] }),
    confirm: confirmPage(question),
    notMe: notMePage({ words, project, startAt: url }),
    chooseProvider: chooseProviderPage({ words, project, choices: [{ name: text, href: url }] }),
    signedIn: signedInPage(frame),
    signedInNoGroups: signedInPage({ ...frame, reader: { ...reader, groups: [] } }),
    signedOut: signedOutPage({ words, project, of: 'site', signInAt: url }),
    signedOff: signedOutPage({ words, of: 'all', signInAt: url }),
    signOut: confirmSignOutPage({ words, project, parameters: { [text]: text } }),
    goingOn: goingOnPage({ words, project, title: words.signedIn.title, to: url }),
    goingOnToSignIn: goingOnPage({ words, project, title: words.goingOn.signingIn, to: url }),
    forbidden: forbiddenPage({ ...forbidden, needed: [[text], [text, text]] }),
    forbiddenToAll: forbiddenPage({ ...forbidden, needed: [[]], reader: { ...reader, groups: [] } }),
    notFound: notFoundPage({ ...frame, path: text, traceId: text }),
    login: loginPage({ ...login, done: 'password-set', again: true }),
    loginOfNobody: loginPage({ ...login, project: undefined }),
    ...Object.fromEntries(
      problems.map(kind => [`login ${kind}`, loginPage({ ...login, problem: { kind, minutes: 2 } })]),
    ),
    ...Object.fromEntries(
      flaws.map(flaw => [`newPassword ${flaw}`, newPasswordPage({ ...set, problems: [flaw] })]),
    ),
    deadLink: deadLinkPage({ words, mails: true }),
    forgot: forgotPage({ words, token: text, mails: true, problem: { kind: 'tooOld' } }),
    forgotWithoutMail: forgotPage({ words, token: text, mails: false }),
    forgotSent: forgotSentPage({ words }),
    mail: passwordMail({ words, name: text, link: url }).html,
    account: accountPage({ ...mine, problems: ['current'], waitMinutes: 2, tooOld: true, done: 'changed' }),
    accountEmpty: accountPage({ ...mine, sites: [], done: 'ended' }),
    landing: landingPage({ words, sites: [{ name: text, siteUrl: url }] }),
    landingEmpty: landingPage({ words, sites: [] }),
    ...Object.fromEntries(
      errors.map(error => [
        `error ${error.code} ${error.reason ?? ''}`,
        errorPage({ words, project, ...explainError(error, words), traceId: text, startAt: url }),
      ]),
    ),
  }
}

/** What a page shows and says: text, and the attributes that are read out or shown. */
export function saidBy(page: string): string[] {
  const body = page.replace(/<(pre|code)\b[\s\S]*?<\/\1>/g, ' ')
  const texts = body.replace(/<[^>]*>/g, '\n').split('\n')
  const attributes = [...body.matchAll(/\s(?:aria-label|alt|placeholder|title)="([^"]*)"/g)]
  return [...texts, ...attributes.map(match => match[1]!)]
    .map(said => said.trim())
    .filter(said => said !== '')
}
