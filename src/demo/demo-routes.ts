import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { customerRoutes } from './customer.ts'
import type { Demo } from './demo.ts'
import { supportRoutes } from './support.ts'

/** Gives each application what an administrator of Gatepass would have given to its developer. */
export async function demoRoutes(app: FastifyInstance, demo: Demo, issuer: string): Promise<void> {
  const { customerUrl, supportUrl, siteUrl: knowledgeBaseUrl } = demo
  const path = '/jwt/generateCode'
  await app.register(async application =>
    customerRoutes(application, {
      url: customerUrl,
      knowledgeBaseUrl,
      supportUrl,
      issuer,
      gatepass: {
        codeGenerationUrl: issuer + path,
        reachedAt: () => listeningAt(app, issuer) + path,
        credentials: demo.credentials.current,
      },
      refused: demo.credentials.refused,
    }),
  )
  const { clientId, credentials } = demo.support
  await app.register(async application =>
    supportRoutes(application, {
      url: supportUrl,
      knowledgeBaseUrl,
      customerUrl,
      provider: {
        issuer,
        clientId,
        clientSecret: async () => (await credentials.current()).clientSecret,
        refused: credentials.refused,
        fetch: (url, init) => {
          const { origin, pathname, search } = new URL(url)
          return fetch(origin === issuer ? listeningAt(app, issuer) + pathname + search : url, init)
        },
        now: () => demo.clock.now(),
      },
    }),
  )
}

/** This server by the address that it listens on: in a container, the name of the issuer may lead nowhere. */
function listeningAt(app: FastifyInstance, issuer: string): string {
  const bound = app.server.address() as AddressInfo | null
  if (!bound) return issuer
  const host = bound.address.replace(/^0\.0\.0\.0$/, '127.0.0.1').replace(/^::$/, '::1')
  return `http://${bound.family === 'IPv6' ? `[${host}]` : host}:${bound.port}`
}
