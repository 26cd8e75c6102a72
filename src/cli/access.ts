import { Option } from 'commander';
import type { AccountView } from '../core/model.ts';
import type { AccessRow, Holding } from '../engine/governance.ts';
import { csvLine } from './csv.ts';
import { writeText } from './file.ts';
import { printJson, tableLines } from './print.ts';
import { type Given, limitOption, type Verb } from './verb.ts';
import { endOf, inUtc } from './when.ts';

export const accessVerbs: readonly Verb[] = [
  {
    usage: 'who-had <app>',
    audience: 'readers',
    description: 'who had an account in an app on a day, from the events alone',
    options: [new Option('--on <when>', 'the end of this day, or a date and time').makeOptionMandatory()],
    async show({ session, args: [app = ''], options }) {
      await session.engine.flush();
      const at = (await endOf(session, options.on ?? '')) - 1;
      const holdings = await session.engine.useCases.whoHad(app, at);
      if (options.json) return holdings.forEach(printJson);
      for (const line of holdingLines(app, at, holdings)) console.log(line);
    },
  },
  {
    usage: 'review [app]',
    audience: 'readers',
    description: 'everybody’s access as an access review wants it, in one app or in all',
    options: [new Option('--csv <file>', 'write it as CSV, `-` for standard output'), limitOption()],
    show: review,
  },
];

async function review({ session, args: [app], options }: Given): Promise<void> {
  await session.engine.flush();
  const rows = session.engine.useCases.accessReview(app ?? null);
  if (options.csv !== undefined) return writeText(options.csv, reviewCsv(rows));
  const shown: AccessRow[] = [];
  let total = 0;
  for await (const row of rows) {
    total += 1;
    if (options.json) printJson(row);
    else if (shown.length < options.limit) shown.push(row);
  }
  if (options.json) return;
  for (const line of reviewLines(shown, total)) console.log(line);
}

export function holdingLines(app: string, at: number, holdings: readonly Holding[]): string[] {
  if (holdings.length === 0) return [`Nobody had an account in ${app} at ${inUtc(at)} UTC.`];
  const rows = holdings.map(({ personName, state, since, entitlements, approvedBy, reason }) => [
    ...[personName, state, inUtc(since), granted(entitlements), approvedBy.join(', '), reason],
  ]);
  const header = ['person', 'account', 'since (UTC)', 'entitlements', 'approved by', 'reason'];
  return [`${app} at ${inUtc(at)} UTC: ${count(holdings.length)}`, ...tableLines([header, ...rows])];
}

const count = (people: number): string => (people === 1 ? '1 account' : `${people} accounts`);

/** `groups: Admins, Staff; licences: Pro` */
export const granted = (entitlements: AccountView['entitlements']): string =>
  Object.entries(entitlements)
    .map(([target, values]) => `${target}: ${values.join(', ')}`)
    .join('; ');

export function reviewLines(rows: readonly AccessRow[], total: number): string[] {
  if (total === 0) return ['Nobody has an account that the events tell of.'];
  const cells = rows.map(({ app, personName, word, entitlements, approvedBy, changedAt, reason }) => [
    ...[app, personName, word, granted(entitlements), approvedBy.join(', '), inUtc(changedAt), reason],
  ]);
  const header = ['app', 'person', 'status', 'entitlements', 'approved by', 'last change (UTC)', 'reason'];
  const more = total - rows.length;
  return [
    ...tableLines([header, ...cells]),
    ...(more > 0 ? [`… and ${more} more: give --limit, or --csv FILE for all.`] : []),
  ];
}

export async function* reviewCsv(rows: AsyncIterable<AccessRow>): AsyncGenerator<string> {
  yield csvLine(reviewColumns);
  for await (const row of rows) {
    yield csvLine([
      ...[row.app, row.person, row.personName, row.account, row.word, granted(row.entitlements), row.reason],
      ...[row.approvedBy.join(', '), new Date(row.since).toISOString(), new Date(row.changedAt).toISOString()],
    ]);
  }
}

const reviewColumns = [
  ...['app', 'person id', 'person', 'account', 'status', 'entitlements', 'reason'],
  ...['approved by', 'since', 'last change'],
];
