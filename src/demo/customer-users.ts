/** Somebody whom Northwind knows. The groups are those that its administrator made at Gatepass. */
export interface CustomerUser {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly groups: readonly string[]
  /** For the newcomer, under the login form. */
  readonly about: string
}

export const customerUsers: readonly CustomerUser[] = [
  {
    username: 'ada',
    firstName: 'Ada',
    lastName: 'Lindqvist',
    email: 'ada@northwind.example',
    groups: ['customers', 'staff'],
    about: 'works here, reads the staff pages too',
  },
  {
    username: 'ben',
    firstName: 'Ben',
    lastName: 'Okafor',
    email: 'ben@example.com',
    groups: ['customers'],
    about: 'a customer, reads what customers may',
  },
]

/** Both users have it: who runs the demo is to remember one word. */
export const customerPassword = 'wrench'

export function checkPassword(username: string, password: string): CustomerUser | undefined {
  const user = customerUsers.find(each => each.username === username.trim().toLowerCase())
  return password === customerPassword ? user : undefined
}
