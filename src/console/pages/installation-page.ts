import { html } from 'ghtml'
import type { DatabaseFacts } from '../../db/database-facts.ts'
import type { Installation } from '../console-core.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, copyable, moment, table } from './parts.ts'

interface View {
  readonly installation: Installation
  readonly issuer: string
  readonly database: DatabaseFacts
  readonly projects: number
}

export function installationPage(frame: ConsoleFrame, view: View): string {
  const { installation, issuer, database, projects } = view
  const { settings, demo } = installation
  const facts: [string, string][] = [
    ['Gatepass', html`${installation.version}`],
    ['Node', html`${installation.nodeVersion}`],
    ['Process', processName(installation.process)],
    ['Started', html`!${ago(installation.startedAt, frame.now)}, on !${moment(installation.startedAt)}`],
    ['Its clock', moment(frame.now)],
    ['Projects', String(projects)],
    ['Demo', demo ? html`!${badge('warn', 'on')} not for production` : badge('calm', 'off')],
  ]
  return consolePage(frame, {
    title: 'Installation',
    lead: 'What runs here. Nothing of it is changed in the console: set the variable and start the server again.',
    main: html`!${card('This server', html`!${factList(facts)}!${copyable('Issuer: the public URL of the identity server', issuer)}`)}
!${card(
      'Database',
      html`!${factList([
        ['Size', sizes(database)],
        [
          'Schema',
          html`version ${String(database.schema.version)} (${database.schema.name}), since !${moment(database.schema.appliedAt)}`,
        ],
      ])}!${copyable(database.dialect === 'sqlite' ? 'File' : 'Database', database.name)}
<h3>Backup</h3>
!${backup(database)}
<p class="hint">Keep <code>GATEPASS_SECRET</code> too, apart from the backup: without it the signing keys in it are lost.</p>`,
    )}
!${card(
      'Configuration',
      table(
        'Configuration',
        ['Variable', 'Value', 'What it says'],
        settings.map(({ variable, value, about }) => [
          html`<code class="whole">${variable}</code>`,
          html`<span class="mono">${value}</span>`,
          html`${about}`,
        ]),
      ),
      'As this process read it when it started, defaults filled in.',
    )}`,
  })
}

function processName({ id, worker, of }: Installation['process']): string {
  if (worker === undefined) return html`${String(id)}, which serves alone`
  return html`${String(id)}: worker ${String(worker)}, one of ${String(of)} that take turns in answering`
}

function factList(facts: readonly (readonly [name: string, value: string])[]): string {
  return html`<dl class="facts facts-plain">!${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>!${value}</dd></div>`)}</dl>`
}

function backup({ dialect, name }: DatabaseFacts): string {
  return dialect === 'sqlite'
    ? html`<p>Copy it with SQLite's own command, which works while the server runs; a plain copy of the file alone misses the newest changes.</p>
!${copyable('Command', `sqlite3 ${shellWord(name)} ".backup 'gatepass-backup.db'"`)}`
    : html`<p>Copy it with PostgreSQL's own command, which works while the servers run.</p>
!${copyable('Command', `pg_dump --format=custom --file=gatepass-backup.dump ${shellWord(name)}`)}`
}

function sizes({ dialect, size, logSize }: DatabaseFacts): string {
  if (dialect === 'postgres' && size !== null) return html`${inBytes(size)}`
  if (size === null) return badge('bad', 'the file is not where it was')
  return html`${inBytes(size)}, and ${inBytes(logSize)} in its log`
}

function inBytes(bytes: number): string {
  const steps = [
    [1, 'bytes'],
    [1024, 'KiB'],
    [1024 ** 2, 'MiB'],
    [1024 ** 3, 'GiB'],
  ] as const
  const [size, unit] = steps.findLast(([least]) => bytes >= least) ?? steps[0]
  return `${(bytes / size).toFixed(size === 1 ? 0 : 1)} ${unit}`
}

/** A path as a shell takes it whole. */
function shellWord(path: string): string {
  return /^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
