import type { FieldProblem, FilePlace } from '../errors.ts'

/** Names and positions that lead from the top of a file to a value: `['projects', 0, 'siteUrl']`. */
export type Path = readonly (string | number)[]

/** What is wrong, and at which value, before it is known on which line that stands. */
export interface Finding {
  readonly path: Path
  readonly problem: string
  /** The value is not there, which for a project whose slug cannot be read need not be wrong. */
  readonly missing?: true
  /** Where to look for it, if its own value is not in the file. */
  readonly near?: Path
}

/** What is wrong in a file, with its place. Never a value of the file: what was pasted by mistake is not passed on. */
export interface FileProblem extends FieldProblem {
  readonly place: FilePlace
}

/** Secrets of clients (`gps_`), keys of the API (`gpk_`) and private keys: whatever a file may not hold. */
export const secretText = /\bgp[a-z]_[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----/g

/** A problem for people. What looks like a secret is taken out of it, whichever name it became part of. */
export function fileProblem({ path, problem }: Finding, place: FilePlace): FileProblem {
  return { field: withoutSecrets(showPath(path)), problem: withoutSecrets(problem), place }
}

function withoutSecrets(text: string): string {
  return text.replace(secretText, '(a secret)')
}

/** `projects[0].siteUrl` */
function showPath(path: Path): string {
  return path
    .map((step, depth) =>
      typeof step === 'number' ? `[${step}]` : `${depth > 0 ? '.' : ''}${shorten(step)}`,
    )
    .join('')
}

/** A name of the file as a sentence may show it. */
export function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}...` : name
}

/** In the order of the file. */
export function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  return [...problems].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
}
