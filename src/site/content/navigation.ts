/** One line of the navigation. A folder without a page of its own has no path. */
export interface NavigationItem {
  readonly title: string
  readonly path: string | null
  readonly children: readonly NavigationItem[]
}

/** A page to be listed, with what decides its place. */
export interface ListedPage {
  readonly path: string
  readonly title: string
  readonly order: number | undefined
}

interface Branch {
  title: string
  path: string | null
  order: number
  children: Map<string, Branch>
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Grows the tree out of pages, sorted by order, then by title; `nameFolder` names a folder that has no page. */
export function growNavigation(
  pages: readonly ListedPage[],
  nameFolder: (path: string) => string,
): NavigationItem[] {
  const root: Branch = { title: '', path: null, order: 0, children: new Map() }
  for (const page of pages) {
    if (page.path === '/') {
      root.path = page.path
      root.title = page.title
      continue
    }
    const branch = branchAt(root, page.path, nameFolder)
    // guide.md and guide/index.md share a branch: the folder's own page wins, the other stays reachable by its link.
    if (branch.path?.endsWith('/')) continue
    Object.assign(branch, {
      title: page.title,
      path: page.path,
      order: page.order ?? Number.POSITIVE_INFINITY,
    })
  }
  const home: NavigationItem[] =
    root.path === null ? [] : [{ title: root.title, path: root.path, children: [] }]
  return [...home, ...sorted(root)]
}

function branchAt(root: Branch, path: string, nameFolder: (path: string) => string): Branch {
  let branch = root
  let walked = ''
  for (const name of path.split('/').filter(Boolean)) {
    walked += `/${name}`
    let next = branch.children.get(name)
    if (!next) {
      next = { title: nameFolder(walked), path: null, order: Number.POSITIVE_INFINITY, children: new Map() }
      branch.children.set(name, next)
    }
    branch = next
  }
  return branch
}

function sorted(branch: Branch): NavigationItem[] {
  return [...branch.children.values()]
    .sort((a, b) => (a.order === b.order ? collator.compare(a.title, b.title) : a.order - b.order))
    .map(child => ({ title: child.title, path: child.path, children: sorted(child) }))
}

/** The pages before and after a page, in the order in which the navigation lists them. */
export function neighbours(
  navigation: readonly NavigationItem[],
  path: string,
): { previous: NavigationItem | undefined; next: NavigationItem | undefined } {
  const listed = navigation.flatMap(flatten).filter(item => item.path !== null)
  const at = listed.findIndex(item => item.path === path)
  if (at === -1) return { previous: undefined, next: undefined }
  return { previous: listed[at - 1], next: listed[at + 1] }
}

function flatten(item: NavigationItem): NavigationItem[] {
  return [item, ...item.children.flatMap(flatten)]
}
