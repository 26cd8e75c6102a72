import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What went wrong on purpose between bots and local workspaces in one run of all files, and that it did. */

/** Where a bot that has ended is entered. */
const place = 'TALLY_OF_FAULTS';

const kinds = ['duplicate', 'delay', 'drop-ack', 'disconnect'] as const;
type Tally = Readonly<Record<(typeof kinds)[number], number>>;
const none: Tally = { duplicate: 0, delay: 0, 'drop-ack': 0, disconnect: 0 };

/** A bot says in its log, when it stops, how many deliveries of its workspace went wrong; one without faults says nothing. */
export function enterFaults(output: string): void {
  const file = process.env[place];
  const said = /^\{.*"faults":\{.*$/m.exec(output)?.[0];
  if (file !== undefined && said !== undefined) appendFileSync(file, `${said}\n`);
}

export const sumOf = (lines: readonly string[]): Tally =>
  lines
    .map((line) => (JSON.parse(line) as { faults: Partial<Tally> }).faults)
    .reduce<Tally>(
      (sum, one) => Object.fromEntries(kinds.map((kind) => [kind, sum[kind] + (one[kind] ?? 0)])) as Tally,
      none,
    );

/** In a run of this many, one kind that did not happen is no chance any more. */
const many = 60;

/** Why a run has not tested what it is for; null: it has. */
export function whyIdle(tally: Tally): string | null {
  const all = kinds.reduce((sum, kind) => sum + tally[kind], 0);
  if (all === 0) return 'no delivery went wrong, so this run says nothing about those that do';
  const missing = kinds.filter((kind) => tally[kind] === 0);
  return all < many || missing.length === 0 ? null : `among ${all} faults there was no ${missing.join(', no ')}`;
}

/** Before the first file of a run. */
export function setup(): void {
  process.env[place] = join(mkdtempSync(join(tmpdir(), 'rollcall-faults-')), 'tally');
}

/** After the last one: says how many there were; a run without fails. */
export function teardown(): void {
  const file = process.env[place] ?? '';
  const tally = sumOf(existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  rmSync(dirname(file), { recursive: true, force: true });
  const counts = kinds.map((kind) => `${tally[kind]} ${kind}`).join(', ');
  process.stdout.write(`Deliveries that went wrong on purpose: ${counts}.\n`);
  const why = whyIdle(tally);
  if (why === null) return;
  process.stderr.write(`FAILED: ${why}\n`);
  process.exitCode = 1;
}
