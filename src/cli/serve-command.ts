import type { Command } from 'commander'
import { processEnvironment, readConfig } from '../config.ts'

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server until SIGTERM or SIGINT')
    .action(async () => {
      const config = readConfig(processEnvironment())
      // Only the server needs Fastify and all its doors: the other commands start without them.
      const { serve } = await import('../main.ts')
      await serve(config)
    })
}
