import { html } from 'ghtml'
import type { SigningAlgorithm } from '../../db/tables.ts'
import type { KeySurvey, SurveyedKey } from '../../keys/survey-keys.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { keyTimeline } from './key-timeline.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, copyable, empty, moment, type Tone } from './parts.ts'

/** A project that signs with an algorithm; undefined where the visitor may not know which. */
export interface KeyUse {
  readonly algorithm: SigningAlgorithm
  readonly project: { readonly name: string; readonly slug: string } | undefined
}

/** What is typed to remove a key. */
export function confirmationOf(kid: string): string {
  return kid.slice(0, 8)
}

interface View {
  readonly surveys: readonly KeySurvey[]
  readonly uses: readonly KeyUse[]
  readonly rotationDays: number
  readonly issuer: string
  readonly refused?: (Refused & { readonly kid?: string }) | undefined
}

export function keysPage(frame: ConsoleFrame, view: View): string {
  const { surveys, rotationDays, issuer, refused } = view
  return consolePage(frame, {
    title: 'Signing keys',
    lead:
      rotationDays === 0
        ? 'What tokens are signed with. Keys are rotated by hand alone: <code>KEY_ROTATION_DAYS</code> is 0.'
        : html`What tokens are signed with. A key signs for ${String(rotationDays)} days (<code>KEY_ROTATION_DAYS</code>), then the next takes over by itself.`,
    main: html`!${refusal(refused)}
!${surveys.length === 0 ? empty('No key yet.', 'The first is made with the first token.') : surveys.map(survey => algorithmCard(frame, survey, view)).join('')}
!${card(
      'Where everybody finds the public halves',
      html`!${copyable('Key set (JWKS)', `${issuer}/.well-known/jwks.json`)}<p class="hint">Clients may keep it for 5 minutes. A key of another algorithm is made when a project first uses it.</p>`,
    )}`,
  })
}

function algorithmCard(frame: ConsoleFrame, survey: KeySurvey, view: View): string {
  const { algorithm, keys, newest } = survey
  const mayWrite = frame.scopes.has('keys:write')
  return card(
    algorithm,
    html`!${keyTimeline(survey, frame.now)}
<p>!${nextStep(survey, frame.now)}</p>
!${mayWrite && newest ? rotateForms(frame, survey, newest) : ''}
<ul class="keys">!${keys.map(key => keyItem(frame, key, mayWrite, view.refused))}</ul>`,
    usedBy(view.uses.filter(use => use.algorithm === algorithm)),
  )
}

function usedBy(uses: readonly KeyUse[]): string {
  const shown = uses.flatMap(({ project }) => project ?? [])
  const links = shown
    .slice(0, 20)
    .map(({ slug, name }) => html`<a href="/console/projects/${slug}/jwt">${name}</a>`)
  const more = uses.length - links.length
  if (uses.length === 0) return 'No project signs with it now.'
  if (links.length === 0) return 'Used by projects that you do not look after.'
  return html`Used by !${links.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

function nextStep({ newest, dueAt }: KeySurvey, now: number): string {
  if (newest?.state === 'waiting') {
    return html`The next key is published and signs !${ago(newest.signsFrom, now)}, when every cache of the key set has seen it.`
  }
  if (dueAt === null) return 'The next rotation is yours to start.'
  if (dueAt <= now) return 'The next key is due and will be published within a minute.'
  return html`The next key is published !${ago(dueAt, now)}, on !${moment(dueAt)}, and signs an hour later.`
}

function rotateForms({ token }: ConsoleFrame, { algorithm }: KeySurvey, newest: SurveyedKey): string {
  const form = (when: string, label: string, tone = '') =>
    html`<form method="post" action="/console/keys/rotate">!${hiddenToken(token)}<input type="hidden" name="algorithm" value="${algorithm}"><input type="hidden" name="newest" value="${newest.kid}"><button class="button ${tone}" type="submit" name="when" value="${when}">${label}</button></form>`
  const waiting = newest.state === 'waiting'
  return html`!${
    waiting
      ? ''
      : html`<div class="actions">!${form('later', `Rotate ${algorithm}`, 'button-quiet')}</div>
<p class="hint">A new key is published now and signs in an hour. The one that signs today stays published for 25 hours more: no token fails.</p>`
  }
<details class="more"><summary>${waiting ? 'Do not wait' : 'Rotate at once'}</summary>
<p>${waiting ? 'The waiting key signs from now on.' : 'A new key signs from now on.'} Clients that look at the key set again when they meet an unknown key take its tokens; others refuse them until their copy is over, mostly within 5 minutes.</p>
<div class="actions">!${form('now', waiting ? 'Let it sign now' : `Rotate ${algorithm} now`, 'button-danger')}</div></details>`
}

function keyItem(
  { token, now }: ConsoleFrame,
  key: SurveyedKey,
  mayWrite: boolean,
  refused: View['refused'],
): string {
  const own = refused?.kid === key.kid ? refused : undefined
  const [tone, words] = states[key.state]
  const removable = mayWrite && key.state !== 'removed' && key.state !== 'retired'
  return html`<li><p class="key-line">!${badge(tone, words)}<code>${key.kid}</code></p>
<p class="hint">!${whatItDoes(key, now)}</p>
!${
    removable
      ? html`<details class="more" !${own ? 'open' : ''}><summary>Stolen? Remove it</summary>
<p>Every token that this key signed fails at once: here with the next request, at clients that check tokens themselves when their copy of the key set is over.!${key.state === 'signing' ? ' Another key signs in its place from this moment.' : ''} Readers of knowledge bases that run elsewhere sign in again. There is no way back.</p>
<form method="post" action="/console/keys/${key.kid}/remove" class="stack">!${hiddenToken(token)}
!${textField({ name: 'confirm', id: `confirm-${key.kid}`, label: `Type ${confirmationOf(key.kid)} to remove it`, required: true, mono: true, refused: own, hint: 'The first 8 characters of its ID.' })}
<div class="actions"><button class="button button-danger" type="submit">Remove this key now</button></div></form></details>`
      : ''
  }</li>`
}

const states: Readonly<Record<SurveyedKey['state'], readonly [Tone, string]>> = {
  waiting: ['warn', 'published'],
  signing: ['good', 'signing'],
  retiring: ['calm', 'published still'],
  retired: ['calm', 'retired'],
  removed: ['bad', 'removed'],
}

function whatItDoes(key: SurveyedKey, now: number): string {
  const { state, createdAt, signsFrom, retiredAt, publishedUntil, removedAt } = key
  switch (state) {
    case 'waiting':
      return html`Published !${ago(createdAt, now)}; signs from !${moment(signsFrom)}.`
    case 'signing':
      return retiredAt === null
        ? html`Signs since !${moment(signsFrom)}.`
        : html`Signs since !${moment(signsFrom)} until !${moment(retiredAt)}; published until !${moment(publishedUntil)}.`
    case 'retiring':
      return html`Signed until !${moment(retiredAt)}; published until !${moment(publishedUntil)}, for the tokens that it signed.`
    case 'retired':
      return html`Left the key set on !${moment(publishedUntil)}; every token that it signed is over.`
    case 'removed':
      return html`Taken out of use on !${moment(removedAt)}; what it signed is refused.`
  }
}
