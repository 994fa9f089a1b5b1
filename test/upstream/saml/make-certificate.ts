// Self-signed X.509 certificates (RFC 5280) for identity providers of tests, so that no private key lies in the repository.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface KeyAndCertificate {
  readonly privateKey: string
  readonly certificate: string
}

const tlv = (tag: number, ...parts: Uint8Array[]) => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: Uint8Array[]) => tlv(0x30, ...parts)
const SHA256_WITH_RSA = sequence(Buffer.from('06092a864886f70d01010b0500', 'hex'))
const COMMON_NAME = Buffer.from('0603550403', 'hex')

/** Valid from a moment to another, in milliseconds since the epoch. */
export function makeCertificate(
  name: string,
  { from = Date.UTC(2020, 0), to = Date.UTC(2040, 0), bits = 2048 } = {},
): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const time = (at: number) =>
    tlv(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
  const called = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(name)))))
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1])),
    SHA256_WITH_RSA,
    called,
    sequence(time(from), time(to)),
    called,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  return { privateKey: pem(privateKey), certificate: seal(body, privateKey) }
}

function seal(body: Buffer, key: KeyObject): string {
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, key)])
  const base64 = sequence(body, SHA256_WITH_RSA, tlv(0x03, signature)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
