import { createReadStream, existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError } from 'commander';
import { type AnchorLine, type ShortAnchor, shortAnchor } from '../core/anchor.ts';
import { refused } from '../core/errors.ts';
import { markOf } from '../engine/tell/anchor.ts';
import { type Against, type AuditReport, allChains, verifyChains, verifyStore } from '../engine/tell/audit.ts';
import { cannotWrite, writeText } from './file.ts';
import { printJson, tableLines } from './print.ts';
import { meantFor } from './right.ts';
import { withRollcall } from './session.ts';
import { inUtc } from './when.ts';

type VerifyOptions = { json?: boolean; anchors?: string; seen?: string[] };

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('evidence: check the chains of events, anchor and export them');
  meantFor(audit.command('verify'), 'auditors')
    .description(
      'check that no event was changed, taken out or put in; of an export when a file is given, without a store',
    )
    .argument('[file]')
    .option(
      '--anchors <file>',
      'hold the chains against the anchors in this file: what was cut off or written anew shows',
    )
    .option('--seen <start...>', 'hold the chains against anchors seen in Slack: the beginning of their hash', startOf)
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: VerifyOptions, command: Command) => {
      const report = await reportOf(file, options, command);
      if (options.json) printJson(report);
      else for (const line of auditLines(report)) console.log(line);
      if (report.broken !== null) process.exitCode = 1;
    });
  meantFor(audit.command('anchor'), 'auditors')
    .description('note where every chain ends, and add the note as a line to a file that is kept elsewhere')
    .argument('[file]', '`-` for standard output', '-')
    .action((file: string, _options: unknown, command: Command) =>
      withRollcall(command, async ({ engine, actor }) => {
        await engine.flush();
        await addLine(file, await engine.anchor(actor));
      }),
    );
  meantFor(audit.command('export'), 'auditors')
    .description('write every event with its place in its chain, one JSON object a line')
    .argument('[file]', '`-` for standard output', '-')
    .action((file: string, _options: unknown, command: Command) =>
      withRollcall(command, async ({ engine, opened }) => {
        await engine.flush();
        await writeText(file, linesOf(allChains(opened)));
      }),
    );
}

function startOf(text: string, before: string[] = []): string[] {
  if (/^[0-9a-f]{16,64}$/i.test(text)) return [...before, text];
  throw new InvalidArgumentError('Write the 16 characters that stand in Slack, such as 0123456789abcdef.');
}

async function reportOf(file: string | undefined, { anchors, seen }: VerifyOptions, command: Command) {
  const lines = anchors === undefined ? {} : { lines: () => linesIn(anchors) };
  const against: Against = { ...lines, ...(seen !== undefined && { seen }) };
  if (file !== undefined) return verifyChains(() => linesIn(file), against);
  return withRollcall(command, async ({ engine, opened }) => {
    await engine.flush();
    return verifyStore(opened, { ...against, mark: (line) => markOf(opened, line) });
  });
}

/** A cron job adds a line each time; only the owner of the file reads it. */
async function addLine(file: string, line: AnchorLine): Promise<void> {
  if (file === '-') return printJson(line);
  try {
    await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  } catch (error) {
    throw cannotWrite(file, error);
  }
  console.log(
    `${shortText(shortAnchor(line))}: added to ${file}. Keep it where nobody who can write to the store can.`,
  );
}

/** The short form of an anchor, as Slack shows it. */
const shortText = ({ at, events, hash }: ShortAnchor): string => `${inUtc(at)} UTC, ${events} events, ${hash}`;

async function* linesOf(events: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

/** A line that is no JSON is handed on as text, and is a break like any other. */
async function* linesIn(file: string): AsyncGenerator<unknown> {
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

export function auditLines(report: AuditReport): string[] {
  const { events, heads, broken } = report;
  if (broken !== null) {
    const { partition, sequence, id, why, place } = broken;
    if (partition === 'anchors') return [`Broken: ${why}.`];
    return [
      `Broken at event ${place}: ${partition} #${sequence} (${id}): ${why}.`,
      `${events} events before it are in order.`,
    ];
  }
  if (events === 0) return ['There are no events.'];
  const rows = heads.map(({ partition, sequence, hash }) => [partition, String(sequence), hash]);
  return [
    `${events} events in ${heads.length} ${heads.length === 1 ? 'chain' : 'chains'}: unbroken.`,
    ...erasedLines(report),
    ...tableLines([['chain', 'events', 'last hash'], ...rows]),
    ...anchorLines(report),
  ];
}

/** The rest are in the JSON. */
const erasuresShown = 20;

function erasedLines({ erased, unfinished, erasures }: AuditReport): string[] {
  const more = erasures.length - erasuresShown;
  return [
    ...(erased > 0
      ? [`${erased} of them ${erased === 1 ? 'was' : 'were'} erased, as recorded; digests and chains are unbroken.`]
      : []),
    ...erasures
      .slice(0, erasuresShown)
      .map(({ person, by, at, events }) => `  ${inUtc(at)} UTC: ${person ?? 'nobody'} by ${by}, ${counted(events)}`),
    ...(more > 0 ? [`  and ${more} more: --json has them all`] : []),
    ...(erasures.length > 0
      ? ['  An erasure that nobody here knows of has hidden something: ask whoever is named.']
      : []),
    ...(unfinished > 0
      ? [`The erasure of ${unfinished} of them is recorded and not finished: run \`rollcall erase\` again.`]
      : []),
  ];
}

const counted = (events: number): string => (events === 1 ? '1 event' : `${events} events`);

function anchorLines({ anchors: { inside, outside }, marks }: AuditReport): string[] {
  const unchecked = marks.unchecked === 0 ? '' : ` (${marks.unchecked} without a mark of a key that is here)`;
  if (outside > 0)
    return [`${outside} ${outside === 1 ? 'anchor' : 'anchors'} kept outside${unchecked}: all of them agree.`];
  if (inside > 0)
    return [
      `${inside} ${inside === 1 ? 'anchor' : 'anchors'} inside agree. Give the lines kept outside (--anchors FILE): only they show a whole history written anew.`,
    ];
  return ['Nothing shows whether the end was cut off: keep anchors elsewhere (`rollcall audit anchor FILE`).'];
}
