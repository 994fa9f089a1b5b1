// What an OpenID Connect client consists of, for making one and for changing one.
import { html } from 'ghtml'
import type { ClientAuthMethod } from '../../db/tables.ts'
import type { Client } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import { facts, typed } from './facts.ts'
import { radioField, selectField, textArea, textField } from './form.ts'
import { algorithms } from './jwt-settings.ts'

const ways: readonly (readonly [ClientAuthMethod, string, string])[] = [
  ['client_secret', 'Client secret', 'What nearly every product does. In the header or in the form.'],
  [
    'private_key_jwt',
    'Signed assertion',
    'The product signs with a key of its own, whose public half you paste below. No secret to leak.',
  ],
  [
    'none',
    'Nothing but PKCE',
    'For applications that can keep no secret, such as one that runs in the browser.',
  ],
]

const short: Readonly<Record<ClientAuthMethod, string>> = {
  client_secret: 'client secret',
  private_key_jwt: 'signed assertion',
  none: 'PKCE alone',
}

export function wayOf(method: ClientAuthMethod): string {
  return short[method]
}

export function nameOfClient({ name, id }: Pick<Client, 'name' | 'id'>): string {
  return name || `Client …${id.slice(-6)}`
}

export function clientFields(client: Client | undefined, refused: Refused | undefined): string {
  return html`!${textField({ name: 'name', label: 'Name', value: client?.name, refused, placeholder: 'Wiki', hint: 'What you call it; readers see it where a page must name the product.' })}
!${textArea({ name: 'redirectUris', label: 'Redirect URIs', value: client?.redirectUris.join('\n'), rows: 3, mono: true, refused, hint: 'One a line, exactly as the product shows it; some call it callback or reply URL. Compared character by character.' })}
!${textArea({ name: 'postLogoutRedirectUris', label: 'Post-logout redirect URIs (optional)', value: client?.postLogoutRedirectUris.join('\n'), rows: 2, mono: true, refused, hint: 'One a line: where the product may have the browser back after signing out.' })}
!${textField({ name: 'backchannelLogoutUri', label: 'Back-channel logout URI (optional)', type: 'url', value: client?.backchannelLogoutUri, mono: true, refused, hint: 'Gatepass tells the product there, server to server, that a session has ended, and tries again for a day.' })}
!${radioField({ name: 'authMethod', label: 'How the product proves who it is', value: client?.authMethod ?? 'client_secret', options: ways, refused })}
!${textArea({ name: 'jwks', label: 'Public keys (for signed assertions)', value: client?.jwks ? JSON.stringify(client.jwks, null, 2) : '', rows: client?.jwks ? 8 : 3, mono: true, refused, hint: 'A JWK Set: {"keys": [...]}. Public keys only.' })}
!${selectField({ name: 'idTokenAlgorithm', label: 'ID tokens are signed with', value: client?.idTokenAlgorithm ?? '', options: [['', 'what the project says'], ...algorithms.map(([value, label]) => [value, label] as const)], refused })}`
}

export function clientFacts(client: Client): string {
  const list = (uris: readonly string[]) =>
    uris.length === 0 ? typed(null) : html`!${uris.map(uri => html`<code class="line">${uri}</code>`)}`
  return facts([
    ['Name', html`<bdi>${nameOfClient(client)}</bdi>`],
    ['Redirect URIs', list(client.redirectUris)],
    ['Post-logout redirect URIs', list(client.postLogoutRedirectUris)],
    ['Back-channel logout URI', typed(client.backchannelLogoutUri)],
    ['Proves itself by', wayOf(client.authMethod)],
    ['ID tokens are signed with', typed(client.idTokenAlgorithm, 'what the project says')],
  ])
}
