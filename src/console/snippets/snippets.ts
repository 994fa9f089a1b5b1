// Login endpoints to copy, filled in with a project's values. Each is a whole program in a file beside this one, which
// runs as it stands; docs/login-endpoint.md shows the same files. The client secret is in none: they read it from the
// environment, as GATEPASS_CLIENT_SECRET.
import { readFileSync } from 'node:fs'
import {
  type Quote,
  quoteByCodePoint,
  quoteForCSharp,
  quoteForJava,
  quoteForJavaScript,
  quoteForShell,
  quoteSimply,
} from './quote.ts'

export interface SnippetLanguage {
  readonly id: string
  readonly title: string
  /** What the file is called, here and for whoever saves it. */
  readonly file: string
  /** As in the info string of a Markdown code block. */
  readonly highlight: string
  /** What must be installed. */
  readonly needs: string
  /** What comes before running it, beside saving the file. */
  readonly prepare?: string
  /** Runs the file, with GATEPASS_CLIENT_SECRET in the environment. */
  readonly run: string
  /** A literal of the language. */
  readonly quote: Quote
}

export interface SnippetValues {
  readonly codeGenerationUrl: string
  readonly clientId: string
  /** The path of the project's login URL. */
  readonly loginPath: string
}

export interface Snippet extends Omit<SnippetLanguage, 'quote'> {
  readonly text: string
}

export const snippetLanguages: readonly SnippetLanguage[] = [
  {
    id: 'curl',
    title: 'curl',
    file: 'login-endpoint.sh',
    highlight: 'sh',
    needs: 'curl and a POSIX shell',
    run: 'sh login-endpoint.sh',
    quote: quoteForShell,
  },
  {
    id: 'node',
    title: 'Node',
    file: 'login-endpoint.mjs',
    highlight: 'js',
    needs: 'Node 20 or newer, nothing to install',
    run: 'node login-endpoint.mjs',
    quote: quoteForJavaScript,
  },
  {
    id: 'python',
    title: 'Python',
    file: 'login-endpoint.py',
    highlight: 'python',
    needs: 'Python 3.8 or newer, nothing to install',
    run: 'python3 login-endpoint.py',
    quote: quoteByCodePoint,
  },
  {
    id: 'php',
    title: 'PHP',
    file: 'login-endpoint.php',
    highlight: 'php',
    needs: 'PHP 8.1 or newer, nothing to install',
    run: 'php -S localhost:4000 login-endpoint.php',
    quote: quoteSimply,
  },
  {
    id: 'java',
    title: 'Java',
    file: 'LoginEndpoint.java',
    highlight: 'java',
    needs: 'Java 17 or newer, nothing to install',
    run: 'java LoginEndpoint.java',
    quote: quoteForJava,
  },
  {
    id: 'csharp',
    title: 'C#',
    file: 'Program.cs',
    highlight: 'csharp',
    needs: '.NET 8 or newer',
    prepare: 'dotnet new web -o LoginEndpoint',
    run: 'dotnet run',
    quote: quoteForCSharp,
  },
  {
    id: 'ruby',
    title: 'Ruby',
    file: 'login-endpoint.rb',
    highlight: 'ruby',
    needs: 'Ruby 3 with WEBrick',
    prepare: 'gem install webrick',
    run: 'ruby login-endpoint.rb',
    quote: quoteSimply,
  },
  {
    id: 'go',
    title: 'Go',
    file: 'login-endpoint.go',
    highlight: 'go',
    needs: 'Go 1.19 or newer, nothing to install',
    run: 'go run login-endpoint.go',
    quote: quoteByCodePoint,
  },
]

/** What stands in the files in the place of a project's values, as a whole literal. */
const placeholders: ReadonlyMap<string, keyof SnippetValues> = new Map([
  ['https://id.example.com/jwt/generateCode', 'codeGenerationUrl'],
  ['login_00000000000000000000000000000000', 'clientId'],
  ['/login', 'loginPath'],
])

const texts = new Map<string, string>()

/** The snippet as it stands in its file, with example values. */
export function exampleSnippet({ file }: SnippetLanguage): string {
  const text = texts.get(file) ?? readFileSync(new URL(file, import.meta.url), 'utf8')
  texts.set(file, text)
  return text
}

/** Every snippet with the values of one project in it. */
export function fillSnippets(values: SnippetValues): Snippet[] {
  return snippetLanguages.map(language => {
    const { quote, ...rest } = language
    return { ...rest, text: fill(exampleSnippet(language), quote, values) }
  })
}

/** One pass: what was filled in is not looked at again. */
function fill(text: string, quote: Quote, values: SnippetValues): string {
  return text.replace(/(['"])([^'"\n]*)\1/g, (literal, _, inside: string) => {
    const name = placeholders.get(inside)
    return name === undefined ? literal : quote(values[name])
  })
}
