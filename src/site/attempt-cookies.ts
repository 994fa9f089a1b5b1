// One cookie for each sign-in that a browser has begun here: its name carries the trace ID that goes to the login URL
// as `state`, its value is the PKCE verifier whose challenge goes along (contract, section 3). Several tabs, several
// cookies; the oldest go first, and all of them when their ten minutes are over.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '../platform/hashing.ts'
import { randomBytes } from '../platform/random.ts'
import type { Project } from '../projects/project.ts'
import { readCookies, setCookie } from './cookies.ts'

const PREFIX = 'gatepass_attempt_'
const LIFE = 600
const MOST = 5

/** Begins an attempt in this browser. @returns the S256 challenge of its verifier. */
export function beginAttempt(
  request: FastifyRequest,
  reply: FastifyReply,
  project: Project,
  traceId: string,
): string {
  // Trace IDs are in order of time, so the smallest name is the oldest attempt.
  const names = readCookies(request, project, PREFIX)
    .map(([name]) => name.slice(name.indexOf(PREFIX)))
    .sort()
  for (const name of names.slice(0, Math.max(0, names.length - MOST + 1)))
    setCookie(reply, project, name, '', 0)
  const verifier = randomBytes(32).toString('base64url')
  setCookie(reply, project, PREFIX + traceId, verifier, LIFE)
  return sha256(verifier).toString('base64url')
}

/** The verifiers of all attempts that this browser has open here. */
export function openVerifiers(request: FastifyRequest, project: Project): string[] {
  return readCookies(request, project, PREFIX).map(([, value]) => value)
}

/** The trace IDs of the attempts that this browser has open here, newest first. */
export function openAttempts(request: FastifyRequest, project: Project): string[] {
  const names = readCookies(request, project, PREFIX).map(([name]) => name)
  return names
    .map(name => name.slice(name.indexOf(PREFIX) + PREFIX.length))
    .sort()
    .reverse()
}

/** Forgets the attempt that led to a session. */
export function finishAttempt(
  request: FastifyRequest,
  reply: FastifyReply,
  project: Project,
  traceId: string,
): void {
  const begun = readCookies(request, project, PREFIX + traceId).length > 0
  if (begun) setCookie(reply, project, PREFIX + traceId, '', 0)
}
