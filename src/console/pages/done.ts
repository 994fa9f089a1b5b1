const sentences: Readonly<Record<string, string>> = {
  welcome: 'Welcome. You are an administrator of this Gatepass now.',
  saved: 'Saved.',
  'password-set': 'The new password is set; other sessions have ended.',
  'second-factor-on': 'The second factor is on: the next sign-in asks for it.',
  'second-factor-off': 'The second factor is off.',
  'session-ended': 'Signed out there.',
  'signed-out': 'You are signed out.',
  'project-made': 'The project is there. Set up your application next.',
  'group-made': 'The group is there.',
  'group-deleted': 'The group is deleted.',
  'key-published': 'The new key is published. It signs in an hour.',
  'key-signs': 'The new key signs from now on.',
  'key-removed': 'The key is out of use, and every token that it signed is refused.',
  invited: 'They are invited. Send them the link below: it is shown this once.',
  'link-made': 'The link is made. Send it to them: it is shown this once.',
  'administrator-disabled': 'They are disabled, and signed out everywhere.',
  'administrator-enabled': 'They can sign in again.',
  'api-key-made': 'The key is made. Copy it now: it is shown this once.',
  'api-key-revoked': 'The key is revoked: nothing can use it any more.',
  'administrator-deleted': 'They are deleted.',
  'their-second-factor-off': 'Their second factor is off: the password alone signs in now.',
}

/** What `?done=` says was just done; an address that somebody made up says nothing. */
export function doneSentence(done: string | undefined): string | undefined {
  return done !== undefined && Object.hasOwn(sentences, done) ? sentences[done] : undefined
}
