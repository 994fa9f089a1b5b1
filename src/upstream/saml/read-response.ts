import { isUtf8 } from 'node:buffer'
import { refuseAnswer } from './refuse-answer.ts'
import { attributeOf, isNamed, PROTOCOL, parseXml, XmlProblem } from './xml.ts'

/**
 * The `Response` element of the form's `SAMLResponse` (SAML 2.0 Bindings, section 3.5.4).
 * @throws AppError `invalid_request`: `saml_response_unreadable`.
 */
export function readResponse(encoded: string): Element {
  const unreadable = (problem: string) => refuseAnswer('saml_response_unreadable', { problem })
  const base64 = encoded.replace(/[\t\r\n ]/g, '')
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw unreadable('it is not base64')
  const bytes = Buffer.from(base64, 'base64')
  if (!isUtf8(bytes)) throw unreadable('it is not UTF-8')
  let root: Element
  try {
    root = parseXml(bytes.toString(), true)
  } catch (error) {
    if (error instanceof XmlProblem) throw unreadable(error.message)
    throw error
  }
  if (!isNamed(root, PROTOCOL, 'Response') || attributeOf(root, 'Version') !== '2.0')
    throw unreadable('it is no SAML 2.0 response')
  return root
}
