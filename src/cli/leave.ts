import { Option } from 'commander';
import { nameOf } from '../core/name.ts';
import type { GraceDue, LeaverReport } from '../engine/governance.ts';
import type { LoginView } from '../engine/use-cases.ts';
import { printJson, tableLines } from './print.ts';
import type { Session } from './session.ts';
import { type Change, type Given, untilOption, type Verb } from './verb.ts';
import { inUtc, until } from './when.ts';
import { appNamed, personId, personOf } from './who.ts';

export const leaveVerbs: readonly Verb[] = [
  {
    usage: 'disable <person>',
    audience: 'admins',
    description: 'suspend every account of somebody at once, whatever the directories say, until released',
    options: [new Option('--reason <text>', 'why, for the record')],
    async prepare({ session, args: [who = ''], options }) {
      const person = await personOf(session, who);
      return {
        question: `Disable ${nameOf(person)}? Every account of theirs is suspended at once, whatever the directories say.`,
        act: () => session.engine.useCases.disable(person.id, options.reason ?? null, session.actor),
      };
    },
  },
  {
    usage: 'release <person> [app]',
    audience: 'admins',
    description: 'lift a disable by name, or what an undo pinned: the configuration decides again',
    async prepare({ session, args: [who = '', name] }) {
      const person = await personOf(session, who);
      const app = name === undefined ? null : await appNamed(session, name);
      return {
        question: `Release ${nameOf(person)}${app === null ? '' : ` in ${app}`}? The directories and the configuration decide again.`,
        act: () => session.engine.useCases.release(person.id, app, session.actor),
      };
    },
  },
  {
    usage: 'keep <person> <app>',
    audience: 'admins',
    description: 'delete a leaver’s suspended account not before a day',
    options: [untilOption().makeOptionMandatory()],
    async prepare({ session, args: [who = '', name = ''], options }) {
      const [person, app] = [await personOf(session, who), await appNamed(session, name)];
      const end = await until(session, options.until ?? '');
      return {
        question: `Keep the suspended account of ${nameOf(person)} in ${app} until ${inUtc(end)} UTC?`,
        act: () => session.engine.useCases.keepLonger(person.id, app, end, session.actor),
      };
    },
  },
  {
    usage: 'closed <person> <app>',
    audience: 'approvers',
    description: 'say that a human has closed an account which sign-on had made, or take that back',
    options: [
      new Option('--note <text>', 'what belongs to it, such as a ticket, for the record').conflicts('mistake'),
      new Option('--mistake <why>', 'it is not closed after all: why, for the record'),
    ],
    prepare: prepareClosed,
  },
  {
    usage: 'grace',
    audience: 'readers',
    description: 'list the leavers’ accounts that will be deleted when their grace is over, the next first',
    async show({ session, options }) {
      const due = await session.engine.useCases.graceDue();
      if (options.json) return due.forEach(printJson);
      for (const line of graceLines(due)) console.log(line);
    },
  },
  {
    usage: 'report <person>',
    audience: 'readers',
    description: 'what somebody who leaves had: closed, pending, failed, and what a human must still close',
    async show({ session, args: [who = ''], options }) {
      const report = await session.engine.useCases.leaver(await personId(session, who));
      if (options.json) return printJson(report);
      for (const line of leaverLines(report)) console.log(line);
    },
  },
];

async function prepareClosed({ session, args: [who = '', name = ''], options }: Given): Promise<Change> {
  const person = await personOf(session, who);
  const app = await appTheyHad(session, person.id, name);
  const { useCases } = session.engine;
  const { mistake } = options;
  if (mistake !== undefined)
    return {
      question: `Is the account of ${nameOf(person)} in ${app} not closed after all?`,
      act: () => useCases.unmarkClosed(person.id, app, mistake, session.actor),
    };
  return {
    question: `Is the account of ${nameOf(person)} in ${app} closed there? Rollcall cannot look: it is recorded as your word.`,
    act: () => useCases.markClosed(person.id, app, options.note ?? null, session.actor),
  };
}

/** Also one that has been taken out of the configuration since: the account in it is there until somebody closes it. */
async function appTheyHad(session: Session, person: string, name: string): Promise<string> {
  const logins = await session.opened.store.logins.byPeople([person]);
  return logins.some(({ app }) => app === name) ? name : appNamed(session, name);
}

export function leaverLines({
  personName,
  status,
  leftAt,
  text,
  open,
  failed,
  pending,
  closed,
}: LeaverReport): string[] {
  const since = leftAt === null ? '' : ` since ${inUtc(leftAt)} UTC`;
  return [
    ...[`${personName}: ${status}${since}`, text],
    ...part('Still open, not managed by Rollcall: close them by hand', open),
    ...howToSay(open),
    ...part('Failed', failed),
    ...part('Under way', pending),
    ...part('Closed', closed),
  ];
}

/** Rollcall cannot see that an account of a sign-on is gone. */
const howToSay = (open: LeaverReport['open']): string[] =>
  open.some(({ closers }) => closers !== undefined)
    ? ['  Once one that sign-on made is closed, say so: rollcall closed PERSON APP']
    : [];

function part(title: string, logins: readonly LoginView[]): string[] {
  if (logins.length === 0) return [];
  const rows = logins.map(({ appTitle, word, explanation }) => [appTitle, word, explanation]);
  return ['', `${title} (${logins.length}):`, ...tableLines(rows).map((line) => `  ${line}`)];
}

export function graceLines(due: readonly GraceDue[]): string[] {
  if (due.length === 0) return ['No account waits for its deletion.'];
  const rows = due.map(({ personName, app, since, deletesAt, keptUntil }) => [
    ...[personName, app, inUtc(since), inUtc(deletesAt), inUtc(keptUntil)],
  ]);
  return tableLines([['person', 'app', 'out of use since (UTC)', 'deleted (UTC)', 'kept until'], ...rows]);
}
