import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import { isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import type { Path } from './file-problem.ts'
import { didYouMean } from './nearest-name.ts'

/** A map of the file, as far as its values could be read. */
export type Raw = Record<string, unknown>

type Wrong = (path: Path, problem: string) => void

/** A schema of `schema.ts`, whose objects and lists of objects are read part by part. */
interface Shape {
  readonly problem: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  /** Names without which an object says nothing. */
  readonly needs?: readonly string[]
  /** One wrong part spoils it all. */
  readonly whole?: boolean
}

/**
 * The value of a node as its schema wants it, or undefined where it is not that. Names every part that is wrong, and
 * goes on with the rest: of an object what is right is kept, and a list keeps its length.
 */
export function readNode(node: Node | null, schema: TSchema, path: Path, wrong: Wrong): unknown {
  const shape = schema as unknown as Shape
  // An empty value is most often a slip, as in `accentColor: #0b6355`, where # begins a comment.
  if (node === null || isEmpty(node)) return void wrong(path, `is empty; it ${shape.problem}`)
  if (shape.properties) {
    return isMap(node) ? readMap(node, shape, path, wrong) : void wrong(path, shape.problem)
  }
  if (shape.items) {
    if (!isSeq(node)) return void wrong(path, shape.problem)
    const limit = (schema as unknown as { maxItems: number }).maxItems
    if (node.items.length > limit) return void wrong(path, `has more than ${limit} entries`)
    let sound = true
    const items = node.items.map((item, index) =>
      readNode(item as Node, shape.items!, [...path, index], (...problem) => {
        sound = false
        wrong(...problem)
      }),
    )
    return sound || !shape.whole ? items : undefined
  }
  const value: unknown = node.toJSON()
  return Value.Check(schema, value) ? value : void wrong(path, shape.problem)
}

function readMap(node: YAMLMap, shape: Shape, path: Path, wrong: Wrong): Raw {
  const raw: Raw = {}
  const properties = shape.properties!
  const names = Object.keys(properties)
  for (const { key, value } of node.items as { key: Scalar<string>; value: Node | null }[]) {
    const name = key.value
    if (!Object.hasOwn(properties, name)) {
      wrong([...path, name], isSecretName(name) ? noSecrets : `is not known here${didYouMean(name, names)}`)
      continue
    }
    const read = readNode(value, properties[name]!, [...path, name], wrong)
    if (read !== undefined) raw[name] = read
  }
  for (const name of shape.needs ?? []) {
    if (!pairOf(node, name)) wrong([...path, name], 'is missing')
  }
  return raw
}

const noSecrets =
  'does not belong in a file: Gatepass makes secrets itself, and gatepass secret rotate shows one'

function isSecretName(name: string): boolean {
  return /secret|passw|private|token$|key$|hash/i.test(name)
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && !node.source
}

type Entry = { key: Scalar<string>; value: Node | null }
const entriesOf = new WeakMap<YAMLMap, ReadonlyMap<string, Entry>>()

/** The entry of a map with this key. Ten thousand problems in one map ask ten thousand times. */
export function pairOf(node: YAMLMap, name: string): Entry | undefined {
  let entries = entriesOf.get(node)
  if (!entries) {
    entries = new Map((node.items as Entry[]).map(entry => [entry.key.value, entry]))
    entriesOf.set(node, entries)
  }
  return entries.get(name)
}
