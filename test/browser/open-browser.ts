// A real browser out of npm: Chromium, unpacked once into the folder for temporary files.
import sparticuz from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await sparticuz.executablePath(),
    // None of the package's own arguments, which are for another place and switch off the web's security. Without a
    // sandbox it starts in containers too; names below localhost are this machine, whatever its proxy thinks.
    args: ['--no-sandbox', '--no-proxy-server', '--host-resolver-rules=MAP *.localhost 127.0.0.1'],
    headless: true,
  })
}
