import { Option } from 'commander';
import type { Person } from '../core/model.ts';
import { nameOf } from '../core/name.ts';
import type { HoldUp } from '../core/pausing.ts';
import { byText, textOf } from '../core/text.ts';
import type { LoginView, Overview } from '../engine/use-cases.ts';
import { printJson, tableLines } from './print.ts';
import type { Session } from './session.ts';
import { type Given, limitOption, type Verb } from './verb.ts';
import { inUtc } from './when.ts';
import { appNamed, personOf } from './who.ts';

export const statusVerbs: readonly Verb[] = [
  {
    usage: 'app <name>',
    audience: 'readers',
    description: 'the people of an app by status',
    options: [new Option('--status <word>', 'only these: "pending approval", failed, held …'), limitOption()],
    show: showApp,
  },
  {
    usage: 'person <name>',
    audience: 'readers',
    description: 'the apps of a person, with the status in each',
    async show({ session, args: [who = ''], options }) {
      const person = await personOf(session, who);
      const logins = await all(session, { person: person.id });
      if (options.json) return logins.forEach(printJson);
      for (const line of personLines(person, logins)) console.log(line);
    },
  },
];

async function showApp({ session, args: [name = ''], options }: Given): Promise<void> {
  const app = await appNamed(session, name);
  const counts = new Map<string, number>();
  const shown: LoginView[] = [];
  for await (const login of pages(session, { app })) {
    counts.set(login.word, (counts.get(login.word) ?? 0) + 1);
    if ((options.status ?? login.word) !== login.word) continue;
    if (options.json) printJson(login);
    else if (shown.length < options.limit) shown.push(login);
  }
  if (options.json) return;
  const { apps } = await session.engine.useCases.overview();
  const found = apps.find((each) => each.app === app);
  const stands = [...heldUpLines(found?.heldUp ?? null), ...underWayLines(found?.underWay ?? null)];
  for (const line of [...appLines(app, counts, shown, options.status ?? null), ...stands]) console.log(line);
}

/** Logins a page at a time, however many there are. */
async function* pages({ engine }: Session, filter: { app?: string; person?: string }): AsyncGenerator<LoginView> {
  let after: string | null = null;
  for (;;) {
    const logins: LoginView[] = await engine.useCases.logins(filter, after, 500);
    yield* logins;
    after = logins.at(-1)?.login.id ?? null;
    if (after === null) return;
  }
}

async function all(session: Session, filter: { person: string }): Promise<LoginView[]> {
  const found: LoginView[] = [];
  for await (const login of pages(session, filter)) found.push(login);
  return found.sort((a, b) => byText(a.login.app, b.login.app));
}

/** How many are in each status, then those shown, by status and name. */
export function appLines(
  app: string,
  counts: ReadonlyMap<string, number>,
  shown: readonly LoginView[],
  status: string | null,
): string[] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [`Nobody has a login in ${app}.`];
  const most = [...counts].sort(([a, x], [b, y]) => y - x || byText(a, b));
  const rows = [...shown]
    .sort((a, b) => byText(a.word, b.word) || byText(a.personName, b.personName))
    .map(({ word, personName, explanation }) => [word, personName, explanation]);
  const more = (status === null ? total : (counts.get(status) ?? 0)) - shown.length;
  return [
    `${app}: ${most.map(([word, count]) => `${count} ${word}`).join(', ')}`,
    ...tableLines(rows),
    ...(more > 0 ? [`… and ${more} more: give --limit or --status.`] : []),
  ];
}

/** How long what is approved takes still. */
export function underWayLines(underWay: Overview['apps'][number]['underWay']): string[] {
  if (underWay === null) return [];
  const { count, until, text } = underWay;
  const [changes, take] = count === 1 ? ['change', 'takes'] : ['changes', 'take'];
  return [`${count} ${changes} under way ${take} ${text}: until ${inUtc(until)} UTC`];
}

/** What holds changes of the app up now; leaving goes on. */
export function heldUpLines(heldUp: HoldUp | null): string[] {
  if (heldUp === null) return [];
  const { pause, people, window } = heldUp;
  return [
    ...(pause === null ? [] : [pauseLine(pause)]),
    ...(people === 0 ? [] : [`paused for ${people} ${people === 1 ? 'person' : 'people'}: rollcall pause`]),
    ...(window === null ? [] : [windowLine(window)]),
  ];
}

function pauseLine({ until, by, reason }: NonNullable<HoldUp['pause']>): string {
  const end = until === null ? 'until somebody resumes it' : `until ${inUtc(until)} UTC`;
  return `paused ${end} by ${by}${reason === null || reason === '' ? '' : ` because ${reason}`}`;
}

function windowLine({ open, opens }: NonNullable<HoldUp['window']>): string {
  if (open) return 'its change window is open';
  return opens === null ? 'its change window never opens' : `its change window opens ${inUtc(opens)} UTC`;
}

export function personLines(person: Person, logins: readonly LoginView[]): string[] {
  const email = textOf(person.attributes, 'email');
  const rows = logins.map(({ appTitle, word, explanation }) => [appTitle, word, explanation]);
  return [
    `${nameOf(person)} (${[email ?? [], person.id].flat().join(', ')}): ${person.status}`,
    ...(rows.length === 0 ? ['No login in any app.'] : tableLines(rows)),
  ];
}
