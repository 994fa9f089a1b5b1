#!/usr/bin/env node
// Plain JavaScript with no imports up front, so that even a Node too old for the rest reads this sentence
// instead of crashing in the middle of a native module.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `gatepass needs Node 22.12 or newer and this is Node ${process.versions.node}. ` +
      'In a checkout use the npm scripts, which bring their own Node: `npm start`, `npm run gatepass -- --help`. ' +
      'Elsewhere: `npm install gatepass node@24`, then `npx gatepass`.',
  )
  process.exit(1)
}

// A checkout runs its TypeScript as it is; the package carries the same files compiled.
const { existsSync } = await import('node:fs')
const source = new URL('../src/cli.ts', import.meta.url)
const { runCommandLine } = await import(
  existsSync(source) ? source.href : new URL('../dist/src/cli.js', import.meta.url).href
)
await runCommandLine(process.argv)
