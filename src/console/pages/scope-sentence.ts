import type { Scope } from '../../administrators/principal.ts'

const sentences: Readonly<Record<Scope, string>> = {
  'projects:read': 'See projects with their settings, clients and reader groups.',
  'projects:write': 'Make, change and delete projects, clients and reader groups.',
  'secrets:write': 'Make, rotate and revoke client secrets.',
  'readers:read': 'See readers, their groups and sessions.',
  'readers:write': 'Block readers and end their sessions.',
  'sign-ins:read': 'See sign-ins, step by step, with the true reason of each refusal.',
  'sign-ins:test': 'Try out what a login endpoint would send.',
  'keys:read': 'See the signing keys.',
  'keys:write': 'Rotate signing keys and remove stolen ones.',
  'audit:read': 'Read the audit log.',
  'administrators:read': 'See administrators and API keys.',
  'administrators:write': 'Invite, change and delete administrators; make and revoke API keys.',
}

/** What a right of an API key allows. */
export function scopeSentence(scope: Scope): string {
  return sentences[scope]
}
