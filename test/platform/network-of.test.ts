import t from 'tap'
import { networkOf } from '../../src/platform/network-address.ts'

t.test(
  'an IPv4 address is a network of its own, however it is spelled; an IPv6 address is one of its /64',
  async t => {
    const networks = {
      '192.0.2.1': '192.0.2.1',
      '::ffff:192.0.2.1': '192.0.2.1',
      '::FFFF:c000:0201': '192.0.2.1',
      '2001:db8:0:1::2': '2001:db8:0:1::/64',
      '2001:0db8:0000:0001:ffff:ffff:ffff:ffff': '2001:db8:0:1::/64',
      '::1': '0:0:0:0::/64',
      'fe80::1%eth0': 'fe80:0:0:0::/64',
      'no address': 'no address',
      '': '',
    }
    for (const [address, network] of Object.entries(networks)) t.equal(networkOf(address), network, address)
  },
)
