// A browser's cookies around requests to an app: what one answer sets, the next request carries.
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** A POST: a form, or JSON as text. */
export interface Ask {
  readonly url: string
  readonly form?: Record<string, string>
  readonly json?: string
  readonly headers?: Record<string, string>
  /** Sent without cookies, as SameSite has it for a request from another site. */
  readonly without?: boolean
}

export class Jar {
  readonly #app: FastifyInstance
  #cookies: Map<string, string>

  constructor(app: FastifyInstance, cookies: Iterable<[string, string]> = []) {
    this.#app = app
    this.#cookies = new Map(cookies)
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#keep(await this.#app.inject({ url, headers: { ...this.#header(), ...headers } }))
  }

  async post({ url, form, json, headers, without = false }: Ask): Promise<LightMyRequestResponse> {
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json'
    return this.#keep(
      await this.#app.inject({
        method: 'POST',
        url,
        headers: { ...(without ? {} : this.#header()), 'content-type': type, ...headers },
        payload: json ?? new URLSearchParams(form).toString(),
      }),
    )
  }

  /** The same browser at this moment, to see what becomes of it otherwise. */
  copy(): Jar {
    return new Jar(this.#app, this.#cookies)
  }

  names(): string[] {
    return [...this.#cookies.keys()]
  }

  value(name: string): string | undefined {
    return this.#cookies.get(name)
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, value)
  }

  forget(): void {
    this.#cookies.clear()
  }

  #header(): Record<string, string> {
    const pairs = [...this.#cookies].map(([name, value]) => `${name}=${value}`)
    return pairs.length === 0 ? {} : { cookie: pairs.join('; ') }
  }

  #keep(response: LightMyRequestResponse): LightMyRequestResponse {
    for (const header of [response.headers['set-cookie'] ?? []].flat()) {
      const [pair = '', ...attributes] = header.split('; ')
      const equals = pair.indexOf('=')
      const name = pair.slice(0, equals)
      if (attributes.includes('Max-Age=0')) this.#cookies.delete(name)
      else this.#cookies.set(name, pair.slice(equals + 1))
    }
    return response
  }
}
