import { nextWake } from '../../core/grace.ts';
import { isLeaving } from '../../core/leaving.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person, Time } from '../../core/model.ts';
import type { Deps } from '../ports.ts';
import type { World } from '../world.ts';

/** When leaving next takes a step for each of these people, by id. Only who leaves costs a read. */
export async function leavingSteps(
  { logins }: Pick<Deps['store'], 'logins'>,
  { config, now }: Pick<World, 'config' | 'now'>,
  people: readonly Person[],
): Promise<Map<string, Time | null>> {
  const leavers = people.filter((person) => isLeaving(person, config, now));
  const found = new Map<string, Login[]>(leavers.map(({ id }) => [id, []]));
  if (leavers.length === 0) return new Map();
  for (const login of await logins.byPeople([...found.keys()])) found.get(login.person)?.push(login);
  return new Map(leavers.map((person) => [person.id, nextWake(person, found.get(person.id) ?? [], { config, now })]));
}

export const sooner = (a: Time | null, b: Time | null): Time | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
