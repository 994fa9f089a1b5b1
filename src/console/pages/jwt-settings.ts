// The settings of JWT SSO: a card each, with a form for who may change them and what is set for who may not.
import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { facts, typed } from './facts.ts'
import { hiddenToken, hiddenVersion, radioField, textField } from './form.ts'
import { card } from './parts.ts'

export interface JwtSettings {
  readonly project: Project
  /** Of the page that shows the cards; their forms go below it. */
  readonly path: string
  readonly mayWrite: boolean
  readonly refused: RefusedForm | undefined
}

type Options = readonly (readonly [value: string, label: string, about: string])[]

export const bindings: Options = [
  [
    'off',
    'Off',
    'A code signs in whichever browser brings it. Login endpoints written for Document360 work as they are. A link with a foreign code could sign a reader in as somebody else.',
  ],
  [
    'confirm',
    'Ask the reader',
    'A browser that did not ask to sign in is shown “Continue as ada@example.com?” first. Nothing has to change at your login endpoint.',
  ],
  [
    'required',
    'Required',
    'Only the browser that asked is signed in; other codes are refused. Your login endpoint must pass state and codeChallenge on.',
  ],
]

export const algorithms: Options = [
  ['ES256', 'ES256', 'Quick to sign, and read by nearly every product. The default.'],
  [
    'EdDSA',
    'EdDSA',
    'As quick; some products cannot read it yet. Ask before you choose it for one that runs elsewhere.',
  ],
  [
    'RS256',
    'RS256',
    'Read by every product there is. Signing takes about ten times the work, which a busy morning feels.',
  ],
]

const policies: Options = [
  ['reject', 'Refuse the push', 'Typing errors show at once; the reader is not signed in.'],
  ['ignore', 'Leave the group out', 'The reader is signed in without it, and the sign-in carries a warning.'],
  [
    'create',
    'Make the group',
    'It appears under Reader groups, and opens nothing until a path rule names it.',
  ],
]

function labelOf(options: Options, value: string): string {
  return html`${options.find(([each]) => each === value)?.[1] ?? value}`
}

export function addressesCard(frame: ConsoleFrame, settings: JwtSettings): string {
  const { project, mayWrite } = settings
  const { loginUrl, logoutUrl } = project
  if (!mayWrite) {
    return card(
      'JWT basic configuration',
      facts([
        ['Login URL', typed(loginUrl)],
        ['Logout URL', typed(logoutUrl, 'our own page')],
      ]),
    )
  }
  const refused = settings.refused?.form === 'addresses' ? settings.refused : undefined
  return card(
    'JWT basic configuration',
    form(
      frame,
      settings,
      'addresses',
      'Save addresses',
      html`!${textField({ name: 'loginUrl', label: 'Login URL', type: 'url', required: project.standard === 'jwt', mono: true, value: loginUrl, refused, hint: 'The page of your application to which a reader without a session is sent. It signs them in and comes back with a code.' })}
!${textField({ name: 'logoutUrl', label: 'Logout URL (optional)', type: 'url', mono: true, value: logoutUrl, refused, placeholder: 'https://app.example.com/goodbye', hint: 'Where a reader lands who signs out of the knowledge base. Without it, on a page of ours.' })}`,
    ),
  )
}

export function pushesCard(frame: ConsoleFrame, settings: JwtSettings): string {
  const { project, mayWrite } = settings
  const { binding, unknownGroups, outstandingCodesLimit } = project
  if (!mayWrite) {
    return card(
      'Codes',
      facts([
        ['A sign-in must start at the site', labelOf(bindings, binding)],
        ['Unknown groups', labelOf(policies, unknownGroups)],
        ['Codes that may wait', typed(outstandingCodesLimit)],
      ]),
    )
  }
  const refused = settings.refused?.form === 'pushes' ? settings.refused : undefined
  return card(
    'Codes',
    form(
      frame,
      settings,
      'pushes',
      'Save codes',
      html`!${radioField({ name: 'binding', label: 'A sign-in must start at the site', value: binding, options: bindings, refused })}
!${radioField({ name: 'unknownGroups', label: 'If your login endpoint sends a group that this project does not have', value: unknownGroups, options: policies, refused })}
!${textField({ name: 'outstandingCodesLimit', label: 'Codes that may wait to be redeemed', value: outstandingCodesLimit, inputmode: 'numeric', required: true, mono: true, refused, hint: 'A login endpoint that runs wild is stopped there. A code waits for 60 seconds at most.' })}`,
    ),
    'What becomes of a push of your login endpoint, and who may use its code.',
  )
}

export function tokensCard(frame: ConsoleFrame, settings: JwtSettings): string {
  const { project, mayWrite } = settings
  const { minTokenValidity, defaultTokenValidity, maxTokenValidity, signingAlgorithm } = project
  if (!mayWrite) {
    return card(
      'Sessions and tokens',
      facts([
        [
          'Least, default, most minutes',
          html`${minTokenValidity}, ${defaultTokenValidity}, ${maxTokenValidity}`,
        ],
        ['Signing algorithm', labelOf(algorithms, signingAlgorithm)],
      ]),
    )
  }
  const refused = settings.refused?.form === 'tokens' ? settings.refused : undefined
  const minutes = (name: string, label: string, value: number) =>
    textField({ name, label, value, inputmode: 'numeric', required: true, mono: true, refused })
  return card(
    'Sessions and tokens',
    form(
      frame,
      settings,
      'tokens',
      'Save sessions and tokens',
      html`<div class="thirds">!${minutes('minTokenValidity', 'Least', minTokenValidity)}!${minutes('defaultTokenValidity', 'Default', defaultTokenValidity)}!${minutes('maxTokenValidity', 'Most', maxTokenValidity)}</div>
<p class="hint">Minutes, from 5 to 1440 (a day). A push that asks for less or more gets the nearest of these; one that asks for nothing gets the default. Sessions that are open keep their length.</p>
!${radioField({ name: 'signingAlgorithm', label: 'Signing algorithm', value: signingAlgorithm, options: algorithms, refused })}`,
    ),
    'How long a reader stays signed in before your application is asked again, and what tokens for products elsewhere are signed with.',
  )
}

function form(
  frame: ConsoleFrame,
  { path, project }: JwtSettings,
  name: string,
  button: string,
  fields: string,
): string {
  return html`<form method="post" action="${path}/${name}" id="form-${name}" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(project.version)}
!${fields}
<div class="actions"><button class="button" type="submit">${button}</button></div></form>`
}
