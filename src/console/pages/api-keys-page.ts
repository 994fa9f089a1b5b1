import { html } from 'ghtml'
import { type ApiKey, isLive } from '../../administrators/api-keys.ts'
import type { Project } from '../../projects/project.ts'
import type { ShownOnce } from '../show-once.ts'
import { actorName } from './actor-name.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, empty, moment, shownOnce, table } from './parts.ts'
import { projectNames } from './projects-choice.ts'

interface View {
  readonly keys: readonly ApiKey[]
  readonly allProjects: readonly Project[]
  readonly shown: ShownOnce | undefined
}

export function apiKeysPage(frame: ConsoleFrame, { keys, allProjects, shown }: View): string {
  const mayWrite = frame.scopes.has('administrators:write')
  const make = mayWrite ? '<a class="button" href="/console/api-keys/new">New API key</a>' : ''
  const live = keys.filter(key => isLive(key, frame.now))
  const over = keys.filter(key => !isLive(key, frame.now))
  return consolePage(frame, {
    title: 'API keys',
    lead: 'For programs: everything that this console does, as JSON. <a href="/api/v1/docs">The admin API and its OpenAPI document</a>',
    ...(keys.length > 0 && { actions: make }),
    main: html`!${shownOnce(shown)}
!${live.length === 0 ? empty('No key in use.', html`A key belongs to a program, not to a person. !${keys.length === 0 ? make : ''}`) : html`<ul class="cards">!${live.map(key => keyCard(frame, key, allProjects, mayWrite))}</ul>`}
!${over.length === 0 ? '' : card('Out of use', overTable(over))}`,
  })
}

function keyCard(
  { token, now }: ConsoleFrame,
  key: ApiKey,
  allProjects: readonly Project[],
  mayWrite: boolean,
): string {
  const facts: [string, string][] = [
    ['Ends with', html`<code>…${key.hint}</code>`],
    ['Projects', projectNames(key.projectIds, allProjects)],
    ['Made', html`!${ago(key.createdAt, now)} by <bdi>${actorName(key.createdBy)}</bdi>`],
    ['Last used', ago(key.lastUsedAt, now)],
    ['Ends', key.expiresAt === null ? 'not by itself' : ago(key.expiresAt, now)],
  ]
  return html`<li class="card"><h2><bdi>${key.name}</bdi></h2>
<p class="tags">!${key.scopes.map(scope => badge(scope.endsWith(':write') ? 'warn' : 'calm', scope))}</p>
<dl class="facts facts-plain">!${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>!${value}</dd></div>`)}</dl>
!${
    mayWrite
      ? html`<details class="more"><summary>Revoke</summary><p>What uses this key fails with its next request. A revoked key never works again.</p>
<form method="post" action="/console/api-keys/${key.id}/revoke">!${hiddenToken(token)}<button class="button button-danger" type="submit" aria-label="Revoke ${key.name}">Revoke this key</button></form></details>`
      : ''
  }</li>`
}

function overTable(keys: readonly ApiKey[]): string {
  return table(
    'Keys that are out of use',
    ['Name', 'Key', 'Made by', 'Last used', 'Out of use since'],
    keys.map(key => [
      html`<bdi>${key.name}</bdi>`,
      html`<code class="whole">…${key.hint}</code>`,
      html`<bdi>${actorName(key.createdBy)}</bdi>`,
      moment(key.lastUsedAt),
      html`<span>!${moment(key.revokedAt ?? key.expiresAt)} !${key.revokedAt === null ? badge('calm', 'over') : badge('bad', 'revoked')}</span>`,
    ]),
  )
}
