import type { Project } from '../projects/project.ts'
import type { IdentityProvider } from '../upstream/identity-provider.ts'
import { readCertificate } from '../upstream/saml/certificate.ts'
import { type AttentionItem, inWords } from './attention.ts'

const NEAR_END = 30 * 86_400_000

/** SAML providers whose last certificate is about to end: whoever looks after them will change it, with or without notice. */
export function watchCertificates(
  project: Project,
  providers: readonly IdentityProvider[],
  now: number,
): AttentionItem[] {
  return providers.flatMap((provider): AttentionItem[] => {
    if (provider.kind !== 'saml') return []
    const { certificates, metadataUrl } = (provider as IdentityProvider<'saml'>).settings
    const ends = certificates.flatMap(each => readCertificate(each)?.validTo ?? [])
    const left = Math.max(...ends) - now
    if (ends.length === 0 || left > NEAR_END) return []
    const called = `The certificate of the identity provider ${provider.slug}`
    return [
      {
        kind: 'certificate_ending',
        severity: 'warning',
        sentence:
          left > 0
            ? `${called} ends in ${inWords(left)}.`
            : `${called} ended ${inWords(-left)} ago; it is still taken.`,
        detail: metadataUrl
          ? 'Ask when it is changed, and read the metadata again as soon as the new one is in it.'
          : 'Ask for the new one, and enter the metadata that has both before it is changed.',
        since: null,
        projectId: project.id,
        traceId: null,
      },
    ]
  })
}
