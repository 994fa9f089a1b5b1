import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { PathRule, ProjectSettings } from '../projects/project.ts'
import { collect, readCount, readPathRule, readSwitch } from './read-options.ts'

/** The options that creating and changing a project share. */
export function settingOptions(command: Command): Command {
  return command
    .option('--logout-url <url>', 'where a browser lands after logout (none: our own page; "" takes it away)')
    .option(
      '--site-folder <folder>',
      'folder of Markdown or HTML to serve as the knowledge base ("" takes it away)',
    )
    .addOption(
      new Option(
        '--standard <standard>',
        'what readers sign in by, one at a time: the doors of the others are closed',
      ).choices(['jwt', 'openid', 'saml', 'accounts']),
    )
    .addOption(
      new Option(
        '--account-admission <who>',
        'who may sign in by the standard accounts: members of the project, or anyone with an account',
      ).choices(['members', 'anyone']),
    )
    .option('--jwt <on|off>', 'whether readers can sign in', readSwitch)
    .option('--home-published <on|off>', 'off: readers without a page in mind land on /docs', readSwitch)
    .addOption(
      new Option('--unknown-groups <policy>', 'what to do with unknown reader groups').choices([
        'reject',
        'ignore',
        'create',
      ]),
    )
    .addOption(
      new Option('--algorithm <algorithm>', 'what tokens are signed with').choices([
        'ES256',
        'EdDSA',
        'RS256',
      ]),
    )
    .option(
      '--rule <path=groups>',
      'who may open a path, such as /internal/*=staff; repeat for more ("" takes all away)',
      readPathRule,
    )
    .option('--site-elsewhere <on|off>', 'on: the site URL leads to another server than this one', readSwitch)
    .option(
      '--allowed-redirect <url>',
      'a redirect_uri to accept in a swap; repeat for more ("" takes all away)',
      collect,
    )
    .addOption(
      new Option(
        '--binding <setting>',
        'whether a sign-in must start at the site: off, confirm (ask the reader) or required',
      ).choices(['off', 'confirm', 'required']),
    )
    .option('--outstanding-codes <number>', 'how many codes may wait to be redeemed', readCount)
    .option('--logo-url <url>', 'https URL of an image for the pages that readers see ("" takes it away)')
    .option(
      '--accent-color <colour>',
      'colour of their buttons and links, such as "#0b6355" ("" takes it away)',
    )
    .option('--min-token-validity <minutes>', 'the least that a session lasts, from 5', readCount)
    .option('--default-token-validity <minutes>', 'how long it lasts where a push does not say', readCount)
    .option('--max-token-validity <minutes>', 'the most that it lasts, up to 1440', readCount)
}

/** What was named, as settings; what was not is left out. */
export function readSettings(options: Record<string, unknown>): Partial<ProjectSettings> {
  const settings = {
    name: options.name as string | undefined,
    siteUrl: options.siteUrl as string | undefined,
    loginUrl: options.loginUrl as string | undefined,
    logoutUrl: options.logoutUrl === '' ? null : (options.logoutUrl as string | undefined),
    siteFolder: options.siteFolder === '' ? null : options.siteFolder && resolve(String(options.siteFolder)),
    standard: options.standard as ProjectSettings['standard'] | undefined,
    accountAdmission: options.accountAdmission as ProjectSettings['accountAdmission'] | undefined,
    jwtEnabled: options.jwt as boolean | undefined,
    homePublished: options.homePublished as boolean | undefined,
    unknownGroups: options.unknownGroups as ProjectSettings['unknownGroups'] | undefined,
    signingAlgorithm: options.algorithm as ProjectSettings['signingAlgorithm'] | undefined,
    pathRules: options.rule as PathRule[] | undefined,
    allowedRedirects: options.allowedRedirect as string[] | undefined,
    siteElsewhere: options.siteElsewhere as boolean | undefined,
    outstandingCodesLimit: options.outstandingCodes as number | undefined,
    binding: options.binding as ProjectSettings['binding'] | undefined,
    logoUrl: options.logoUrl === '' ? null : (options.logoUrl as string | undefined),
    accentColor: options.accentColor === '' ? null : (options.accentColor as string | undefined),
    minTokenValidity: options.minTokenValidity as number | undefined,
    defaultTokenValidity: options.defaultTokenValidity as number | undefined,
    maxTokenValidity: options.maxTokenValidity as number | undefined,
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
