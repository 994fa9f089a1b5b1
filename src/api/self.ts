import Type from 'typebox'
import { listApiKeys } from '../administrators/api-keys.ts'
import { scopes } from '../administrators/principal.ts'
import { nullable, strict } from './fields.ts'
import { operation } from './operation.ts'

export const selfOperations = [
  operation({
    method: 'GET',
    path: '',
    id: 'getSelf',
    tag: 'Self',
    summary: 'Who am I?',
    description: 'What the key of this request is called, and what it may.',
    scope: null,
    status: 200,
    answer: strict({
      keyId: Type.String({ examples: ['01997c1e-5a40-7cc2-9b0e-5d1b4c1c7a10'] }),
      keyName: Type.String({ examples: ['deploy'] }),
      scopes: Type.Array(Type.String({ enum: [...scopes] }), { examples: [['projects:read']] }),
      projects: nullable(Type.Array(Type.String()), {
        description: 'Slugs of the projects that it may see; null: all.',
        examples: [['acme']],
      }),
      version: Type.String({ description: 'Of Gatepass.', examples: ['0.1.0'] }),
    }),
    async handle({ deps, principal }) {
      const key = (await listApiKeys(deps.database.read)).find(({ id }) => id === principal.id)
      const { projects } = principal
      return {
        keyId: principal.id,
        keyName: key?.name ?? '',
        scopes: [...principal.scopes],
        projects:
          projects === 'all'
            ? null
            : deps.registry.projects().flatMap(({ id, slug }) => (projects.has(id) ? [slug] : [])),
        version: deps.version,
      }
    },
  }),
]
