// What an HTML page says about itself as a login page. It is somebody else's and may be hostile: every look is linear.

export interface LoginPage {
  readonly hasPasswordField: boolean
  /** Sending its form takes the query of its own address along. */
  readonly keepsAddress: boolean
}

export function readLoginPage(html: string): LoginPage {
  let form: string | undefined
  for (const tag of tagsOf(html)) {
    if (/^form\b/i.test(tag)) form = tag
    else if (/^\/form\b/i.test(tag)) form = undefined
    else if (/^input\b/i.test(tag) && attribute(tag, 'type') === 'password') {
      return { hasPasswordField: true, keepsAddress: form === undefined || sendsToItself(form) }
    }
  }
  return { hasPasswordField: false, keepsAddress: true }
}

/** A form without an action goes to the address of its page; as a GET it leaves the query behind. */
function sendsToItself(form: string): boolean {
  const action = attribute(form, 'action').trim()
  return (action === '' || action.startsWith('#')) && attribute(form, 'method') === 'post'
}

function* tagsOf(html: string): Generator<string> {
  for (let end = 0; ; ) {
    const start = html.indexOf('<', end)
    if (start < 0) return
    end = html.indexOf('>', start)
    if (end < 0) return
    yield html.slice(start + 1, Math.min(end, start + 4096))
  }
}

/** Lower case; empty where it is not there. */
function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag)
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? '').toLowerCase()
}
