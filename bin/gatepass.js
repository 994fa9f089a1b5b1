#!/usr/bin/env node
// Plain JavaScript with nothing of ours up front, so that even a Node too old for the rest reads this sentence
// instead of crashing in the middle of a native module.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const { existsSync } = await import('node:fs')
const { fileURLToPath } = await import('node:url')
const source = new URL('../src/cli.ts', import.meta.url)
const checkout = existsSync(source)
// Before 22.18 and in 23, SQLite's binary crashes, or TypeScript is not run as it is.
if (major < 22 || (major === 22 && minor < 18) || major === 23) {
  console.error(
    `gatepass needs Node 22.18, or 24 or newer, and this is Node ${process.versions.node}. ` +
      (checkout
        ? 'Use the npm scripts, which bring their own Node: `npm start`, `npm run --silent gatepass -- --help`.'
        : 'Bring a newer one along: `npm install gatepass node@24`, then `npx gatepass`.'),
  )
  process.exit(1)
}

// What was compiled once is kept beside the code, where only its owner writes: the next start takes half the time.
// Functions that come from there are counted less finely by coverage.
if (!process.env.NODE_V8_COVERAGE) {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/gatepass', import.meta.url)))
}

// A checkout runs its TypeScript as it is; the package carries the same files compiled.
const { runCommandLine } = await import(
  checkout ? source.href : new URL('../dist/src/cli.js', import.meta.url).href
)
await runCommandLine(process.argv)
