import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import type { FilePlace } from '../errors.ts'
import { type FileProblem, fileProblem, secretText, shorten } from './file-problem.ts'

/** Bytes. Some hundred projects fit, and what is made to be read slowly takes a second or two, not a minute. */
export const LARGEST_FILE = 256 * 1024
const DEEPEST = 16
const TOO_DEEP = 'is nested too deeply'

export interface YamlTree {
  /** Undefined where nothing can be read. */
  readonly root: Node | undefined
  readonly problems: readonly FileProblem[]
  /** The place of an offset into the text. */
  placeOf(offset: number): FilePlace
}

/**
 * Reads one YAML document of plain maps, lists, texts, numbers and switches. Whatever makes a file say more than it
 * shows is refused: anchors and aliases (a few lines that unfold to millions), tags, merge keys, keys twice.
 */
export function readYaml(bytes: Uint8Array, file?: string): YamlTree {
  const named = file === undefined ? {} : { file }
  const unreadable = (problem: string): YamlTree => {
    const place = { ...named, line: 1, column: 1 }
    return { root: undefined, problems: [fileProblem({ path: [], problem }, place)], placeOf: () => place }
  }
  if (bytes.length > LARGEST_FILE) return unreadable(`is larger than ${LARGEST_FILE / 1024} KiB`)
  const text = decode(bytes)
  if (text === undefined) return unreadable('is not UTF-8')
  const lineCounter = new LineCounter()
  const placeOf = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return { ...named, line, column: col }
  }
  const problems: FileProblem[] = []
  const wrong = (offset: number, problem: string) =>
    void problems.push(fileProblem({ path: [], problem }, placeOf(offset)))

  const document = parseDocument(text, {
    lineCounter,
    // The library looks for keys twice in a time that grows with their square, and its pretty errors quote the file.
    uniqueKeys: false,
    prettyErrors: false,
    version: '1.2',
    merge: false,
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  for (const { index } of text.matchAll(/[\0-\x08\v\f\x0e-\x1f\x7f]/g))
    wrong(index, 'has a control character')
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    wrong(pos[0], says(code, message))
  }
  if (document.directives?.yaml.explicit) wrong(0, 'has a %YAML directive; it is read as YAML 1.2')
  if (problems.length === 0 && document.contents) inspect(document.contents as Node, wrong)
  const root = problems.length === 0 ? (document.contents as Node | null) : null
  // A file with a secret is still read: everything else that is wrong with it is told with this.
  for (const { index } of text.matchAll(secretText))
    wrong(
      index,
      'a secret stands here, which no file may hold: take it out, and replace it with gatepass secret rotate',
    )
  return { root: root ?? undefined, problems, placeOf }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The library's sentence, but for what it quotes of the file: that may be a password. */
function says(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'has a second document, which is one too many'
  // The library calls itself for each level until the stack is full, and then says so.
  if (code === 'RESOURCE_EXHAUSTION') return TOO_DEEP
  const sentence = code === 'MISSING_CHAR' ? message : message.split(/[:"'`%\\\n]/)[0]!.trim()
  return `cannot be read as YAML: ${sentence}`
}

/** Looks at every node without calling itself: depth is the file's choice. */
function inspect(root: Node, wrong: (offset: number, problem: string) => void): void {
  const waiting: { node: Node; depth: number }[] = [{ node: root, depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next
    const at = node.range?.[0] ?? 0
    if (isAlias(node)) wrong(at, 'has an alias (*); write the value itself')
    else if (node.anchor !== undefined) wrong(at, 'has an anchor (&); write values where they belong')
    if (node.tag !== undefined) wrong(at, 'has a tag (!); values are written plainly')
    if (isScalar(node) && typeof node.value === 'string' && !node.value.isWellFormed())
      wrong(at, 'has half a character (a lone surrogate)')
    if (depth > DEEPEST) {
      wrong(at, TOO_DEEP)
      return
    }
    if (isSeq(node)) for (const item of node.items) waiting.push({ node: item as Node, depth: depth + 1 })
    if (isMap(node)) {
      checkKeys(node.items as Pair<Node, Node | null>[], at, wrong)
      for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
        if (!isScalar(key)) waiting.push({ node: key, depth: depth + 1 })
        if (value) waiting.push({ node: value, depth: depth + 1 })
      }
    }
  }
}

function checkKeys(
  pairs: readonly Pair<Node, Node | null>[],
  mapAt: number,
  wrong: (offset: number, problem: string) => void,
): void {
  const seen = new Set<string>()
  for (const { key } of pairs) {
    const at = key?.range?.[0] ?? mapAt
    if (!isScalar(key) || typeof key.value !== 'string') wrong(at, 'has a key that is no text')
    else if (key.value === '<<') wrong(at, 'has a merge key (<<); write the values themselves')
    else if (key.value === '__proto__') wrong(at, 'has a key that is no name (__proto__)')
    else if (seen.has(key.value)) wrong(at, `has ${shorten(key.value)} twice`)
    else seen.add(key.value)
    if (isScalar(key) && (key.anchor !== undefined || key.tag !== undefined))
      wrong(at, 'has an anchor or a tag at a key')
  }
}
