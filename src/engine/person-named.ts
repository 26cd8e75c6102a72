import { refused } from '../core/errors.ts';
import type { Person } from '../core/model.ts';
import type { Deps } from './ports.ts';

/** @throws RollcallError `unknown-person`. */
export async function personNamed({ store }: Pick<Deps, 'store'>, id: string): Promise<Person> {
  const person = await store.people.get(id);
  if (person !== null) return person;
  throw refused('unknown-person', `there is no person ${id}`, 'Look for them by name or e-mail.');
}
