/**
 * Where a provider sends readers back to, and what is registered there. Each provider has its own: an answer that comes
 * to another provider's address is known for that, also where a provider does not say who it is (RFC 9700, section 4.4).
 */
export function openidRedirectUri(issuer: string, projectSlug: string, providerSlug: string): string {
  return `${issuer}/upstream/openid/${projectSlug}/${providerSlug}/callback`
}
