import type { Core } from '../http/core.ts'
import type { OutboundFetch } from '../platform/outbound-fetch.ts'

/** What the console hands to the rules, beside what every door does. */
export interface ConsoleCore extends Core {
  /** Wraps what only this installation may read: second factors, and secrets on their way to being shown once. */
  readonly wrapping: Buffer
  readonly production: boolean
  /** Days that a signing key signs; 0: keys are rotated by hand alone. */
  readonly keyRotationDays: number
  /** Days that the steps of sign-ins are kept. */
  readonly attemptDays: number
  readonly allowPrivateNetworks: boolean
  readonly installation: Installation
  /** The one way out, for visiting login URLs. */
  readonly fetch: OutboundFetch
}

/** What runs here, for owners to look at. */
export interface Installation {
  readonly version: string
  readonly nodeVersion: string
  /** Milliseconds. */
  readonly startedAt: number
  /** `worker`: its number, where several share the work. */
  readonly process: { readonly id: number; readonly worker?: number | undefined; readonly of: number }
  readonly demo: boolean
  /** What the environment says, without secrets. */
  readonly settings: readonly {
    readonly variable: string
    readonly value: string
    readonly about: string
  }[]
}
