// A login endpoint. Node 20 or newer, nothing to install:
//   GATEPASS_CLIENT_SECRET=... node login-endpoint.mjs
import { createServer } from 'node:http'

const codeUrl = 'https://id.example.com/jwt/generateCode'
const clientId = 'login_00000000000000000000000000000000'
const clientSecret = process.env.GATEPASS_CLIENT_SECRET
const loginPath = '/login'

// Replace this: who is signed in at your application, or null. As it stands, everybody is Ada.
function currentUser(_request) {
  const groups = []
  return {
    id: '1',
    username: 'ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    groups,
  }
}

async function callbackUrlFor(user, query) {
  const reader = {
    externalId: user.id,
    username: user.username,
    firstName: user.firstName,
    lastName: user.lastName,
    emailId: user.email,
    readerGroupIds: user.groups,
  }
  // Passed on, these lead back to the page that was asked for, and bind the code to this browser.
  const passedOn = {
    RedirectPath: 'redirectUrl',
    state: 'state',
    code_challenge: 'codeChallenge',
    code_challenge_method: 'codeChallengeMethod',
  }
  for (const [asked, field] of Object.entries(passedOn)) {
    if (query.has(asked)) reader[field] = query.get(asked)
  }
  const answer = await fetch(codeUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(reader),
    signal: AbortSignal.timeout(10_000),
  })
  if (answer.ok) return (await answer.json()).callbackUrl
  const refusal = new Error(`no code: ${answer.status} ${await answer.text()}`)
  throw Object.assign(refusal, { traceId: answer.headers.get('x-trace-id') })
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname !== loginPath) return response.writeHead(404).end()
  const user = currentUser(request)
  // Show your login page here, and keep the query through it.
  if (!user) return response.writeHead(401).end('Please sign in.')
  const location = await callbackUrlFor(user, url.searchParams)
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end()
}

createServer((request, response) => {
  answer(request, response).catch(error => {
    console.error(error)
    const trace = error.traceId ? ` Trace ID: ${error.traceId}` : ''
    response.writeHead(502, { 'content-type': 'text/plain' }).end(`Signing in did not work.${trace}`)
  })
}).listen(process.env.PORT ?? 4000, 'localhost')
