// A SAML provider's settings out of its metadata: pasted, or from the address where it is published.
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { OutboundError, type OutboundFetch } from '../../platform/outbound-fetch.ts'
import { type ProviderMetadata, readProviderMetadata } from './read-metadata.ts'
import { XmlProblem } from './xml.ts'

export interface MetadataDeps {
  readonly fetch: OutboundFetch
  readonly clock: Clock
  /** Metadata is not fetched without TLS then. */
  readonly production: boolean
}

type Settings = Readonly<Record<string, unknown>>

/**
 * The settings with what the metadata says in the place of what was typed. Without a text, what is published at
 * `metadataUrl` fills them, unless entity ID, address and certificates are all there.
 * @throws AppError `invalid_request` at the field `metadata` or `metadataUrl`.
 */
export async function fillSettings(deps: MetadataDeps, settings: Settings, text: string): Promise<Settings> {
  if (text.trim() !== '') return merge(settings, readAt('metadata', text, deps.clock.now()), 'metadata')
  const { metadataUrl, entityId, singleSignOnUrl, certificates } = settings
  const complete = [entityId, singleSignOnUrl, certificates].every(each => each !== undefined)
  if (typeof metadataUrl !== 'string' || complete) return settings
  return await readPublished(deps, settings, metadataUrl)
}

/** @throws AppError `invalid_request` at the field `metadataUrl`. */
export async function readPublished(deps: MetadataDeps, settings: Settings, url: string): Promise<Settings> {
  const text = await fetchMetadata(deps, url)
  return merge(settings, readAt('metadataUrl', text, deps.clock.now()), 'metadataUrl')
}

/** Readers are known by the entity ID too: another one would make new readers of all of them. */
function merge(settings: Settings, found: ProviderMetadata, field: string): Settings {
  const { entityId } = settings
  if (entityId !== undefined && entityId !== found.entityId) {
    throw refuse(
      field,
      `is of ${found.entityId.slice(0, 300)}, and this provider is another: clear its entity ID if that is meant`,
    )
  }
  return { ...settings, ...found }
}

function readAt(field: string, text: string, now: number): ProviderMetadata {
  try {
    return readProviderMetadata(text, now)
  } catch (error) {
    if (error instanceof XmlProblem)
      throw refuse(field, `is no metadata that can be used: ${error.message}`, error)
    throw error
  }
}

async function fetchMetadata({ fetch, production }: MetadataDeps, url: string): Promise<string> {
  // Whoever changes it on its way signs in as anybody.
  if (production && !url.startsWith('https:')) throw refuse('metadataUrl', 'must begin with https')
  try {
    const accept = 'application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1'
    const { status, body } = await fetch(url, { headers: { accept } })
    if (status === 200) return body
    throw refuse('metadataUrl', `answers ${status}${status >= 300 && status < 400 ? ', a redirect' : ''}`)
  } catch (error) {
    if (error instanceof OutboundError) throw refuse('metadataUrl', `cannot be read: ${error.message}`, error)
    throw error
  }
}

function refuse(field: string, problem: string, cause?: unknown): AppError {
  return new AppError('invalid_request', `The metadata cannot be taken: ${field} ${problem}.`, {
    fields: [{ field, problem }],
    cause,
  })
}
