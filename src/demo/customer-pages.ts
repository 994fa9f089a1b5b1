// The pages of the demo's customer application: a small fictional company that has its own login page, as every
// customer of Gatepass does. It looks like no page of ours, so that a newcomer sees where one party ends.
import { html } from 'ghtml'
import { httpOnly, northwindDocument, northwindMark } from './northwind-document.ts'

export interface CustomerLogin {
  readonly error?: string | undefined
  /** What just happened, such as a sign-out. */
  readonly notice?: string | undefined
  /** What was typed before, so that a mistake in the password costs one field. */
  readonly username?: string | undefined
  /** Offered under the form, since this is a demo. */
  readonly users: readonly { readonly username: string; readonly hint: string }[]
  /** Comes back with the form as `continueTo`: where to go once signed in. */
  readonly continueTo: string
  /** Comes back with the form as `csrf`. */
  readonly csrf?: string | undefined
  /** The page stands at `/login` itself: a form that is posted to its own address keeps what is behind `#`. */
  readonly atLogin?: boolean | undefined
}

/** Northwind's login page: posts `username`, `password`, `continueTo` and `csrf` to `/login`. */
export function customerLoginPage(view: CustomerLogin): string {
  const { error, notice, username, users, continueTo, csrf, atLogin } = view
  const faulty = error ? ' aria-invalid="true" aria-describedby="login-error"' : ''
  const [first, second] = username ? ['', ' autofocus'] : [' autofocus', '']
  return northwindDocument(
    'Sign in',
    'Tools',
    html`<main class="login">
<section class="pitch" aria-hidden="true"><p>Good tools,<br>since 1974.</p></section>
<section class="panel">
!${northwindMark('Tools')}
<h1>Sign in to your workshop</h1>
!${notice ? html`<p class="news" role="status">${notice}</p>` : ''}
!${error ? html`<p class="error" role="alert" id="login-error">${error}</p>` : ''}
<form method="post"!${atLogin ? '' : ' action="/login"'}>
<input type="hidden" name="continueTo" value="${continueTo}">
!${csrf ? html`<input type="hidden" name="csrf" value="${csrf}">` : ''}
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" value="${username}" required!${first}!${faulty}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required!${second}!${faulty}>
<button type="submit">Sign in</button>
</form>
!${hints(users)}
<p class="small">This is the demo's customer application: it stands for the login page that you already have. Northwind Tools is made up.</p>
</section>
</main>`,
  )
}

function hints(users: CustomerLogin['users']): string {
  if (users.length === 0) return ''
  return html`<div class="hints"><h2>Try it as</h2><dl>!${users.map(
    user => html`<div><dt>${user.username}</dt><dd>${user.hint}</dd></div>`,
  )}</dl></div>`
}

/** Northwind's own first page, for somebody who is signed in there. */
export function customerHomePage(view: {
  user: {
    readonly name: string
    readonly email?: string | undefined
    readonly groups?: readonly string[] | undefined
  }
  /** http(s) only. */
  knowledgeBaseUrl: string
  /** http(s) only. */
  supportUrl: string
}): string {
  const { user, knowledgeBaseUrl, supportUrl } = view
  const about = [user.email, ...(user.groups ?? []).map(group => `group ${group}`)]
    .filter(Boolean)
    .join(' · ')
  return northwindDocument(
    'Your workshop',
    'Tools',
    html`<header class="bar">!${northwindMark('Tools')}
<form method="post" action="/logout"><button class="plain" type="submit">Sign out</button></form></header>
<main class="home">
<h1>Hello, ${user.name}</h1>
<p class="about">${about}</p>
<div class="cards">
<a class="card card-main" href="${httpOnly(knowledgeBaseUrl)}"><h2>Knowledge base</h2><p>Guides and answers for every tool. You are signed in already: nothing to type.</p><span>Open the knowledge base</span></a>
<a class="card card-main" href="${httpOnly(supportUrl)}"><h2>Support</h2><p>Your tickets, at a site of its own that speaks OpenID Connect. The same sign-in opens it.</p><span>Open Northwind Support</span></a>
<div class="card"><h2>Your orders</h2><p>2 torque wrenches and 1 bench vice are on their way.</p></div>
<div class="card"><h2>Service plan</h2><p>Next calibration of your wrenches: 14 March.</p></div>
</div>
<p class="small">This is the demo's customer application. Signing out here leaves the two sites signed in until their own sessions end; signing out at one of them ends all three.</p>
</main>`,
  )
}

/** For the developer of the login endpoint: what Gatepass answered instead of a code, word for word. */
export function customerProblemPage(view: {
  /** Null: nothing came back. */
  status: number | null
  answer: string
  sentTo: string
  /** A path of this application. */
  tryAgainAt: string
}): string {
  const { status, answer, sentTo, tryAgainAt } = view
  const came = status === null ? 'No answer came.' : html`It answered with status <b>${status}</b>:`
  return northwindDocument(
    'No code came back',
    'Tools',
    html`<header class="bar">!${northwindMark('Tools')}</header>
<main class="home">
<h1>No code came back</h1>
<p class="about">You are signed in here, but the knowledge base cannot be opened just now. This is what the developer of this login endpoint needs to see.</p>
<div class="card"><h2>POST ${sentTo}</h2><p>!${came}</p><pre>${answer}</pre></div>
<p><a href="${tryAgainAt}">Try again</a> · <a href="/">Back to your workshop</a></p>
</main>`,
  )
}
