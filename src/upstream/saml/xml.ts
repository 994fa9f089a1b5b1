// XML from outside: read by the parser that the signature library itself uses, so that nothing is read in two ways, and
// without what only attackers have a use for.
import { DOMParser } from '@xmldom/xmldom'

export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'

/** An answer may have this much, which is many groups: what looks for signatures in it becomes slow beyond. */
const MOST_ELEMENTS = 1_500
const DEEPEST = 40

/** What makes a text unusable as XML from outside, in words for whoever sent it. */
export class XmlProblem extends Error {}

/**
 * The root element. A document type brings entities, which read files and grow without end: refused. With `strict`,
 * comments, CDATA and processing instructions are too: programs differ in what a text with a comment inside says.
 * @throws XmlProblem
 */
export function parseXml(text: string, strict: boolean): Element {
  if (/<!\s*(doctype|entity)/i.test(text)) throw new XmlProblem('it has a document type (DOCTYPE)')
  const body = text.replace(/^\uFEFF?\s*<\?xml\s[^>]*\?>/, '')
  if (strict && body.includes('<!')) throw new XmlProblem('it has a comment or CDATA')
  if (strict && body.includes('<?')) throw new XmlProblem('it has a processing instruction')
  const refuse = () => {
    throw new XmlProblem('it is not well-formed XML')
  }
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } })
  const document = parser.parseFromString(text, 'text/xml') as Document | undefined
  const roots = elementsOf(document)
  if (roots.length !== 1) throw new XmlProblem('it is not XML')
  if (strict) refuseMany(roots[0]!)
  return roots[0]!
}

function refuseMany(root: Element): void {
  let count = 0
  for (let [level, depth] = [[root], 0]; level.length > 0; depth++) {
    count += level.length
    if (count > MOST_ELEMENTS) throw new XmlProblem(`it has more than ${MOST_ELEMENTS} elements`)
    if (depth > DEEPEST) throw new XmlProblem(`it nests deeper than ${DEEPEST} levels`)
    level = level.flatMap(elementsOf)
  }
}

/** Child elements; of one name, where one is given. */
export function childrenOf(parent: Element, namespace: string, name: string): Element[] {
  return elementsOf(parent).filter(each => isNamed(each, namespace, name))
}

/** The only child element of a name; undefined where there is none, or several. */
export function onlyChild(parent: Element, namespace: string, name: string): Element | undefined {
  const found = childrenOf(parent, namespace, name)
  return found.length === 1 ? found[0] : undefined
}

export function elementsOf(parent: Node | undefined): Element[] {
  return Array.from(parent?.childNodes ?? []).filter((each): each is Element => each.nodeType === 1)
}

/** All elements below, whatever their namespace. */
export function descendantsOf(parent: Element, name: string): Element[] {
  return Array.from(parent.getElementsByTagNameNS('*', name))
}

export function isNamed(element: Element, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name
}

/** The value of an attribute; undefined where it is not there or empty. */
export function attributeOf(element: Element | undefined, name: string): string | undefined {
  return element?.getAttribute(name) || undefined
}

export function textOf(element: Element | undefined): string {
  return (element?.textContent ?? '').trim()
}
