import type { FastifyRequest } from 'fastify'
import type { Core } from '../http/core.ts'

/** Whether the timeline has room for one more step of an address that has shown nothing yet. It counts as taken. */
export async function mayTell(core: Core, request: FastifyRequest, about: string): Promise<boolean> {
  if ((await core.strangers.wait(request.ip, about)) > 0) return false
  await core.strangers.count(request.ip, about)
  return true
}
