// The browser's half of "Continue as ...?" (contract, section 3): a secret in a cookie of its own for each code, which
// no request from another site brings along. The page carries the other half, which follows from the secret and the
// code, so that an answer counts for the code that was asked about and from the browser that was asked.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeBase64url } from '../platform/base64url.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { randomBytes } from '../platform/random.ts'
import type { Project } from '../projects/project.ts'
import { readCookies, setCookie } from './cookies.ts'

const PREFIX = 'gatepass_question_'
/** Longer than a code lives: an answer that comes too late is told so. */
const LIFE = 600

/** Gives the browser its half. @returns the half for the page. */
export function beginQuestion(reply: FastifyReply, project: Project, code: string): string {
  const secret = randomBytes(32).toString('base64url')
  setCookie(reply, project, cookieOf(code), secret, LIFE, 'Strict')
  return pageHalf(secret, code).toString('base64url')
}

/** The browser's half, where the page's half goes with it. */
export function answeredQuestion(
  request: FastifyRequest,
  project: Project,
  code: string,
  half: unknown,
): string | undefined {
  const given = typeof half === 'string' ? decodeBase64url(half, 32) : undefined
  const secrets = readCookies(request, project, cookieOf(code)).map(([, value]) => value)
  // Two of them: one was planted.
  const [secret] = secrets.length === 1 ? secrets : []
  if (!given || secret === undefined || !decodeBase64url(secret, 32)) return undefined
  return sameDigest(given, pageHalf(secret, code)) ? secret : undefined
}

export function forgetQuestion(reply: FastifyReply, project: Project, code: string): void {
  setCookie(reply, project, cookieOf(code), '', 0, 'Strict')
}

/** Each code has its own, so that one tab's question doesn't undo another's. */
function cookieOf(code: string): string {
  return PREFIX + sha256(`cookie of ${code}`).toString('hex').slice(0, 16)
}

function pageHalf(secret: string, code: string): Buffer {
  return sha256(`page half ${secret} ${code}`)
}
