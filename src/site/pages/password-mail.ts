import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'

/** The mail that carries a link to set a password, as text and as a plain page. */
export function passwordMail({ words, name, link }: { words: Words; name: string; link: string }): {
  readonly subject: string
  readonly text: string
  readonly html: string
} {
  const { subject, hello, asked, notYou } = words.forgot
  return {
    subject,
    text: `${hello(name)}\n\n${asked}\n\n${link}\n\n${notYou}\n`,
    html: html`<!doctype html>
<html lang="${words.tag}">
<head><meta charset="utf-8"><title>${subject}</title></head>
<body>
<p>${hello(name)}</p>
<p>${asked}</p>
<p><a href="${link}">${words.newPassword.title}</a></p>
<p>${notYou}</p>
</body>
</html>
`,
  }
}
