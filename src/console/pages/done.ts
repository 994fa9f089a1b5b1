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
  'jwt-on': 'JWT SSO is on: readers can sign in.',
  'jwt-off': 'JWT SSO is off: nobody new can sign in.',
  'jwt-made': 'The JWT configuration is there, and JWT SSO is on. Set up your application next.',
  'jwt-deleted': 'The JWT configuration is deleted, and JWT SSO is off.',
  'addresses-saved': 'Saved: login URL and logout URL.',
  'pushes-saved': 'Saved: how codes are taken, unknown groups, and the limit of codes.',
  'tokens-saved': 'Saved: lifetimes and signing algorithm.',
  'secret-made': 'The new secret is made.',
  'secret-revoked': 'The secret is revoked.',
  'site-saved': 'Saved: the site.',
  'client-made': 'The client is there. Enter what stands below into your product next.',
  'client-saved': 'Saved: the client.',
  'client-deleted': 'The client is deleted.',
  'notice-retried': 'The site is told again now.',
  'project-saved': 'Saved: name and slug.',
  'branding-saved': 'Saved: logo and colour.',
  'project-deleted': 'The project is deleted.',
}

/** What `?done=` says was just done; an address that somebody made up says nothing. */
export function doneSentence(done: string | undefined): string | undefined {
  return done !== undefined && Object.hasOwn(sentences, done) ? sentences[done] : undefined
}
