import { isActive } from '../projects/client-secrets.ts'
import type { Client, ClientSecret, Project } from '../projects/project.ts'
import { type AttentionItem, inWords } from './attention.ts'

const DAY = 86_400_000
/** Used this lately, a secret is in use. */
const IN_USE = DAY
const NEAR_END = 7 * DAY
const UNUSED = 7 * DAY

/** Secrets that are about to stop working while somebody uses them, should be replaced, or were never needed. */
export function watchSecrets(project: Project, client: Client, now: number): AttentionItem[] {
  const active = client.secrets.filter(secret => isActive(secret, now))
  const whose = nameOf(client)
  return active.flatMap((secret): AttentionItem[] => {
    const about = { projectId: project.id, traceId: null }
    // Each program has an application token of its own: a newer one is no successor.
    const others = client.kind === 'application' ? [] : active
    const successor = others.find(other => isNewer(other, secret) && outlasts(other, secret))
    const called = `The secret ...${secret.hint} of ${whose}`
    const replace = successor
      ? `Put the newer secret ...${successor.hint} where the old one is; if nobody has it any more, make another one.`
      : 'Make a new secret with a grace period and put it where this one is.'
    if (isInUse(secret, now) && secret.expiresAt !== null && !madeForAWhile(secret, active)) {
      const left = secret.expiresAt - now
      const near = left <= NEAR_END
      return [
        {
          ...about,
          kind: near ? 'secret_ending' : 'secret_superseded',
          severity: left <= DAY ? 'error' : near ? 'warning' : 'notice',
          sentence: `${called} is in use, last ${inWords(now - secret.lastUsedAt!)} ago, and stops working in ${inWords(left)}.`,
          detail: replace,
          since: successor?.createdAt ?? secret.lastUsedAt,
        },
      ]
    }
    if (isInUse(secret, now) && secret.expiresAt === null && successor) {
      return [
        {
          ...about,
          kind: 'secret_superseded',
          severity: 'notice',
          sentence: `${called} is still in use although there is a newer one, and has no end.`,
          detail: `${replace} Then revoke the old one.`,
          since: successor.createdAt,
        },
      ]
    }
    const waits = others.some(other => isNewer(secret, other) && isInUse(other, now))
    if (isUnused(secret, now) && !waits && isToBeUsed(project, client)) {
      return [
        {
          ...about,
          kind: 'secret_unused',
          severity: 'notice',
          sentence: `${called} was made ${inWords(now - secret.createdAt)} ago and never used.`,
          detail: 'Put it where it belongs, or revoke it: a secret that nobody needs can only be stolen.',
          since: secret.createdAt,
        },
      ]
    }
    return []
  })
}

function isInUse(secret: ClientSecret, now: number): boolean {
  return secret.lastUsedAt !== null && now - secret.lastUsedAt < IN_USE
}

function isUnused(secret: ClientSecret, now: number): boolean {
  return secret.lastUsedAt === null && now - secret.createdAt >= UNUSED
}

function isNewer(other: ClientSecret, than: ClientSecret): boolean {
  return other.createdAt > than.createdAt
}

function outlasts(other: ClientSecret, than: ClientSecret): boolean {
  return other.expiresAt === null || (than.expiresAt !== null && other.expiresAt > than.expiresAt)
}

/** A rotation ends what is older. Where an older secret has no end, this one was given its own when it was made. */
function madeForAWhile(secret: ClientSecret, active: readonly ClientSecret[]): boolean {
  return active.some(other => isNewer(secret, other) && other.expiresAt === null)
}

/** The site that Gatepass serves itself swaps its codes inside the process: nobody needs its secret. */
function isToBeUsed(project: Project, client: Client): boolean {
  return client.kind !== 'site' || project.siteElsewhere || client.redirectUris.length > 0
}

const names = {
  login: 'the login client',
  site: 'the site client',
  application: 'the application client',
} as const

function nameOf(client: Client): string {
  if (client.name) return client.name
  return names[client.kind]
}
