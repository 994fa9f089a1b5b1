import { html } from 'ghtml'
import type { Client, Project } from '../../projects/project.ts'
import type { LogoutNotice, NoticeState } from '../../sessions/logout-notice.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ShownOnce } from '../show-once.ts'
import { clientFacts, clientFields, nameOfClient } from './client-fields.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { deleteCard } from './delete-card.ts'
import { hiddenToken, hiddenVersion, refusal } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, copyable, shownOnce, table } from './parts.ts'
import { secretsCard } from './secrets-card.ts'

type Notice = LogoutNotice & { readonly reader: string | null; readonly state: NoticeState }

interface SiteClientView {
  readonly project: Project
  readonly client: Client
  /** It is the site's own, which is made and deleted with its project. */
  readonly isOwn: boolean
  readonly issuer: string
  /** Those that were not delivered. */
  readonly notices: readonly Notice[]
  readonly shown: ShownOnce | undefined
  readonly refused: RefusedForm | undefined
}

export function siteClientPage(frame: ConsoleFrame, view: SiteClientView): string {
  const { project, client, isOwn, issuer, notices, shown, refused } = view
  const sites = `/console/projects/${project.slug}/sites`
  const path = `${sites}/clients/${client.id}`
  const mayWrite = frame.scopes.has('projects:write')
  const ofForm = (form: string) => (refused?.form === form ? refused : undefined)
  return consolePage(frame, {
    title: isOwn && !client.name ? "The site's own client" : nameOfClient(client),
    lead: html`A client of <a href="${sites}">${project.name}</a>.`,
    main: html`!${shownOnce(shown)}!${refusal(refused, refused && `form-${refused.form}`)}
!${card('What to enter in your product', toEnter(client, issuer), 'Issuer and client are enough for products that know discovery, which is nearly all.')}
!${client.authMethod === 'client_secret' ? secretsCard(frame, { client, path, whose: 'the product', refused }) : ''}
!${notices.length > 0 ? undelivered(frame, path, client, notices, mayWrite) : ''}
!${card('Settings', mayWrite ? settingsForm(frame, path, client, ofForm('client')) : clientFacts(client))}
!${mayWrite && !isOwn ? deletion(frame, path, project, client, ofForm('delete')) : ''}`,
  })
}

function toEnter(client: Client, issuer: string): string {
  return html`!${copyable('Issuer', issuer, 'Also called authority or provider URL.')}
!${copyable('Discovery URL', `${issuer}/.well-known/openid-configuration`)}
!${copyable('Client ID', client.id)}
!${copyable('Scopes', 'openid profile email groups', 'Leave groups out if the product has none.')}
<details><summary>Without discovery</summary>
!${copyable('Authorization endpoint', `${issuer}/oauth/authorize`)}
!${copyable('Token endpoint', `${issuer}/oauth/token`)}
!${copyable('Userinfo endpoint', `${issuer}/oauth/userinfo`)}
!${copyable('Keys (JWKS URL)', `${issuer}/.well-known/jwks.json`)}
!${copyable('Logout (end session) endpoint', `${issuer}/oauth/logout`)}
<p class="hint">The flow is the authorization code flow, response type <code>code</code>, with PKCE (<code>S256</code>).</p></details>`
}

function settingsForm(
  frame: ConsoleFrame,
  path: string,
  client: Client,
  refused: RefusedForm | undefined,
): string {
  return html`<form method="post" action="${path}" id="form-client" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(client.version)}
!${clientFields(client, refused)}
<div class="actions"><button class="button" type="submit">Save the client</button></div></form>`
}

function undelivered(
  frame: ConsoleFrame,
  path: string,
  client: Client,
  notices: readonly Notice[],
  mayWrite: boolean,
): string {
  const retry = ({ id }: Notice) =>
    html`<form method="post" action="${path}/notices/retry">!${hiddenToken(frame.token)}<input type="hidden" name="notice" value="${id}"><button class="button button-quiet button-small" type="submit">Try again now</button></form>`
  return card(
    'Undelivered logout notices',
    table(
      'Sign-outs that the product does not know of',
      ['Reader', 'Signed out', 'State', 'Tried', 'Last problem', ''],
      notices.map(notice => [
        html`<bdi>${notice.reader ?? 'a reader who is gone'}</bdi>`,
        ago(notice.createdAt, frame.now),
        notice.state === 'given_up'
          ? badge('bad', 'given up')
          : html`!${badge('warn', 'waiting')} !${ago(notice.dueAt, frame.now)}`,
        html`${notice.tries === 1 ? 'once' : `${notice.tries} times`}`,
        html`${notice.lastProblem ?? ''}`,
        mayWrite ? retry(notice) : '',
      ]),
    ),
    html`These readers have signed out, and the product has not taken the word for it at <code>${client.backchannelLogoutUri ?? 'an address that is no longer set'}</code>. It may still show them their pages.`,
  )
}

function deletion(
  frame: ConsoleFrame,
  path: string,
  project: Project,
  client: Client,
  refused: RefusedForm | undefined,
): string {
  return deleteCard(frame, {
    title: 'Delete this client',
    button: 'Delete the client',
    action: `${path}/delete`,
    slug: project.slug,
    version: client.version,
    effects: [
      'The product can sign nobody in any more, from now on.',
      'Its codes, tokens and refresh tokens are worth nothing at once.',
      'Its client ID is gone for good: another client has another one.',
    ],
    refused,
  })
}
