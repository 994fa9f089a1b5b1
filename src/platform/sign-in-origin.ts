/** Where a sign-in comes from. */
export interface Origin {
  readonly address: string
  readonly userAgent: string
}
