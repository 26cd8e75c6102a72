import { Option } from 'commander';
import { nameOf } from '../core/name.ts';
import type { Named, Pause } from '../engine/governance.ts';
import { printJson, tableLines } from './print.ts';
import type { Session } from './session.ts';
import { type Change, type Given, untilOption, type Verb } from './verb.ts';
import { inUtc, until } from './when.ts';
import { appNamed, personOf } from './who.ts';
import { wrongUse } from './wrong-use.ts';

const personOption = (): Option => new Option('--person <who>', 'this person: name, e-mail or id');

/** Nothing is named. */
const isList = ({ args, options }: Omit<Given, 'session'>): boolean =>
  args[0] === undefined && options.person === undefined;

export const pauseVerbs: readonly Verb[] = [
  {
    usage: 'pause [app]',
    audience: 'admins',
    description: 'hold up changes of an app or a person, never a leaving; without either: list what is paused',
    options: [personOption(), untilOption(), new Option('--reason <text>', 'why, for those who ask')],
    looks: isList,
    prepare: async (given) => (isList(given) ? list(given) : preparePause(given)),
  },
  {
    usage: 'resume [app]',
    audience: 'admins',
    description: 'end a pause',
    options: [personOption()],
    async prepare({ session, args: [app], options }) {
      const { subject, words } = await named(session, app, options.person);
      return {
        question: `Resume changes of ${words}?`,
        act: () => session.engine.useCases.resume(subject, session.actor),
      };
    },
  },
  {
    usage: 'retry [app]',
    audience: 'admins',
    description: 'try again what failed or is held after too many attempts, in an app or of a person',
    options: [personOption(), new Option('--cause <kind>', 'only what failed so: auth, unavailable, rejected …')],
    async prepare({ session, args: [app], options }) {
      const { subject, words } = await named(session, app, options.person);
      const { cause } = options;
      return {
        question: `Try again what failed ${cause === undefined ? '' : `(${cause}) `}for ${words}?`,
        act: () => session.engine.useCases.retry({ ...subject, ...(cause !== undefined && { cause }) }, session.actor),
      };
    },
  },
];

async function preparePause({ session, args: [app], options }: Given): Promise<Change> {
  const { subject, words } = await named(session, app, options.person);
  const end = options.until === undefined ? null : await until(session, options.until);
  const told = end === null ? 'until resumed' : `until ${inUtc(end)} UTC`;
  return {
    question: `Pause changes of ${words} ${told}? Leaving goes on.`,
    act: () => session.engine.useCases.pause(subject, end, options.reason ?? null, session.actor),
  };
}

/** What was named, and how to call it in a question. */
async function named(
  session: Session,
  name: string | undefined,
  who: string | undefined,
): Promise<{ subject: Named; words: string }> {
  if (name === undefined && who === undefined) throw wrongUse('nothing was named', 'Name an app, or --person WHO.');
  const app = name === undefined ? undefined : await appNamed(session, name);
  const person = who === undefined ? undefined : await personOf(session, who);
  const subject = { ...(app !== undefined && { app }), ...(person !== undefined && { person: person.id }) };
  return { subject, words: [person === undefined ? [] : nameOf(person), app ?? []].flat().join(' in ') };
}

async function list({ session, options }: Given): Promise<null> {
  const pauses = await session.engine.useCases.pauses();
  if (options.json) pauses.forEach(printJson);
  else for (const line of pauseLines(pauses, await namesOf(session, pauses))) console.log(line);
  return null;
}

async function namesOf({ opened }: Session, pauses: readonly Pause[]): Promise<Map<string, string>> {
  const people = await opened.store.people.many(pauses.flatMap(({ subject }) => subject.person ?? []));
  return new Map(people.map((person) => [person.id, nameOf(person)]));
}

export function pauseLines(pauses: readonly Pause[], names: ReadonlyMap<string, string>): string[] {
  if (pauses.length === 0) return ['Nothing is paused.'];
  const rows = pauses.map(({ subject: { app, person }, until: end, reason, by }) => [
    ...[app ?? 'every app', person === undefined ? 'everybody' : (names.get(person) ?? person)],
    ...[end === null ? 'resumed' : inUtc(end), by.name, reason ?? ''],
  ]);
  return tableLines([['app', 'person', 'until (UTC)', 'by', 'reason'], ...rows]);
}
