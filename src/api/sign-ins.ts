import Type from 'typebox'
import { findSignIn, findSignIns, type SignInFilter } from '../audit/find-sign-ins.ts'
import { chosenProjects, projectFilter } from './chosen-projects.ts'
import { listOf, listQuery, moment, nullable, seconds, strict } from './fields.ts'
import { operation } from './operation.ts'
import { namingCursor } from './page-of.ts'
import { outcome, SignInShape, showSignIn, showStep, TimelineShape } from './sign-in-fields.ts'

const text = (maxLength: number, description: string, example: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description, examples: [example] }))

export const signInOperations = [
  operation({
    method: 'GET',
    path: '/sign-ins',
    id: 'listSignIns',
    tag: 'Sign-ins',
    summary: 'Search the sign-ins',
    description:
      'The newest first, by when they began. A search looks at so much and no more: then `searchedBackTo` says how far it came, and `next` goes on from there, also where `items` is empty.',
    scope: 'sign-ins:read',
    query: listQuery({
      project: projectFilter,
      reader: text(256, 'Begins with this, capital letters or not.', 'ada'),
      address: text(64, 'An address, or its beginning.', '203.0.113.7'),
      outcome: Type.Optional(outcome),
      reason: text(64, 'One of its failed steps has this reason.', 'code_expired'),
      from: Type.Optional(moment('Began then or later')),
      to: Type.Optional(moment('Began before')),
    }),
    status: 200,
    answer: strict({
      ...listOf(SignInShape).properties,
      searchedBackTo: nullable(moment('How far back the search came, where it stopped for being long')),
    }),
    async handle(call) {
      const { reader, address, outcome, reason, from, to, project, limit, cursor } = call.query
      const filter: SignInFilter = {
        projects: chosenProjects(call, project, 'sign-ins:read'),
        ...(reader !== undefined && { reader: { startsWith: reader } }),
        ...(address !== undefined && { address }),
        ...(outcome !== undefined && { outcome }),
        ...(reason !== undefined && { reason }),
        ...(from !== undefined && { from: from * 1000 }),
        ...(to !== undefined && { to: to * 1000 }),
      }
      const found = await namingCursor(
        findSignIns(call.deps.database.read, filter, { before: cursor, limit: limit ?? 50 }),
      )
      return {
        items: found.signIns.map(signIn => showSignIn(call.deps.registry, signIn)),
        next: found.next,
        searchedBackTo: seconds(found.searchedBackTo),
      }
    },
  }),
  operation({
    method: 'GET',
    path: '/sign-ins/:traceId',
    id: 'getSignIn',
    tag: 'Sign-ins',
    summary: 'One sign-in as a timeline',
    description: 'Each step, passed or failed, with the true reason and what to do about it.',
    scope: 'sign-ins:read',
    status: 200,
    answer: TimelineShape,
    async handle({ deps, principal, params }) {
      const found = await findSignIn(deps.database.read, principal.projects, params.traceId!)
      const { signIn, steps, cut } = found
      return { ...showSignIn(deps.registry, signIn), steps: steps.map(showStep), cut }
    },
  }),
]
