import type { CustomerUser } from './customer-users.ts'

/** What Northwind's administrator was given for its login endpoint. */
export interface GatepassAccess {
  /** Where codes are made, as it stands in the documentation. */
  readonly codeGenerationUrl: string
  /** Where that is reached from here, which inside a container may be another address. */
  reachedAt(): string
  credentials(): Promise<{ readonly clientId: string; readonly clientSecret: string }>
}

/** What came back instead of a code; null status: nothing did. */
export interface PushFailure {
  readonly status: number | null
  readonly answer: string
}

const PATIENCE = 10_000

/**
 * The one POST of a login endpoint: says who the reader is and gets the address that lets them in. `asked` is what the
 * knowledge base sent along; its `state` and `code_challenge` tie the code to the browser that came.
 */
export async function pushReader(
  gatepass: GatepassAccess,
  user: CustomerUser,
  asked: { state?: string; codeChallenge?: string },
): Promise<{ callbackUrl: string } | PushFailure> {
  try {
    const { clientId, clientSecret } = await gatepass.credentials()
    const response = await fetch(gatepass.reachedAt(), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        username: user.username,
        firstName: user.firstName,
        lastName: user.lastName,
        emailId: user.email,
        readerGroupIds: user.groups,
        tokenValidity: 60,
        ...(asked.state && { state: asked.state }),
        ...(asked.codeChallenge && { codeChallenge: asked.codeChallenge, codeChallengeMethod: 'S256' }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    })
    const answer = await response.text()
    if (response.status !== 200) return { status: response.status, answer }
    return { callbackUrl: JSON.parse(answer).callbackUrl }
  } catch (error) {
    const { message, cause } = error as Error
    return { status: null, answer: cause instanceof Error ? `${message}: ${cause.message}` : message }
  }
}
