import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { ContentPage } from '../../site/content/content-folder.ts'
import type { PagesForReader } from '../../site/pages-for-reader.ts'
import { badge } from './parts.ts'

/** More than anybody reads; a page about pages must end somewhere. */
const SHOWN = 100

/** What a reader with certain groups could open, what not, and which rules say so. */
export function readerPages(project: Project, { served, open, closed, rules }: PagesForReader): string {
  return html`<h3>Pages of this reader</h3>
!${
    served
      ? html`<p>This reader could open !${count(open.length)}!${closed.length > 0 ? html`; !${count(closed.length)} would stay shut` : ''}.</p>
!${list(project, 'Would open', open)}!${list(project, 'Would stay shut', closed)}`
      : html`<p>The pages of this site are not served from here!${rules.length > 0 ? '; its path rules say what a proxy lets through:' : ', and it has no path rules: every reader may open everything that asks here.'}</p>`
  }
!${
    rules.length === 0
      ? ''
      : html`<ul class="findings">!${rules.map(
          ({ path, groups, open }) =>
            html`<li>!${open ? badge('good', 'Opens') : badge('bad', 'Shut')}<div><code>${path}</code> is for !${groups.length > 0 ? html`<strong>${groups.join(', ')}</strong>` : 'nobody'}</div></li>`,
        )}</ul>`
  }`
}

function count(pages: number): string {
  return pages === 1 ? 'one page' : `${pages} pages`
}

function list(project: Project, title: string, pages: readonly ContentPage[]): string {
  if (pages.length === 0) return ''
  const rest = pages.length - SHOWN
  return html`<details><summary>${title}: ${String(pages.length)}</summary><ul class="page-list">!${pages
    .slice(0, SHOWN)
    .map(
      ({ path, title, groups }) =>
        html`<li><a href="${project.siteUrl}${path}" rel="noreferrer">${title}</a> <code>${path}</code>!${groups ? html` <span class="quiet">needs ${needs(groups)}</span>` : ''}</li>`,
    )}</ul>!${rest > 0 ? html`<p class="hint">and ${String(rest)} more</p>` : ''}</details>`
}

/** One group out of each list. */
function needs(groups: NonNullable<ContentPage['groups']>): string {
  if (groups.some(each => each.length === 0)) return 'what nobody has'
  return [...new Set(groups.map(each => each.join(' or ')))].join(', and ')
}
