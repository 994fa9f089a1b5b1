import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CustomerUser, customerUsers } from './customer-users.ts'

const COOKIE = 'northwind_session'
const MOST = 1000

/** Northwind's own sessions: in memory, gone when it stops, as they would be in many a small application. */
export interface CustomerSessions {
  open(reply: FastifyReply, user: CustomerUser): void
  userOf(request: FastifyRequest): CustomerUser | undefined
  end(request: FastifyRequest, reply: FastifyReply): void
}

export function createCustomerSessions(): CustomerSessions {
  const usernames = new Map<string, string>()
  return {
    open(reply, user) {
      const token = randomBytes(32).toString('base64url')
      usernames.set(token, user.username)
      if (usernames.size > MOST) usernames.delete(usernames.keys().next().value!)
      reply.header('set-cookie', `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax`)
    },
    userOf(request) {
      const username = usernames.get(readToken(request))
      return customerUsers.find(user => user.username === username)
    },
    end(request, reply) {
      usernames.delete(readToken(request))
      reply.header('set-cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`)
    },
  }
}

function readToken(request: FastifyRequest): string {
  return /(?:^|;\s*)northwind_session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
}
