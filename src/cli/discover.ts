import { Option } from 'commander';
import type { Discovery, DiscoveryRow } from '../engine/governance.ts';
import { csvLine } from './csv.ts';
import { writeText } from './file.ts';
import { printJson, progress, tableLines } from './print.ts';
import type { Change, Given, Verb } from './verb.ts';
import { appNamed } from './who.ts';
import { wrongUse } from './wrong-use.ts';

export const discoverVerbs: readonly Verb[] = [
  {
    usage: 'refresh <app>',
    audience: 'admins',
    description: 'import the app’s entitlement values',
    show: refresh,
  },
  {
    usage: 'discover <app>',
    audience: 'auditors',
    description: 'hold the accounts in an app against the people, changing nothing',
    options: [
      new Option('--csv <file>', 'write one row for each account and each person without one, `-` for standard output'),
    ],
    show: discover,
  },
  {
    usage: 'triage <app> <account>',
    audience: 'admins',
    description:
      'decide about an account of nobody known: leave it as it is for good, or ask the app’s owners whose it is',
    options: [new Option('--leave', 'leave it').conflicts('ask'), new Option('--ask', 'ask the owners')],
    prepare: prepareTriage,
  },
];

async function prepareTriage({ session, args: [name = '', account = ''], options }: Given): Promise<Change> {
  const { leave, ask } = options;
  if (leave !== true && ask !== true) throw wrongUse('nothing was decided', 'Say --leave or --ask.');
  const app = await appNamed(session, name);
  const act = leave === true ? 'leave' : 'ask';
  return {
    question:
      act === 'leave'
        ? `Leave account ${account} in ${app} as it is for good?`
        : `Ask the owners of ${app} whose account ${account} is?`,
    act: () => session.engine.useCases.triage(app, account, act, session.actor),
  };
}

async function refresh({ session, args: [name = ''], options }: Given): Promise<void> {
  const app = await appNamed(session, name);
  const bar = progress('values');
  const watch = (done: number, total: number | null) => bar.at(done, total ?? done);
  const report = await session.engine.useCases.refresh(app, session.actor, watch).finally(() => bar.end());
  if (options.json) printJson(report);
  else console.log(report.text);
}

async function discover({ session, args: [name = ''], options }: Given): Promise<void> {
  const app = await appNamed(session, name);
  const discovery = await session.engine.useCases.discover(app);
  if (options.csv !== undefined) await writeText(options.csv, discoveryCsv(session.engine.useCases.discoveryRows(app)));
  if (options.csv === '-') return;
  if (options.json) return printJson(discovery);
  for (const line of discoveryLines(discovery)) console.log(line);
}

export function discoveryLines({
  text,
  accounts,
  managed,
  matched,
  ambiguous,
  unmatched,
  ownerless,
  enabled,
  requests,
}: Discovery): string[] {
  const rows: [string, number][] = [
    ['accounts in the app', accounts],
    ['managed already', managed],
    ...Object.entries(matched).map(([by, count]): [string, number] => [`one match, by ${by}`, count]),
    ['people with several candidates', ambiguous],
    ['people without an account', unmatched],
    ['accounts of nobody known', ownerless],
  ];
  const asked = requests.map(({ foundBy, approval, operations }) => [
    ...[`asked, found by ${foundBy ?? 'several'}`, `${operations} in ${approval}`],
  ]);
  return [
    text,
    ...tableLines([...rows.map(([what, count]) => [what, String(count)]), ...asked]),
    ...(enabled ? [] : ['Taking accounts over is asked once provisioning is enabled.']),
  ];
}

export async function* discoveryCsv(rows: AsyncIterable<DiscoveryRow>): AsyncGenerator<string> {
  yield csvLine(['situation', 'account', 'user name', 'person id', 'person', 'found by']);
  for await (const { situation, remoteId, userName, person, personName, foundBy } of rows)
    yield csvLine([situation, remoteId ?? '', userName ?? '', person ?? '', personName ?? '', foundBy ?? '']);
}
