// What changes while a password is being compared: the comparison takes its time, and the account may be another by then.
import type { LightMyRequestResponse } from 'fastify'
import { hashPassword } from '../../src/passwords/password.ts'
import type { TestApp } from '../start-app.ts'

/**
 * Does something between the moment at which a guess is counted and its comparison.
 * @returns the answer to the attempt.
 */
export async function whileComparing(
  gatepass: TestApp,
  attempt: () => Promise<LightMyRequestResponse>,
  meanwhile: () => Promise<unknown>,
): Promise<LightMyRequestResponse> {
  const guesses = async () => {
    const rows = await gatepass.database.read
      .selectFrom('guess_counters')
      .select('count')
      .where('key', 'like', 'account %')
      .execute()
    return rows.reduce((sum, { count }) => sum + count, 0)
  }
  const before = await guesses()
  // Only so many are compared at once: the attempt waits for these.
  const others = Promise.all(Array.from({ length: 16 }, () => hashPassword('of somebody else')))
  const trying = attempt()
  while ((await guesses()) === before) await new Promise(go => setImmediate(go))
  await meanwhile()
  await others
  return await trying
}
