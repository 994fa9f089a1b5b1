import { BlockList, isIPv4, isIPv6 } from 'node:net'

// The special-purpose registries of IANA (RFC 6890). What a name that somebody typed must never lead to: this host by
// another name, its neighbours on the link, a cloud's metadata, groups, and ranges that route nowhere.
const never = listOf([
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Metadata outside of the link's range: Alibaba, Azure; AWS, Google.
  ...['100.100.100.200/32', '168.63.129.16/32', 'fd00:ec2::/32', 'fd20:ce::/32'],
])

// Networks of one's own: loopback, private (RFC 1918), carrier-grade NAT (RFC 6598), benchmarks (RFC 2544); ULA.
const ownNetworks = listOf([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15'],
  ...['::1/128', 'fc00::/7'],
])

// IPv6 is public by permission: global unicast without the ranges that are set apart or wrap an IPv4 address
// (2001::/23 with Teredo, documentation, 6to4).
const globalUnicast = listOf(['2000::/3'])
const setApart = listOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])
const nat64 = listOf(['64:ff9b::/96'])

/**
 * Whether a connection may be opened to this address, in the spelling of a resolver or of a parsed URL.
 * Private networks only where they are allowed; the link, metadata, groups and translated addresses never.
 */
export function mayConnectTo(address: string, allowPrivateNetworks: boolean): boolean {
  if (isIPv4(address)) {
    if (never.check(address, 'ipv4')) return false
    return allowPrivateNetworks || !ownNetworks.check(address, 'ipv4')
  }
  if (!isIPv6(address) || address.includes('%') || never.check(address, 'ipv6')) return false
  if (globalUnicast.check(address, 'ipv6')) return !setApart.check(address, 'ipv6')
  // Where only IPv6 is spoken, DNS64 wraps every IPv4 address so (RFC 6052): what is inside decides.
  if (nat64.check(address, 'ipv6')) return mayConnectTo(wrappedIPv4(address), false)
  // BlockList sees an IPv4-mapped address as the IPv4 address inside; spelled like this it is nobody's honest address.
  return allowPrivateNetworks && ownNetworks.check(address, 'ipv6') && !/^::ffff:/i.test(canonical(address))
}

/**
 * What one subscriber has at least, for counting: an IPv4 address, however it is spelled, or the /64 of an IPv6 address,
 * out of which anybody takes as many addresses as they like.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '')
  if (!isIPv6(plain)) return address
  const [left, right] = canonical(plain)
    .split('::')
    .map(half => half.split(':').filter(group => group !== '')) as [string[], string[]?]
  const zeros = Array<string>(8 - left.length - (right ?? []).length).fill('0')
  const groups = [...left, ...zeros, ...(right ?? [])]
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const [high, low] = groups.slice(6).map(group => Number.parseInt(group, 16)) as [number, number]
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address, prefix] = network.split('/') as [string, string]
    list.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return list
}

/** The URL parser's spelling of an IPv6 address: lower case, compressed, hexadecimal throughout. */
function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

/** The IPv4 address inside one of NAT64's well-known prefix, whose last two groups it is. */
function wrappedIPv4(address: string): string {
  const groups = canonical(address).slice('64:ff9b::'.length).split(':')
  const [low, high] = groups.reverse().map(group => Number.parseInt(group || '0', 16))
  return [(high ?? 0) >> 8, (high ?? 0) & 255, low! >> 8, low! & 255].join('.')
}
