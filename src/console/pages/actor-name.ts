/** Who acted, as the audit log names them, for people: `admin:ada@example.com` is `Ada Lovelace` where `names` knows her. */
export function actorName(actor: string, names: ReadonlyMap<string, string> = new Map()): string {
  const [, kind, rest = ''] = /^(admin|cli|api-key):(.*)$/s.exec(actor) ?? []
  if (kind === 'admin') return names.get(rest) ?? rest
  if (kind === 'cli') return `${rest} (command line)`
  if (kind === 'api-key') return `API key ${rest}`
  return actor === 'gatepass' ? 'Gatepass itself' : actor
}
