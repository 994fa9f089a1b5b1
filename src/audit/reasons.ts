// Why a step of a sign-in failed, and what to do about it: one table for the command line, the console and the docs.
// The attempt stores the code; the words are looked up when somebody reads it.

export interface ReasonText {
  readonly sentence: string
  readonly fix: string
}

export const reasons = {
  credentials_missing: {
    sentence: 'The request carried no usable client credentials.',
    fix: 'Send `Authorization: Basic base64(clientId:clientSecret)` with every request.',
  },
  client_unknown: {
    sentence: 'No client has the ID that was sent.',
    fix: 'Copy the client ID of this project again; look for a project that was deleted or another installation.',
  },
  client_wrong_kind: {
    sentence: 'The credentials belong to the other kind of client.',
    fix: 'Codes are made with the login client, and swapped with the site client.',
  },
  secret_wrong: {
    sentence: 'The client secret is not one of this client.',
    fix: 'Compare the last four characters with `gatepass secret list`; make a new secret if the old one is lost.',
  },
  secret_retired: {
    sentence: 'The client secret was retired or revoked.',
    fix: 'Put the current secret into the login endpoint, or make a new one with a grace period.',
  },
  too_many_failures: {
    sentence: 'Too many requests with wrong credentials came from this address.',
    fix: 'Mend the credentials; the address is served again within a minute.',
  },
  payload_invalid: {
    sentence: 'Fields of the payload are missing or wrong.',
    fix: 'Correct the fields that are named; types are taken as they are, "15" is not 15.',
  },
  body_unreadable: {
    sentence: 'The body was not a JSON object that can be read.',
    fix: 'Send one JSON object in UTF-8 with `Content-Type: application/json`, 64 KiB at most.',
  },
  groups_unknown: {
    sentence: 'A reader group that was sent does not exist in this project.',
    fix: "Send IDs or slugs of this project's groups, make the group, or change what happens with unknown groups.",
  },
  jwt_off: {
    sentence: 'JWT sign-in is switched off for this project.',
    fix: 'Switch it on: `gatepass project update SLUG --jwt on`.',
  },
  other_standard: {
    sentence: 'The project signs readers in by another standard than the one that was tried.',
    fix: 'One standard is on at a time. Use its door, or switch: `gatepass project update SLUG --standard jwt`.',
  },
  reader_blocked: {
    sentence: 'This reader is blocked.',
    fix: 'If that is a mistake: `gatepass reader unblock`.',
  },
  too_many_codes: {
    sentence: 'More codes of this project are waiting to be redeemed than its limit allows.',
    fix: 'Find the caller that makes codes nobody redeems, or raise the limit of outstanding codes.',
  },
  code_malformed: {
    sentence: 'What arrived as the code is not a code.',
    fix: 'Append the code, or the whole login token, unchanged and once to the callback URL.',
  },
  code_unknown: {
    sentence: 'No code with this value exists.',
    fix: 'Look for a code that was cut, changed, made by another installation, or is older than a day.',
  },
  code_expired: {
    sentence: 'The code was presented after its life: 60 seconds, a login token five minutes.',
    fix: 'Redirect the browser as soon as the code arrives; look for slow steps in the login endpoint.',
  },
  code_used: {
    sentence: 'The code had been redeemed before; what it opened was revoked.',
    fix: 'One redirect per code. Look for a login endpoint that reuses codes, or for a link that was passed on.',
  },
  code_other_door: {
    sentence: 'A code was presented where a login token belongs, or a login token where a code does.',
    fix: 'Codes go to `/jwt/authorize` and `/oauth/token`; login tokens go, whole, to `/callback/sso`.',
  },
  code_other_project: {
    sentence: 'The code belongs to another project.',
    fix: 'Compare the callback URL in the login endpoint with that of the project whose credentials it uses.',
  },
  verifier_missing: {
    sentence: 'The code is bound to a browser, and this browser did not ask for it.',
    fix: 'Start the sign-in at the knowledge base, in the browser that is to be signed in.',
  },
  not_begun_here: {
    sentence: 'The code is bound to no browser, and sign-ins of this project must start at the site.',
    fix: 'Echo `code_challenge` of the login URL as `codeChallenge`, with `codeChallengeMethod: "S256"`; `state` alone binds nothing. Or relax it: `gatepass project update SLUG --binding confirm`.',
  },
  confirm_refused: {
    sentence: 'The reader was asked whether to continue under this name and said that it is somebody else.',
    fix: 'Look for a link that was passed on, or for somebody who feeds readers a sign-in of their own.',
  },
  confirm_forged: {
    sentence: 'The answer to "Continue as ...?" did not come from the page that asked in this browser.',
    fix: 'Expected from a page left open or opened twice, which asks again. From another origin it is an attack.',
  },
  verifier_wrong: {
    sentence: 'The verifier does not match the challenge that the code was made with.',
    fix: 'Echo `state` and `codeChallenge` of the same visit; do not keep them between visits.',
  },
  verifier_unexpected: {
    sentence: 'A verifier was sent for a code that was made without a challenge.',
    fix: 'Pass `codeChallenge` and `codeChallengeMethod` on in code generation.',
  },
  code_other_client: {
    sentence: 'The code was issued to another client.',
    fix: 'Each application swaps the codes that it got itself, with its own client ID.',
  },
  session_over: {
    sentence: 'The session that the request rests on has ended.',
    fix: 'Expected after a sign-out; otherwise the reader took longer than their session lasts.',
  },
  refresh_token_used: {
    sentence: 'A refresh token was presented a second time; the session that it belongs to was ended.',
    fix: 'Keep only the newest refresh token, and refresh from one place at a time; else somebody has a copy.',
  },
  login_required: {
    sentence: 'The application asked for an answer without a sign-in, and nobody was signed in.',
    fix: 'Expected for prompt=none; the application asks again without it.',
  },
  other_browser: {
    sentence: 'The sign-in was continued in another browser than the one that began it.',
    fix: 'Start again at the application, in one browser; look for a browser that keeps no cookies.',
  },
  request_malformed: {
    sentence: 'The authorization request of the application has a parameter that is missing or wrong.',
    fix: 'The detail says which; mend it in the settings of the application.',
  },
  redirect_not_allowed: {
    sentence: 'The redirect URI is neither the callback URL nor an allowed redirect of the project.',
    fix: 'Send the callback URL of the project, or allow the URI.',
  },
  secret_revoked_since: {
    sentence: 'The secret that made the code was retired before the code was redeemed.',
    fix: 'Expected after a rotation without grace; otherwise rotate with a grace period.',
  },
  logout_not_delivered: {
    sentence: 'The site could not be told that its session ended.',
    fix: 'See the problem; the notice is tried again by itself for a day. At once: `gatepass notice retry`.',
  },
  logout_refused: {
    sentence: 'The site refused the notice that its session ended.',
    fix: 'Compare the issuer, the client ID and the clock of the site, then `gatepass notice retry`.',
  },
  provider_unknown: {
    sentence: 'The project has no identity provider of the name that was sent.',
    fix: 'Send the slug of the provider as `subject_issuer`, or begin the sign-in again; `gatepass provider list` shows what there is.',
  },
  provider_unreachable: {
    sentence: 'The identity provider gave no answer that can be used.',
    fix: "See the detail: host and problem. Look at the addresses in the provider's settings, and whether this server may reach them.",
  },
  provider_secret_wrong: {
    sentence: "The identity provider does not take our application's ID and secret, or no secret is stored.",
    fix: 'Store the present one: `gatepass provider update SLUG --secret-stdin`.',
  },
  site_missing: {
    sentence: 'The project has no site that the reader could be sent to.',
    fix: 'Give it one: `gatepass project update SLUG --site-url https://...`. A suite without a site signs in over the account API alone.',
  },
  account_unknown: {
    sentence: 'No account has the user name or e-mail address that was typed.',
    fix: 'Look for the account: `gatepass account list --search NAME`; or make one: `gatepass account create`.',
  },
  account_password_wrong: {
    sentence: 'The password is not the one of this account.',
    fix: 'If they forgot it: `gatepass account link NAME` prints a one-time link. Many accounts from one address are an attack.',
  },
  account_password_unset: {
    sentence: 'The account has no password yet.',
    fix: 'Hand out a new one-time link: `gatepass account link NAME`.',
  },
  account_disabled: {
    sentence: 'The account is disabled.',
    fix: 'If that is a mistake: `gatepass account enable NAME`.',
  },
  account_changed: {
    sentence: 'The account was changed or disabled while it was signing in.',
    fix: 'Have them sign in again with the new password.',
  },
  account_not_member: {
    sentence: 'The account may not sign in here: the project takes its members alone.',
    fix: 'Make them a member: `gatepass account member add NAME --project SLUG`; or let in anyone: `gatepass project update SLUG --account-admission anyone`.',
  },
  too_many_guesses: {
    sentence: 'Too many wrong passwords were tried for this account, or from this network.',
    fix: 'Wait a quarter of an hour, or hand out a one-time link: `gatepass account link NAME`.',
  },
  suite_unknown: {
    sentence: 'No suite has the `ssoSuiteId` that was sent.',
    fix: 'Copy the ID again: it is the ID of the project, `gatepass project show SLUG`. Look for a suite that was deleted.',
  },
  suite_token_invalid: {
    sentence: 'The JWT of a suite is not genuine, or was spelt differently.',
    fix: 'Send the JWT as it was given. A wrong signature can be an attack, or a signing key that was removed.',
  },
  suite_token_expired: {
    sentence: 'The JWT of a suite has expired.',
    fix: 'Sign in again; `renew` has to be asked for while the JWT lives.',
  },
  suite_session_over: {
    sentence: 'The sign-in behind the JWT has ended.',
    fix: 'Expected after signing out, after renewing, or after somebody ended the session. Have them sign in again.',
  },
  provider_missing: {
    sentence: 'The project has no identity provider at which readers can sign in.',
    fix: 'Add one of the standard that is on: under Identity providers, or with `gatepass provider create`. One for OpenID needs the setting `clientId`.',
  },
  provider_refused: {
    sentence: 'The identity provider sent the reader back without signing them in.',
    fix: "See the error in the detail. `access_denied`: the reader may not use this application there, or gave up; others: look into the provider's own log.",
  },
  answer_not_awaited: {
    sentence:
      "The identity provider's answer belongs to no sign-in that waits: it is over, was taken before, or was never begun here.",
    fix: 'Start again at the site. Expected after Back, a reload or a long pause; look for bookmarks of the provider.',
  },
  answer_mixed_up: {
    sentence: 'The answer came from another identity provider than the one that the reader was sent to.',
    fix: "Compare the issuer in the provider's settings with the detail; a difference that nobody explains is an attack.",
  },
  saml_response_unreadable: {
    sentence: 'The SAML answer cannot be read: it is cut, not XML, or has parts that are never taken.',
    fix: 'See the problem in the detail. A DOCTYPE, comment or processing instruction in an answer is hardly ever an accident.',
  },
  saml_encrypted: {
    sentence: 'The assertion is encrypted, which is not supported.',
    fix: 'Switch the encryption of assertions off for this application at the provider; the way there is protected by TLS.',
  },
  saml_unsigned: {
    sentence: 'The assertion is not signed.',
    fix: 'Let the provider sign the assertion; a signature of the response alone is not enough.',
  },
  saml_certificate_unknown: {
    sentence: 'The assertion is signed by a certificate that the project does not know.',
    fix: "Compare the fingerprint in the detail with the provider's page. If it is theirs, the provider has changed its certificate: read its metadata again.",
  },
  saml_signature_invalid: {
    sentence: 'The signature does not fit the assertion, or there are several assertions.',
    fix: 'See the problem in the detail. If nothing between the provider and here changes the answer, it is an attack.',
  },
  saml_algorithm_refused: {
    sentence: 'The answer is signed by an algorithm that is not taken.',
    fix: 'Choose RSA with SHA-256 at the provider; SHA-1 can be forged.',
  },
  saml_expired: {
    sentence: 'The assertion was over when it arrived.',
    fix: 'Compare `seconds` in the detail with the time that readers take: a few minutes is a page left open, always about the same is a wrong clock.',
  },
  saml_not_yet_valid: {
    sentence: 'The assertion is of the future.',
    fix: "The provider's clock is ahead, or the one here is behind: the detail has the seconds. Set both by NTP.",
  },
  saml_audience_wrong: {
    sentence: 'The assertion was made for another application.',
    fix: 'Enter the entity ID of this project at the provider, as the console shows it.',
  },
  saml_recipient_wrong: {
    sentence: 'The answer was meant for another address.',
    fix: 'Enter the ACS URL of this project at the provider, as the console shows it; look at GATEPASS_URL.',
  },
  saml_request_other: {
    sentence: 'The answer belongs to another request, or to none.',
    fix: "Start at the site, not at the provider's list of applications; one answer belongs to one sign-in.",
  },
  saml_replayed: {
    sentence: 'The assertion was taken before.',
    fix: 'Expected from nobody: an assertion of this ID has signed somebody in already.',
  },
  saml_assertion_incomplete: {
    sentence: 'The assertion lacks something that it must say, or says it in a way that cannot be read.',
    fix: 'The detail names it. Answers of a usual provider have everything: look at rules that remove or rewrite parts.',
  },
  saml_subject_unusable: {
    sentence: 'The assertion does not name the reader in a way that stays.',
    fix: 'Let the provider send a persistent NameID, such as the object ID or the e-mail address.',
  },
  login_forged: {
    sentence: 'The login form did not come from our login page in the same browser.',
    fix: 'Expected from a page left open for an hour, or a browser without cookies. From another origin it is an attack.',
  },
  target_not_allowed: {
    sentence: 'The target that the browser was to be sent to is not an address of a project.',
    fix: 'Compare it, letter by letter, with the site URL, the allowed redirects and the redirect URIs of the project.',
  },
  sso_token_unknown: {
    sentence: 'A service asked with an ssoToken that is none.',
    fix: 'Pass the whole token on, unchanged; look for one of another installation, or older than a day.',
  },
  sso_token_expired: {
    sentence: 'The ssoToken was not used within a minute of being made.',
    fix: 'Ask `/user` as soon as the browser arrives; look for links that were kept or passed on.',
  },
  sso_token_other_origin: {
    sentence: 'A page of another origin asked with an ssoToken than the one that it was made for.',
    fix: 'Each service asks with its own token. Look for a page that got hold of a token of another.',
  },
  subject_token_type_wrong: {
    sentence: "The identity provider's tokens are not taken in this type.",
    fix: 'Send ID tokens of Google and OpenID providers, access tokens of GitHub, either of Facebook.',
  },
  subject_token_invalid: {
    sentence: "The provider's token is not genuine, or lacks what it must say.",
    fix: 'See the problem in the detail. Send the token as the provider gave it; a wrong signature can be an attack.',
  },
  subject_token_expired: {
    sentence: "The provider's token is over.",
    fix: 'Exchange it as soon as it arrives; look at the clocks of both servers.',
  },
  subject_token_other_app: {
    sentence: "The provider's token was made for another application.",
    fix: "If the application is yours, add its ID to the provider's settings; otherwise somebody uses a token that was not given to you.",
  },
} as const satisfies Record<string, ReasonText>

export type Reason = keyof typeof reasons

export function describeReason(reason: string): ReasonText | undefined {
  return Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : undefined
}
