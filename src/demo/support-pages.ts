// The pages of the demo's second site. It is Northwind's as well, so it wears the same clothes.
import { html } from 'ghtml'
import { httpOnly, northwindDocument, northwindMark } from './northwind-document.ts'
import type { SignedIn } from './openid-sign-in.ts'
import type { Ticket } from './support-tickets.ts'

export interface SupportLinks {
  readonly knowledgeBaseUrl: string
  readonly customerUrl: string
}

const states = { open: 'Open', waiting: 'Waits for you', solved: 'Solved' } as const

/** The list of tickets, for whoever is signed in. */
export function ticketsPage(view: {
  who: SignedIn
  tickets: readonly Ticket[]
  links: SupportLinks
}): string {
  const { who, tickets, links } = view
  return northwindDocument(
    'Your tickets',
    'Support',
    html`!${bar}
<main class="home">
<h1>Your tickets</h1>
<p class="about">Signed in as <b>${who.name}</b>!${who.email ? html` · ${who.email}` : ''}!${who.groups.map(group => html` · group ${group}`)}</p>
<ul class="tickets">!${tickets.map(
      ({ id, title, state, opened }) =>
        html`<li><a class="card ticket" href="/tickets/${id}"><span class="tag tag-${state}">${states[state]}</span><h2>${title}</h2><p>${id} · opened on ${opened}</p></a></li>`,
    )}</ul>
!${footnote(links)}
</main>`,
  )
}

/** One ticket with its conversation. */
export function ticketPage({ who, ticket }: { who: SignedIn; ticket: Ticket }): string {
  const { id, title, state, opened, conversation } = ticket
  return northwindDocument(
    title,
    'Support',
    html`!${bar}
<main class="home">
<p class="back"><a href="/">All tickets</a></p>
<h1>${title}</h1>
<p class="about">${id} · ${states[state]} · opened on ${opened} · signed in as ${who.name}</p>
<ul class="tickets">!${conversation.map(
      ({ from, text }) => html`<li class="card"><h2>${from}</h2><p>${text}</p></li>`,
    )}</ul>
</main>`,
  )
}

/** Somebody could not be signed in, or asked for what is not there. */
export function supportProblemPage(view: { title: string; sentence: string; link: string }): string {
  const { title, sentence, link } = view
  return northwindDocument(
    title,
    'Support',
    html`<header class="bar">!${northwindMark('Support')}</header>
<main class="home">
<h1>${title}</h1>
<p class="about">${sentence}</p>
<p><a href="/">${link}</a></p>
</main>`,
  )
}

const bar = html`<header class="bar">!${northwindMark('Support')}
<form method="post" action="/logout"><button class="plain" type="submit">Sign out</button></form></header>`

function footnote({ knowledgeBaseUrl, customerUrl }: SupportLinks): string {
  return html`<p class="small">This is the demo's second site. It knows nothing of Gatepass but the address of an OpenID Connect server: the sign-in that opened the <a href="${httpOnly(knowledgeBaseUrl)}">knowledge base</a> opens it too, and signing out of one ends both. <a href="${httpOnly(customerUrl)}">Back to your workshop</a></p>`
}
