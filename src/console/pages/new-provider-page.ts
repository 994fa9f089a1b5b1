import { html } from 'ghtml'
import type { ProviderKind } from '../../db/tables.ts'
import type { Project } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { kinds, providerFields } from './provider-fields.ts'
import { enterAtProvider } from './saml-provider-parts.ts'

const slugHints: Partial<Record<ProviderKind, string>> = {
  saml: 'Names it in addresses and attempts; it stays for good.',
  oidc: 'Stands in the redirect URI, and is what requests send as subject_issuer; it stays for good.',
}

export function newProviderPage(
  frame: ConsoleFrame,
  {
    project,
    kind,
    issuer,
    refused,
  }: { project: Project; kind: ProviderKind; issuer: string; refused: Refused | undefined },
): string {
  const providers = `/console/projects/${project.slug}/providers`
  return consolePage(frame, {
    title: `New: ${kinds[kind].name}`,
    lead: html`${kinds[kind].about} An <a href="${providers}">identity provider</a> of ${project.name}.`,
    main: html`!${refusal(refused)}!${kind === 'saml' ? enterAtProvider(project, issuer) : ''}<section class="card"><form method="post" action="${providers}/new/${kind}" class="stack">!${hiddenToken(frame.token)}
!${textField({ name: 'slug', label: 'Slug', value: kind, required: true, mono: true, refused, hint: slugHints[kind] ?? 'What requests send as subject_issuer; it stays for good.' })}
!${providerFields(kind, undefined, refused)}
<div class="actions"><button class="button" type="submit">Add the provider</button></div></form></section>`,
  })
}
