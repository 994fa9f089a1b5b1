import { X509Certificate } from 'node:crypto'

/** A certificate that an identity provider signs with. */
export interface SigningCertificate {
  readonly pem: string
  /** SHA-256 as hexadecimal digits in pairs, as consoles of providers show it. */
  readonly fingerprint: string
  /** Whom it names; for people. */
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly validFrom: number
  readonly validTo: number
}

/** PEM, or base64 as metadata has it; undefined where it is no certificate. */
export function readCertificate(text: string): SigningCertificate | undefined {
  const base64 = text.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) return undefined
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
  return {
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    subject: certificate.subject.split('\n').reverse().join(', '),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  }
}

/** Why a certificate cannot be used, in words for whoever entered it; undefined where it can. */
export function certificateProblem(text: string): string | undefined {
  if (!readCertificate(text)) return 'is not a certificate in PEM or base64'
  const key = new X509Certificate(readCertificate(text)!.pem).publicKey
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa') return 'has no RSA key; other signatures are not supported'
  return modulusLength < 2048 ? `has an RSA key of ${modulusLength} bits; 2048 is the least` : undefined
}
