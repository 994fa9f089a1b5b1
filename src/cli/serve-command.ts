import type { Command } from 'commander'
import { processEnvironment, readConfig } from '../config.ts'

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server until SIGTERM or SIGINT')
    .option(
      '--workers <number>',
      'processes that answer requests: a number, or auto for one a core (WORKERS)',
    )
    .action(async ({ workers }: { workers?: string }) => {
      const config = readConfig({
        ...processEnvironment(),
        ...(workers !== undefined && { WORKERS: workers }),
      })
      // Only the server needs Fastify and all its doors: the other commands start without them.
      const { serve } = await import('../main.ts')
      await serve(config)
    })
}
