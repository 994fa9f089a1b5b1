// Mail over SMTP (RFC 5321), to one server that the operator names.
import type { Transporter } from 'nodemailer'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Mailer {
  /** @throws Error where the server cannot be reached, or does not take it. */
  send(mail: Mail): Promise<void>
}

const PATIENCE = 10_000

/** @param smtpUrl `smtp://` (TLS where the server offers it) or `smtps://`, with user and password where it wants them */
export function createMailer({ smtpUrl, mailFrom }: { smtpUrl: string; mailFrom: string }): Mailer {
  const { username, hostname } = new URL(smtpUrl)
  let transport: Promise<Transporter> | undefined

  async function connect(): Promise<Transporter> {
    // Loaded for the first mail: few installations send any.
    const { createTransport } = await import('nodemailer')
    return createTransport({
      url: smtpUrl,
      // A password is not said in the clear, but to this very machine.
      requireTLS: username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname),
      connectionTimeout: PATIENCE,
      greetingTimeout: PATIENCE,
      socketTimeout: PATIENCE,
      // What is sent is text of ours: no file is read, no address fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  return {
    async send({ to, ...mail }) {
      transport ??= connect()
      // An address as an object is taken whole: nothing in it begins a second one.
      await (await transport).sendMail({ ...mail, from: mailFrom, to: { name: '', address: to } })
    },
  }
}
