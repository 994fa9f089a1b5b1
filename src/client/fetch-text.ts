/** Milliseconds for the whole answer. */
const TIME_LIMIT = 5_000
/** Bytes. */
const SIZE_LIMIT = 256 * 1024

/** The text at a URL: one answer, in time, of a bearable size, and from there, not from where it redirects to. */
export async function fetchText(fetcher: typeof fetch, url: string): Promise<string> {
  const signal = AbortSignal.timeout(TIME_LIMIT)
  const answer = await fetcher(url, { redirect: 'error', signal, headers: { accept: 'application/json' } })
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > SIZE_LIMIT) throw new Error(`${url} answered with more than ${SIZE_LIMIT} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
