import { previewConfiguration } from '../../src/configuration/apply-configuration.ts'
import type { FileProblem } from '../../src/configuration/file-problem.ts'
import { readConfiguration } from '../../src/configuration/read-configuration.ts'
import { AppError } from '../../src/errors.ts'
import type { TestApp } from '../start-app.ts'

/** What is told about a file, a line each: `3:5 projects[0].siteUrl must be ...`; nothing about one that can be taken. */
export async function problemsOf(
  gatepass: TestApp,
  text: string | Uint8Array,
  prune = false,
): Promise<string[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  try {
    await previewConfiguration(
      gatepass.rules,
      readConfiguration(bytes, { file: `${gatepass.folder}/a.yaml` }),
      prune,
    )
    return []
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error
    return (error.fields as FileProblem[]).map(({ field, problem, place }) =>
      [`${place.line}:${place.column}`, field, problem].filter(Boolean).join(' '),
    )
  }
}
