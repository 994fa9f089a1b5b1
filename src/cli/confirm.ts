import { createInterface } from 'node:readline/promises'
import { AppError } from '../errors.ts'

/** Asks at the terminal and goes on when the answer is `expected`. @throws AppError `invalid_request` when it is not. */
export async function confirm(question: string, expected: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const typed = await terminal.question(question)
  terminal.close()
  if (typed.trim() !== expected) throw new AppError('invalid_request', 'Nothing was deleted.')
}
