import type { Config } from '../../core/config.ts';
import { isEmail } from '../../core/config-people.ts';
import type { Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { type NamedPerson, peopleNamedIn } from '../../core/named-people.ts';
import { worksHere } from '../../core/standing.ts';
import { fold } from '../../core/text.ts';
import type { Deps } from '../ports.ts';

/** Somebody named who can do nothing of what they are named for, why, and what to do. */
export type Unresolved = NamedPerson & { why: string; remedy: string };

/**
 * Those the configuration names who lead to nobody who works here. While nobody is known at all there is nothing to hold them
 * against. A Slack user nobody has met yet is left to Slack: who that is shows when they come.
 */
export async function unresolved(
  { store }: Pick<Deps, 'store'>,
  config: Pick<Config, 'settings' | 'apps'>,
): Promise<Unresolved[]> {
  if ((await store.people.count()) === 0) return [];
  const named = peopleNamedIn(config);
  const keys = [
    ...new Set(
      named
        .map(({ word }) => word)
        .filter(isEmail)
        .map((word) => `email=${fold(word)}`),
    ),
  ];
  const people = await store.people.byKeys(keys);
  return named.flatMap((one) => {
    if (!isEmail(one.word)) return [];
    const why = whyNot(people.filter((person) => person.keys.includes(`email=${fold(one.word)}`)));
    return why === null ? [] : [{ ...one, ...why }];
  });
}

function whyNot(people: readonly Person[]): { why: string; remedy: string } | null {
  const [first] = people;
  if (first === undefined)
    return {
      why: 'no person of the directories has this address',
      remedy: 'Correct the address, or name somebody else.',
    };
  if (people.some(worksHere)) return null;
  if (first.twins.length > 0)
    return {
      why: `${nameOf(first)} may be somebody else under another id`,
      remedy: 'Say who they are: `rollcall twins`.',
    };
  const standing = first.status === 'left' ? 'has left' : 'is suspended';
  return { why: `${nameOf(first)} ${standing}`, remedy: 'Name somebody who works here.' };
}
