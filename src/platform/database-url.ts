// Where the database is: the path of a SQLite file, or the URL of a PostgreSQL server, which may carry a password.

export function isPostgresUrl(location: string): boolean {
  return /^postgres(ql)?:\/\//i.test(location)
}

/** As people may see it: of a URL the user, the server and the database; a path as it is. */
export function shownLocation(location: string): string {
  if (!isPostgresUrl(location)) return location
  const { username, host, pathname, searchParams } = new URL(location)
  const server = host || searchParams.get('host') || 'localhost'
  return `postgres://${username && `${username}@`}${server}${pathname}`
}
