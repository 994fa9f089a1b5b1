// What an answered page at the end of a login URL's way is worth to a reader.
import type { Project } from '../project.ts'
import { type Finding, shorten } from './finding.ts'
import type { Journey } from './visit-login-url.ts'

type Answered = Extract<Journey['end'], { kind: 'answered' }>

/** What a status says against the page; undefined where a reader could go on. */
export function refusal(
  { host, pathname }: URL,
  { status, challenge }: Answered,
  isLogin: boolean,
): Finding | undefined {
  const shown = `${host}${shorten(pathname)}`
  if (status >= 200 && status < 300) return undefined
  if (isLogin && (status === 401 || status === 403)) return undefined
  if (status === 401 && challenge !== '') {
    const scheme = /^\s*([A-Za-z][\w-]{0,20})/.exec(challenge)?.[1] ?? 'HTTP'
    return {
      level: 'warning',
      sentence: `${shown} asks for ${scheme} authentication (401); what comes after it cannot be checked.`,
      fix: 'Try it in a browser of one of your readers.',
    }
  }
  const fix =
    status === 404 || status === 410
      ? 'Compare the path of the login URL with that of your login endpoint.'
      : status === 405
        ? 'The login endpoint must take GET: a redirected browser sends nothing else.'
        : status === 429
          ? 'Try again in a minute; if it stays so, let this server through.'
          : status >= 500
            ? 'Look into the log of the application: it fails for a browser that is not signed in.'
            : 'A browser that is not signed in must see a login page here.'
  return { level: status === 429 ? 'warning' : 'problem', sentence: `${shown} answers ${status}.`, fix }
}

export function noPage({ contentType, body }: Answered): Finding {
  const what =
    body === '' ? 'an empty page' : `${contentType.slice(0, 60) || 'something without a type'}, not a page`
  return {
    level: 'problem',
    sentence: `The answer is ${what}: a reader could not sign in there.`,
    fix: 'Show a login page in HTML. Is this the address of an API?',
  }
}

export function looks(hasPasswordField: boolean): Finding {
  if (hasPasswordField) return { level: 'ok', sentence: 'A login page: it has a password field.' }
  return {
    level: 'warning',
    sentence:
      'A page without a password field: it asks for the name first, or a script builds it, or it is no login page.',
    fix: 'Look at it in a private window.',
  }
}

/** Whether what the site sent along can still be there when the reader has signed in. */
export function keeping(
  project: Project,
  { visited, cookies }: Journey,
  body: string,
  page: { readonly keepsAddress: boolean },
  sent: Readonly<Record<string, string>>,
): Finding {
  const places = [body, ...cookies, ...(page.keepsAddress ? [visited.at(-1)!.url.href] : [])]
  const lost = Object.keys(sent).filter(name => !places.some(place => place.includes(sent[name]!)))
  if (lost.length === 0)
    return { level: 'ok', sentence: 'RedirectPath, state and code_challenge are kept for after the sign-in.' }
  const unlessSession = cookies.length > 0 ? ', unless your application remembers it in its session' : ''
  const binds = lost.includes('code_challenge')
  const required = binds && project.binding === 'required'
  const consequence = required
    ? 'this project refuses every code that is not bound to the browser'
    : binds
      ? 'the code will not be bound to the browser that asked'
      : lost.includes('RedirectPath')
        ? 'readers will land on the first page'
        : 'the steps of one sign-in will stand under two trace IDs'
  return {
    level: required && cookies.length === 0 ? 'problem' : 'warning',
    sentence: `The page loses ${lost.join(', ')}${unlessSession}: ${consequence}.`,
    fix: 'Carry the query of the login URL through the login page: in hidden fields, or in the address of its form.',
  }
}
