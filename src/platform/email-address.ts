// Invisible characters would make two addresses look like one.
const address = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,255}$/u

/** One spelling per address: what differs in case or composition only is the same person. */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

/** Whether it is an e-mail address as it stands, and in its canonical spelling. */
export function isEmailAddress(email: string): boolean {
  return address.test(email) && address.test(canonicalEmail(email))
}
