/** Loaded when somebody first signs in by SAML: with its XML it takes a tenth of the time of a start. */
export const samlLibrary = () => import('@node-saml/node-saml')
