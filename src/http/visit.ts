import type { FastifyRequest } from 'fastify'
import type { Visit } from '../audit/attempts.ts'

export function visitOf(request: FastifyRequest): Visit {
  return { traceId: request.id, address: request.ip }
}
