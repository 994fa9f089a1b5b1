// What the pages of identity providers show of SAML alone.
import { html } from 'ghtml'
import { inWords } from '../../attention/attention.ts'
import type { Project } from '../../projects/project.ts'
import { readCertificate } from '../../upstream/saml/certificate.ts'
import { serviceProviderOf } from '../../upstream/saml/own-entity.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, hiddenVersion, textArea } from './form.ts'
import { badge, card, copyable, moment, table } from './parts.ts'

/** What to enter at the provider. */
export function enterAtProvider(project: Project, issuer: string): string {
  const { entityId, acsUrl } = serviceProviderOf(project, issuer)
  return card(
    'What to enter at the provider',
    html`!${copyable('Metadata URL', entityId, 'Most providers take everything from here.')}
!${copyable('Entity ID', entityId, 'Also called audience, identifier or SP entity ID.')}
!${copyable('ACS URL', acsUrl, 'Also called reply URL, single sign-on URL or recipient. Binding: HTTP-POST.')}`,
    'Let it sign assertions with RSA and SHA-256, do not encrypt them, and choose a name ID that stays.',
  )
}

/** Stands above the settings: everything that the metadata says need not be typed. */
export function metadataField(refused: Refused | undefined): string {
  return textArea({
    name: 'metadata',
    label: 'Metadata of the provider',
    hint: 'Paste the XML; it fills entity ID, single sign-on URL and certificates. Or enter its address below, and leave them empty.',
    rows: 5,
    mono: true,
    refused,
  })
}

/** The certificates that answers are signed with. `refreshAt`: where its metadata is read again, if it can be. */
export function certificatesCard(
  frame: ConsoleFrame,
  certificates: readonly string[],
  now: number,
  refresh: { readonly action: string; readonly version: number } | undefined,
): string {
  const rows = certificates.map(each => {
    const certificate = readCertificate(each)
    if (!certificate) return [html`<code>${each.slice(0, 40)}</code>`, badge('bad', 'unreadable'), '']
    const { fingerprint, subject, validTo } = certificate
    return [
      html`<code class="fingerprint">${fingerprint}</code><p class="hint"><bdi>${subject}</bdi></p>`,
      validity(validTo - now),
      moment(validTo),
    ]
  })
  return card(
    'Certificates',
    html`!${table('Certificates of the provider', ['SHA-256 fingerprint', 'Good for', 'Ends'], rows)}
!${
      refresh
        ? html`<form method="post" action="${refresh.action}" class="actions">!${hiddenToken(frame.token)}!${hiddenVersion(refresh.version)}<button class="button button-quiet" type="submit">Read the metadata again</button></form>`
        : ''
    }`,
    'Answers must be signed by one of them. While the provider changes its certificate, both may be here.',
  )
}

function validity(left: number): string {
  if (left <= 0) return badge('bad', 'ended')
  return badge(left < 30 * 86_400_000 ? 'warn' : 'good', inWords(left).replace(' ', '\u00a0'))
}
