// One sentence for each entry of the audit log, in plain text: who did what to what, and what it means.
import type { AuditEntry } from '../../audit/audit-log.ts'
import { actorName } from './actor-name.ts'
import { changesInWords, listInWords } from './changes-in-words.ts'
import { isolated } from './isolated.ts'

/** What IDs in the log are called now. */
export interface AuditNames {
  /** Names of administrators by their e-mail address. */
  readonly administrators: ReadonlyMap<string, string>
  project(id: string): string | undefined
  client(id: string): string | undefined
}

export function auditSentence(entry: AuditEntry, names: AuditNames): string {
  const who = isolated(actorName(entry.actor.name, names.administrators))
  const tell = Object.hasOwn(sentences, entry.action) ? sentences[entry.action] : undefined
  if (!tell) return `${who}: ${entry.action} ${isolated(entry.target)}`
  const told = tell(aboutOf(entry, names))
  return told.startsWith('^') ? told.slice(1) : `${who} ${told}`
}

interface About {
  readonly target: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly at: number
  /** The project's name, or what stands for it. */
  readonly project: string
  readonly client: string
  /** The target, if it is somebody of the console. */
  readonly them: string
  /** The target by the name or ID that the detail has of it. */
  readonly named: string
}

function aboutOf({ target, detail, at, projectId }: AuditEntry, names: AuditNames): About {
  return {
    target: isolated(target),
    detail,
    at,
    project: isolated((projectId && names.project(projectId)) ?? 'a deleted project'),
    client: isolated(names.client(target) ?? target),
    them: isolated(names.administrators.get(target) ?? target),
    named: isolated(String(detail.name ?? detail.externalId ?? target)),
  }
}

const sentences: Readonly<Record<string, (about: About) => string>> = {
  'project.create': ({ named }) => `made the project ${named}.`,
  'project.update': ({ detail, project }) => `changed ${project}: ${changesInWords(detail)}.`,
  'project.delete': ({ target }) =>
    `deleted the project ${target}; its clients and sessions stopped working.`,
  'jwt.create': ({ project }) => `set JWT SSO up for ${project}, with a new login client.`,
  'jwt.delete': ({ project }) =>
    `deleted the JWT SSO configuration of ${project}; its login clients stopped working.`,
  'client.create': ({ project, named }) => `made the client ${named} of ${project}.`,
  'client.update': ({ detail, project, client }) =>
    `changed ${listInWords(Object.keys(detail))} of the client ${client} of ${project}.`,
  'client.delete': ({ project, client }) => `deleted the client ${client} of ${project}.`,
  'secret.issue': ({ detail, project, at }) =>
    `made a further ${kindOfSecret(detail.client)} of ${project}; it ends on ${later(at, detail.lifeSeconds)}.`,
  'application-token.create': ({ detail, project, at }) =>
    `made the application token ${isolated(String(detail.label))} of ${project}${
      detail.lifeSeconds === undefined ? '' : `; it ends on ${later(at, detail.lifeSeconds)}`
    }.`,
  'secret.rotate': ({ detail, project, at }) =>
    `rotated the ${kindOfSecret(detail.client)} of ${project}; ${
      detail.graceSeconds === 0
        ? 'the old one stopped at once'
        : `the old one works until ${later(at, detail.graceSeconds)}`
    }.`,
  'secret.revoke': ({ detail, project }) =>
    `revoked the secret that ends with ${detail.hint} of ${project}; it stopped at once.`,
  'group.create': ({ named, project }) => `made the reader group ${named} of ${project}.`,
  'group.update': ({ detail, target, project }) =>
    `changed the reader group ${target} of ${project}: ${changesInWords(detail)}.`,
  'group.delete': ({ named, project }) => `deleted the reader group ${named} of ${project}.`,
  'reader.block': ({ named, project }) => `blocked the reader ${named} of ${project}; their sessions ended.`,
  'reader.unblock': ({ named, project }) => `let the reader ${named} of ${project} in again.`,
  'reader.end-sessions': ({ named, project }) => `ended the sessions of the reader ${named} of ${project}.`,
  'provider.create': ({ named, project }) => `made the identity provider ${named} of ${project}.`,
  'provider.update': ({ target, detail, project }) =>
    `changed the identity provider ${target} of ${project}${detail.secret === 'changed' ? ', its secret too' : ''}.`,
  'provider.delete': ({ target, project }) => `deleted the identity provider ${target} of ${project}.`,
  'sign-in.test': ({ named, project }) => `made a test code for the reader ${named} of ${project}.`,
  'session.end': ({ project }) => `ended a reader's session of ${project}.`,
  'notice.retry': ({ project }) => `had a logout notice of ${project} sent again.`,
  'key.create': ({ target, detail }) => `made the first ${detail.algorithm} key, ${shortKey(target)}.`,
  'key.publish': ({ target, detail, at }) =>
    `published the ${detail.algorithm} key ${shortKey(target)}; it signs ${
      Number(detail.signsFrom) <= at ? 'at once' : `from ${moment(Number(detail.signsFrom))}`
    }.`,
  'key.sign': ({ target, detail }) =>
    `let the ${detail.algorithm} key ${shortKey(target)} sign before its hour was over.`,
  'key.remove': ({ target, detail }) =>
    `removed the ${detail.algorithm} key ${shortKey(target)}; every token that it signed is refused.`,
  'key.delete': ({ target, detail }) =>
    `deleted the ${detail.algorithm} key ${shortKey(target)}, which was out of use.`,
  'administrator.create': ({ them }) => `became an administrator: ${them}.`,
  'administrator.invite': ({ detail, named }) => `invited ${named} as ${role(detail.role)}.`,
  'administrator.update': ({ detail, them }) =>
    `changed the administrator ${them}: ${changesInWords(detail)}.`,
  'administrator.delete': ({ target }) => `deleted the administrator ${target}.`,
  'administrator.link': ({ them }) => `made a one-time link for ${them}.`,
  'administrator.owner-link': () => 'made a one-time link that makes a new owner.',
  'administrator.set-password': () => 'set a new password.',
  'administrator.totp-on': () => 'switched their second factor on.',
  'administrator.totp-off': () => 'switched their second factor off.',
  'administrator.reset-totp': ({ them }) => `switched the second factor of ${them} off.`,
  'administrator.end-sessions': ({ detail, them }) =>
    `signed ${them} out of ${detail.ended === 1 ? 'one browser' : `${detail.ended} browsers`}.`,
  'administrator.sign-in': () => 'signed in to the console.',
  'administrator.slowed-down': ({ them }) => `guessed too often at the sign-in of ${them} and has to wait.`,
  'administrator.sign-in-refused': ({ detail, them }) =>
    `^A sign-in to the console was refused${them === isolated('unknown') ? '' : ` for ${them}`}: ${detail.reason}.`,
  'account.create': ({ target }) => `made the account ${target}.`,
  'account.update': ({ target, detail }) => `changed the account ${target}: ${changesInWords(detail)}.`,
  'account.change-type': ({ target, detail }) => `changed the account ${target}: ${changesInWords(detail)}.`,
  'account.delete': ({ target }) => `deleted the account ${target}.`,
  'account.link': ({ target }) => `made a one-time link for the account ${target}.`,
  'member.set': ({ target, detail, project }) => {
    const groups = (detail.groups as string[] | undefined) ?? []
    return `made ${target} a member of ${project}${groups.length > 0 ? `, in ${listInWords(groups)}` : ''}.`
  },
  'member.remove': ({ target, project }) => `took ${target} out of ${project}; their sessions there ended.`,
  'account.set-password': ({ target }) => `set a password for the account ${target}.`,
  'account.end-sessions': ({ target }) => `ended sign-ins of the account ${target}.`,
  'account.mail-link': ({ target }) =>
    `asked for a link to set a password for the account ${target}, and it was mailed.`,
  'account.mail-failed': ({ target, detail }) =>
    `asked for a link to set a password for the account ${target}, and it could not be mailed: ${detail.problem}.`,
  'account.slowed-down': ({ target }) =>
    `guessed too often at the password of the account ${target} and has to wait.`,
  'api-key.create': ({ target, detail }) =>
    `made the API key ${target}: ${listInWords((detail.scopes as string[] | undefined) ?? [])}.`,
  'api-key.revoke': ({ target }) => `revoked the API key ${target}.`,
}

function kindOfSecret(kind: unknown): string {
  return kind === 'site' ? "site client's secret" : 'client secret'
}

function shortKey(kid: string): string {
  return kid.replace(/[\u2068\u2069]/g, '').slice(0, 8)
}

function role(name: unknown): string {
  return String(name).replaceAll('_', ' ')
}

function later(at: number, seconds: unknown): string {
  return moment(at + Number(seconds) * 1000)
}

function moment(at: number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime())
    ? 'an unknown moment'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
