import { html } from 'ghtml'
import type { Finding } from '../../projects/login-url/finding.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../../upstream/identity-provider.ts'
import { settingFields } from '../../upstream/setting-fields.ts'
import { settingText } from '../read-provider.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { deleteCard } from './delete-card.ts'
import { hiddenToken, hiddenVersion, refusal } from './form.ts'
import { consolePage } from './layout.ts'
import { connectionCard, redirectUriCard } from './openid-provider-parts.ts'
import { card, copyable } from './parts.ts'
import { kinds, labelOf, providerFields } from './provider-fields.ts'
import { certificatesCard, enterAtProvider } from './saml-provider-parts.ts'

interface ProviderView {
  readonly project: Project
  readonly provider: IdentityProvider
  readonly issuer: string
  /** Of a test of the connection that was just made. */
  readonly findings?: readonly Finding[] | undefined
  readonly now: number
  readonly refused: RefusedForm | undefined
}

export function providerPage(frame: ConsoleFrame, view: ProviderView): string {
  const { project, provider, issuer, now, refused } = view
  const providers = `/console/projects/${project.slug}/providers`
  const path = `${providers}/${provider.slug}`
  const mayWrite = frame.scopes.has('projects:write')
  const ofForm = (form: string) => (refused?.form === form ? refused : undefined)
  return consolePage(frame, {
    title: provider.name,
    lead: html`${kinds[provider.kind].about} An <a href="${providers}">identity provider</a> of ${project.name}.`,
    main: html`!${refusal(refused, refused && `form-${refused.form}`)}
!${provider.kind === 'saml' ? enterAtProvider(project, issuer) : ''}
!${provider.kind === 'oidc' ? redirectUriCard(project, issuer, provider.slug) : ''}
!${
      isSaml(provider)
        ? certificatesCard(
            frame,
            provider.settings.certificates,
            now,
            mayWrite && provider.settings.metadataUrl
              ? { action: `${path}/refresh`, version: provider.version }
              : undefined,
          )
        : ''
    }
!${provider.kind === 'oidc' && mayWrite ? connectionCard(frame, path, provider, view.findings) : ''}
!${provider.kind === 'saml' ? '' : card('What your application sends', toSend(provider, issuer), 'Where an application of yours has a token of this provider, and swaps it for ours: with the ID and secret of the site client, or of another client of this project.')}
!${card('Settings', mayWrite ? settingsForm(frame, path, provider, ofForm('provider')) : facts(provider))}
!${
      mayWrite
        ? deleteCard(frame, {
            title: 'Delete the provider',
            button: `Delete ${provider.slug}`,
            action: `${path}/delete`,
            slug: provider.slug,
            version: provider.version,
            effects: [
              ...(provider.kind === 'saml' || provider.kind === 'oidc'
                ? ['Nobody signs in there from now on.']
                : []),
              ...(provider.kind === 'saml' ? [] : ['Its tokens are refused from now on.']),
              'Readers who came by it stay, and so do their sessions until they end.',
              html`Made again with the same settings, it leads to the same readers.`,
            ],
            refused: ofForm('delete'),
          })
        : ''
    }`,
  })
}

function isSaml(provider: IdentityProvider): provider is IdentityProvider<'saml'> {
  return provider.kind === 'saml'
}

function toSend({ slug }: IdentityProvider, issuer: string): string {
  return html`!${copyable('Address', `${issuer}/oauth/token`)}
!${copyable('grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange')}
!${copyable('subject_issuer', slug)}`
}

function settingsForm(
  frame: ConsoleFrame,
  path: string,
  provider: IdentityProvider,
  refused: RefusedForm | undefined,
): string {
  return html`<form method="post" action="${path}" id="form-provider" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(provider.version)}
!${providerFields(provider.kind, provider, refused)}
<div class="actions"><button class="button" type="submit">Save the provider</button></div></form>`
}

/** For who may look and not change. */
function facts({ kind, settings }: IdentityProvider): string {
  const values = settings as Readonly<Record<string, unknown>>
  const set = settingFields(kind).filter(({ key }) => values[key] !== undefined)
  return html`!${set.map(field => copyable(labelOf(field.key), settingText(field, values[field.key])))}`
}
