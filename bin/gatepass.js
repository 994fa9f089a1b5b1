#!/usr/bin/env node
// Plain JavaScript with nothing of ours up front, so that even a Node too old for the rest reads this sentence
// instead of crashing in the middle of a native module.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const { existsSync } = await import('node:fs')
const source = new URL('../src/cli.ts', import.meta.url)
const checkout = existsSync(source)
// A checkout needs a Node that takes the types out of TypeScript by itself.
if (major < 22 || (major === 22 && minor < (checkout ? 18 : 12))) {
  console.error(
    `gatepass needs Node ${checkout ? '22.18' : '22.12'} or newer and this is Node ${process.versions.node}. ` +
      (checkout
        ? 'Use the npm scripts, which bring their own Node: `npm start`, `npm run --silent gatepass -- --help`.'
        : 'Bring a newer one along: `npm install gatepass node@24`, then `npx gatepass`.'),
  )
  process.exit(1)
}

// A checkout runs its TypeScript as it is; the package carries the same files compiled.
const { runCommandLine } = await import(
  checkout ? source.href : new URL('../dist/src/cli.js', import.meta.url).href
)
await runCommandLine(process.argv)
