import { html } from 'ghtml'
import { type Client, callbackUrl, type Project } from '../../projects/project.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ShownOnce } from '../show-once.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { deleteCard } from './delete-card.ts'
import { hiddenToken, hiddenVersion, refusal, switchField } from './form.ts'
import { addressesCard, type JwtSettings, pushesCard, tokensCard } from './jwt-settings.ts'
import { consolePage } from './layout.ts'
import { badge, card, copyable, shownOnce } from './parts.ts'
import { secretsCard } from './secrets-card.ts'

export interface JwtView {
  readonly project: Project
  /** The login client; undefined where the JWT configuration was deleted. */
  readonly client: Client | undefined
  readonly issuer: string
  readonly shown: ShownOnce | undefined
  readonly refused: RefusedForm | undefined
}

export function jwtPage(frame: ConsoleFrame, view: JwtView): string {
  const { project, client, issuer, shown, refused } = view
  const path = `/console/projects/${project.slug}/jwt`
  const mayWrite = frame.scopes.has('projects:write')
  const settings = { project, path, mayWrite, refused }
  return consolePage(frame, {
    title: 'JWT SSO',
    lead: html`Your application says who the reader is; Gatepass lets them into <strong>${project.name}</strong>.`,
    main: html`!${shownOnce(shown)}!${refusal(refused, refused && `form-${refused.form}`)}
!${client ? statusCard(frame, settings) : createCard(frame, path)}
!${client ? setUpCard(project, client, issuer) : ''}
!${client ? secretsCard(frame, { client, path, whose: 'your login endpoint', refused }) : ''}
!${addressesCard(frame, settings)}
!${client ? pushesCard(frame, settings) : ''}
!${client ? tokensCard(frame, settings) : ''}
!${client && mayWrite ? deletion(frame, path, project, refused) : ''}`,
  })
}

const standards = { openid: 'OpenID', saml: 'SAML', accounts: 'accounts of Gatepass' } as const

function statusCard(frame: ConsoleFrame, { project, path, mayWrite, refused }: JwtSettings): string {
  if (project.standard !== 'jwt') {
    return card(
      'JWT status',
      html`<p>!${badge('calm', 'not in use')} Readers of this project sign in by another standard, <strong>${standards[project.standard]}</strong>. Codes of a login endpoint are refused as long as that is so. <a href="/console/projects/${project.slug}/settings#standard">Choose what readers sign in by</a>.</p>`,
    )
  }
  const state = project.jwtEnabled
    ? html`!${badge('good', 'on')} Readers sign in with the accounts of your application.`
    : html`!${badge('warn', 'off')} Nobody new can sign in: codes are refused, and readers are told so. Who is signed in stays until their session ends.`
  if (!mayWrite) return card('JWT status', html`<p>!${state}</p>`)
  return card(
    'JWT status',
    html`<p>!${state}</p>
<form method="post" action="${path}/status" class="switch-row">!${hiddenToken(frame.token)}!${hiddenVersion(project.version)}
!${switchField({ name: 'jwtEnabled', label: 'Readers can sign in with JWT SSO', on: project.jwtEnabled, refused: refused?.form === 'status' ? refused : undefined })}
<button class="button button-quiet" type="submit">Save status</button></form>`,
  )
}

function createCard(frame: ConsoleFrame, path: string): string {
  const words = html`<p><strong>There is no JWT configuration.</strong></p>
<p>Creating one makes a client ID and a client secret for your login endpoint, and switches JWT SSO on. The secret is shown once.</p>`
  if (!frame.scopes.has('secrets:write')) return html`<div class="empty">!${words}</div>`
  return html`<div class="empty">!${words}
<form method="post" action="${path}/create">!${hiddenToken(frame.token)}<button class="button" type="submit">Create JWT</button></form></div>`
}

function setUpCard(project: Project, client: Client, issuer: string): string {
  return card(
    'Set up your application',
    html`!${copyable('Client ID', client.id)}
!${copyable('Callback URL', callbackUrl(project), 'Where your application sends the browser, with the code.')}
!${copyable('Code generation URL', `${issuer}/jwt/generateCode`, 'Where your application posts who the reader is, with the client ID and the client secret, and gets the code.')}
<p class="hint"><a href="/console/projects/${project.slug}/snippets">Code for your login endpoint</a>, filled in with these values.</p>`,
    'Copy these and the client secret into your login endpoint.',
  )
}

function deletion(
  frame: ConsoleFrame,
  path: string,
  project: Project,
  refused: RefusedForm | undefined,
): string {
  return deleteCard(frame, {
    title: 'Delete the JWT configuration',
    button: 'Delete the JWT configuration',
    action: `${path}/delete`,
    slug: project.slug,
    version: project.version,
    effects: [
      'The client ID and all its secrets stop working at once, and JWT SSO is off.',
      'Codes that are under way are refused. Readers who are signed in stay so until their sessions end.',
      'Addresses, groups and readers are kept. Creating it anew makes another client ID and another secret.',
    ],
    refused: refused?.form === 'delete' ? refused : undefined,
  })
}
