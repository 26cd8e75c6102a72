import type { AppConfig, Settings } from './config.ts';
import type { Actor, Person } from './model.ts';
import { fold, sortedUnique, textOf } from './text.ts';

/** People by folded e-mail, and by Slack user id. */
export type People = { byEmail: ReadonlyMap<string, Person>; bySlack: ReadonlyMap<string, Person> };

/** Ids of the people who may decide, sorted; and the words that lead to nobody who works here. */
export type Circle = { circle: string[]; unresolved: string[] };

/**
 * Who decides, as written: the company's approvers, where `owners` stands for the app's; without any the app's owners;
 * without those the admins. `manager` stays a word until the person is known.
 */
export function approverWords(
  app: Pick<AppConfig, 'owners'>,
  settings: Pick<Settings, 'approvers' | 'admins'>,
): string[] {
  const company = settings.approvers.flatMap((word) => (fold(word) === 'owners' ? app.owners : [word]));
  const [first] = [company, app.owners, settings.admins].filter((words) => words.length > 0);
  return [...new Set(first ?? [])];
}

/** Looks the words up. Nobody decides for themself, nor on what they asked for; who no longer works here decides nothing. */
export function resolveCircle(
  words: readonly string[],
  context: People & { person: Person; requester?: Actor | null },
): Circle {
  const asker = context.requester?.kind === 'person' ? context.requester.person : null;
  const found = words.map((word) => ({ word, approver: lookUp(word, context) }));
  const active = found.flatMap(({ approver }) => (approver?.status === 'active' ? [approver.id] : []));
  return {
    circle: sortedUnique(active.filter((id) => id !== context.person.id && id !== asker)),
    unresolved: found.filter(({ approver }) => approver?.status !== 'active').map(({ word }) => word),
  };
}

/** Which of these people may decide an operation: nobody about themself, nor what they caused; sorted ids. */
export function circleAmong(
  people: readonly Pick<Person, 'id' | 'status'>[],
  { person, requester }: { person: string; requester: Actor | null },
): string[] {
  const asker = requester?.kind === 'person' ? requester.person : null;
  const able = people.filter(({ id, status }) => status === 'active' && id !== person && id !== asker);
  return sortedUnique(able.map(({ id }) => id));
}

/** A Slack user id, an e-mail address, or `manager`: whoever the person's manager attribute names by e-mail. */
function lookUp(word: string, context: People & { person: Person }): Person | undefined {
  const address = fold(word) === 'manager' ? textOf(context.person.attributes, 'manager') : word;
  if (address === null) return undefined;
  return context.bySlack.get(address.trim()) ?? context.byEmail.get(fold(address));
}

/** The circle for an app's changes of a person; the admins where the words lead to nobody who may decide. */
export function circleFor(
  person: Person,
  app: Pick<AppConfig, 'owners'>,
  settings: Pick<Settings, 'approvers' | 'admins'>,
  people: People & { requester?: Actor | null },
): Circle {
  const asked = resolveCircle(approverWords(app, settings), { ...people, person });
  if (asked.circle.length > 0) return asked;
  const admins = resolveCircle(settings.admins, { ...people, person });
  return { circle: admins.circle, unresolved: sortedUnique([...asked.unresolved, ...admins.unresolved]) };
}
