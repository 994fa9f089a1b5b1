import type { OutboundError } from '../../platform/outbound-fetch.ts'
import type { Finding } from './finding.ts'

type Words = readonly [sentence: string, fix: string]

/** Why a page did not answer, in plain words. */
export function whyNoAnswer({ host, hostname }: URL, error: OutboundError): Finding {
  const [sentence, fix] = words(host, hostname, error)
  return { level: error.problem === 'answer_too_large' ? 'warning' : 'problem', sentence, fix }
}

function words(host: string, hostname: string, error: OutboundError): Words {
  switch (error.problem) {
    case 'url_refused':
      return [
        'The way leads to an address that is not http or https, or that carries credentials.',
        'Correct the login URL, or the redirect in your application.',
      ]
    case 'name_unknown':
      return [
        `The name ${hostname} has no address.`,
        'Correct the spelling. A name that only your own network knows must be known to this server too.',
      ]
    case 'address_refused':
      return [
        `${host} is a private address, or leads to one; this server does not go there.`,
        'If it is in your own network and meant to be, set ALLOW_PRIVATE_NETWORKS=on.',
      ]
    case 'too_slow':
      return [
        `${host} gave no whole answer in 5 seconds.`,
        'Look for slow steps in the page. If a firewall keeps this server out, the readers may still be let in.',
      ]
    case 'answer_too_large':
      return [
        `${host} answers, with more than a login page needs: the check reads 256 KiB and stopped.`,
        'Look at the page in a browser.',
      ]
    case 'no_connection':
      return connection(host, String((error.cause as NodeJS.ErrnoException | undefined)?.code ?? ''))
  }
}

function connection(host: string, code: string): Words {
  const certificate = certificates[code]
  if (certificate) return [`The certificate of ${host} ${certificate[0]}.`, certificate[1]]
  if (code === 'ECONNREFUSED')
    return [
      `${host} refuses the connection: nothing listens there.`,
      'Start the application; compare the port.',
    ]
  if (['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'].includes(code))
    return [`${host} cannot be reached from this server (${code}).`, 'Look at the network and its firewalls.']
  if (/^EPROTO$|^ERR_SSL_|^ERR_TLS_/.test(code))
    return [
      `${host} does not speak TLS as a browser would (${code}).`,
      'Compare http and https and the port in the login URL; look at the TLS settings of the server.',
    ]
  if (code.startsWith('HPE_'))
    return [`What ${host} answers is not HTTP (${code}).`, 'Compare the port; is it that of a web server?']
  return [`${host} broke the connection off${code && ` (${code})`}.`, 'Look into the log of the application.']
}

const unknownAuthority: Words = [
  'is not signed by an authority that this server knows, or its chain is not complete',
  'Let the server send the intermediate certificates; for an authority of your own set NODE_EXTRA_CA_CERTS.',
]
const selfSigned: Words = [
  'is signed by itself',
  'Readers get a warning too: use one of a known authority, or NODE_EXTRA_CA_CERTS for one of your own.',
]

const certificates: Readonly<Record<string, Words>> = {
  CERT_HAS_EXPIRED: ['has expired', 'Renew it: browsers refuse the page too.'],
  CERT_NOT_YET_VALID: ['is not valid yet', 'Compare the clocks of both servers.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'is for another name',
    'Get one for this name: browsers refuse the page too.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
}
