import type { Answer, Send } from '../test/connection.ts'

/** Keeps cookies by path, as a browser does. */
export const newBrowser = (send: Send) => {
  const jar = new Map<string, { pair: string; path: string }>()
  return {
    async open({ path, headers }: { path: string; headers?: Record<string, string> }): Promise<Answer> {
      const cookies = [...jar.values()].filter(cookie => path.startsWith(cookie.path))
      const sent: Record<string, string> = { ...headers }
      if (cookies.length > 0) sent.cookie = cookies.map(({ pair }) => pair).join('; ')
      const answer = await send({ path, headers: sent })
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [pair = '', ...attributes] = line.split('; ')
        const name = pair.slice(0, pair.indexOf('='))
        const cookiePath = attributes.find(attribute => /^path=/i.test(attribute))?.slice(5) ?? '/'
        if (pair.length > name.length + 1) jar.set(name + cookiePath, { pair, path: cookiePath })
        else jar.delete(name + cookiePath)
      }
      return answer
    },
  }
}
