import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { Snippet, SnippetValues } from '../snippets/snippets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { card, copyable, empty } from './parts.ts'

export function snippetsPage(
  frame: ConsoleFrame,
  view: {
    project: Project
    /** Undefined where there is no login client whose ID could be filled in. */
    filled: { values: SnippetValues; snippets: readonly Snippet[]; chosen: Snippet } | undefined
  },
): string {
  const { project, filled } = view
  const base = `/console/projects/${project.slug}`
  if (!filled) {
    const more = html`Make one on the page <a href="${base}/jwt">JWT SSO</a>; its ID is filled in here then.`
    return consolePage(frame, { title: 'Code snippets', main: empty('There is no login client.', more) })
  }
  const { values, snippets, chosen } = filled
  return consolePage(frame, {
    title: 'Code snippets',
    lead: 'A login endpoint to copy, with the values of this project in it. It runs as it stands; the client secret is in none.',
    main: html`<nav class="tabs" aria-label="Languages"><ul>!${snippets.map(
      ({ id, title }) =>
        html`<li><a href="${frame.path}?language=${id}" !${id === chosen.id ? 'aria-current="page"' : ''}>${title}</a></li>`,
    )}</ul></nav>
<section class="card snippet" aria-label="${chosen.title}">
<h2>${chosen.file}</h2>
<pre data-copy tabindex="0" role="region" aria-label="${chosen.file}"><code>${chosen.text}</code></pre>
</section>
!${card('Run it', steps(chosen, project, base, frame.scopes.has('sign-ins:test')), html`Needs ${chosen.needs}.`)}
!${card('What is filled in', html`!${copyable('Code generation URL', values.codeGenerationUrl)}!${copyable('Client ID', values.clientId)}!${copyable('Path of the login URL', values.loginPath)}`)}`,
  })
}

function steps(
  { id, file, prepare, run }: Snippet,
  project: Project,
  base: string,
  mayTest: boolean,
): string {
  const listens =
    id === 'curl' ? curlPrints : html`It listens at <code>http://localhost:4000</code>!${portOf(id)}.`
  return html`<ol class="steps-list">
<li>!${prepare ? html`Run <code>${prepare}</code>, then save` : 'Save'} the code as <code>${file}</code>!${id === 'csharp' ? ' in the new folder' : ''}.</li>
<li>Put the client secret into the environment variable <code>GATEPASS_CLIENT_SECRET</code>. If you have none at hand, make one on the page <a href="${base}/jwt">JWT SSO</a>.
!${copyable('Run', `GATEPASS_CLIENT_SECRET=... ${run}`)}!${listens}</li>
<li>Replace the user in the code, marked <code>Replace this</code>, by whoever is signed in at your application. As it stands, everybody is Ada: good for a first trial, and for nothing else.</li>
<li>!${loginUrl(project, base, mayTest)}</li>
</ol>`
}

const curlPrints =
  'It prints an address. Opened within a minute, it lets its reader in, once. For trying things out: a login endpoint of your own does the same and redirects there.'

function portOf(id: string): string {
  return id === 'php' ? '' : html`, or at the port in the variable <code>PORT</code>`
}

function loginUrl({ loginUrl }: Project, base: string, mayTest: boolean): string {
  const now = loginUrl
    ? html`The login URL of this project is <code>${loginUrl}</code>: readers are sent there, so the endpoint must answer there.`
    : 'Set the login URL of this project to the address at which the endpoint answers.'
  return html`!${now} !${mayTest ? html`See whether it does on the page <a href="${base}/test">Test your integration</a>.` : ''}`
}
