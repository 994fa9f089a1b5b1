// The rule for passwords of the account API (contract, section 8), which its clients tell people in their own pages:
// characters of several kinds. Everywhere else here length counts alone (passwords/password.ts).

const LEAST = 8
const MOST = 256
/** Words that everybody thinks of; with a capital, a digit and a mark at their ends they meet the rule and nothing else. */
const common =
  /password|passwort|kennwort|qwert[yz]?|asdfg|yxcvb|zxcvb|letmein|welcome|iloveyou|admin(istrator)?|gatepass|12345|98765|abcde|11111|00000|123|abc|secret|dragon|monkey|football|baseball|master|login|changeme|test|hello|sunshine|princess|shadow|spring|summer|autumn|winter|january|february|march|april|june|july|august|september|october|november|december|(19|20)\d\d/g
const leet: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  $: 's',
  '5': 's',
  '0': 'o',
  '3': 'e',
  '1': 'i',
  '!': 'i',
}

/** What is wrong with a new password, for its owner, or undefined. `known`: what an attacker knows of the account. */
export function composedPasswordProblem(password: string, known: readonly string[]): string | undefined {
  const text = password.normalize('NFC')
  const length = [...text].length
  const composed =
    length >= LEAST && /\p{Lu}/u.test(text) && /\p{Nd}/u.test(text) && /[\p{P}\p{S}]/u.test(text)
  if (!composed || /\s/u.test(text)) {
    return 'must have at least 8 characters, one capital letter, one symbol and one number, and no white space'
  }
  if (length > MOST) return `must have at most ${MOST} characters`
  const words = known
    .flatMap(each => each.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter(each => each.length > 3)
  const lower = text.toLowerCase()
  const plain = [...lower].map(each => leet[each] ?? each).join('')
  if ([lower, plain].some(each => isCommon(each, words))) {
    return 'is easy to guess: it is little more than common words, your own name or a repetition'
  }
  return undefined
}

function isCommon(text: string, words: readonly string[]): boolean {
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), text.replace(common, ''))
  return new Set(left).size < 5
}
