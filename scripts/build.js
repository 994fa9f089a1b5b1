// Compiles src/ and migrations/ to dist/ for the package, and takes along what tsc leaves behind.
import { execSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
rmSync('dist', { recursive: true, force: true })
execSync('npm exec -- tsc -p tsconfig.build.json', { stdio: 'inherit' })
// Other people's programs import the client kit alone, so it alone brings its types.
execSync('npm exec -- tsc -p tsconfig.client.json', { stdio: 'inherit' })
cpSync('src', 'dist/src', { recursive: true, filter: path => !path.endsWith('.ts') })
