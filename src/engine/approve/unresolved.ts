import { hasAddress } from '../../core/address.ts';
import type { Config } from '../../core/config.ts';
import { isEmail } from '../../core/config-people.ts';
import type { Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { type NamedPerson, peopleNamedIn } from '../../core/named-people.ts';
import { worksHere } from '../../core/standing.ts';
import { fold, textOf } from '../../core/text.ts';
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
    const address = fold(one.word);
    const known = people.filter((person) => person.keys.includes(`email=${address}`));
    const why = whyNot(known, (person) => hasAddress(person, address));
    return why === null ? [] : [{ ...one, ...why }];
  });
}

type Why = Pick<Unresolved, 'why' | 'remedy'>;

/** `goesBy`: whether the person goes by the address, and does not only have it in a directory that another goes before. */
function whyNot(known: readonly Person[], goesBy: (person: Person) => boolean): Why | null {
  const people = known.filter(goesBy);
  const [first] = people;
  if (first === undefined) return known[0] === undefined ? nobody : calledOtherwise(known[0]);
  if (people.some(worksHere)) return null;
  if (first.twins.length > 0)
    return {
      why: `${nameOf(first)} may be somebody else under another id`,
      remedy: 'Say who they are: `rollcall twins`.',
    };
  const standing = first.status === 'left' ? 'has left' : 'is suspended';
  return { why: `${nameOf(first)} ${standing}`, remedy: 'Name somebody who works here.' };
}

const nobody: Why = {
  why: 'no person of the directories has this address',
  remedy: 'Correct the address, or name somebody else.',
};

function calledOtherwise(person: Person): Why {
  const address = textOf(person.attributes, 'email');
  return {
    why: `${nameOf(person)}, who has this address in a directory, goes by another one`,
    remedy: address === null ? 'Name somebody else.' : `Write ${address}.`,
  };
}
