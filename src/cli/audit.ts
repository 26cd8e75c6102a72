import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { refused } from '../core/errors.ts';
import { type AuditReport, allChains, verifyChains } from '../engine/tell/audit.ts';
import { writeText } from './file.ts';
import { printJson, tableLines } from './print.ts';
import { withRollcall } from './session.ts';

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('evidence: check the chains of events, and export them');
  audit
    .command('verify')
    .description(
      'check that no event was changed, taken out or put in; of an export when a file is given, without a store',
    )
    .argument('[file]')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: { json?: boolean }, command: Command) => {
      const report =
        file === undefined
          ? await withRollcall(command, async ({ engine, opened }) => {
              await engine.flush();
              return verifyChains(allChains(opened));
            })
          : await verifyChains(eventsIn(file));
      if (options.json) printJson(report);
      else for (const line of auditLines(report)) console.log(line);
      if (report.broken !== null) process.exitCode = 1;
    });
  audit
    .command('export')
    .description('write every event with its place in its chain, one JSON object a line')
    .argument('[file]', '`-` for standard output', '-')
    .action((file: string, _options: unknown, command: Command) =>
      withRollcall(command, async ({ engine, opened }) => {
        await engine.flush();
        await writeText(file, linesOf(allChains(opened)));
      }),
    );
}

async function* linesOf(events: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

/** A line that is no JSON is handed on as text, and is a break like any other. */
async function* eventsIn(file: string): AsyncGenerator<unknown> {
  if (!existsSync(file)) throw refused('no-file', `there is no file ${file}`, 'Check the path.');
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }))
    if (line.trim() !== '') yield parsed(line);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

export function auditLines({ events, heads, broken }: AuditReport): string[] {
  if (broken !== null) {
    const { partition, sequence, id, why, place } = broken;
    return [
      `Broken at event ${place}: ${partition} #${sequence} (${id}): ${why}.`,
      `${events} events before it are in order.`,
    ];
  }
  if (events === 0) return ['There are no events.'];
  const rows = heads.map(({ partition, sequence, hash }) => [partition, String(sequence), hash]);
  return [
    `${events} events in ${heads.length} ${heads.length === 1 ? 'chain' : 'chains'}: unbroken.`,
    ...tableLines([['chain', 'events', 'last hash'], ...rows]),
    'Compare the last hashes with those noted earlier: nothing was cut off while an old one still is in its chain.',
  ];
}
