import type { Person } from '../core/model.ts';
import { changeNewest } from './gather.ts';
import type { Deps } from './ports.ts';

/** Makes the person dirty, so that the next plan sees them again; costs no write where they are dirty already. */
export async function soilPerson(people: Deps['store']['people'], person: Person): Promise<void> {
  await changeNewest(people, person, (newest) =>
    newest.dirty ? null : { ...newest, version: newest.version + 1, dirty: true },
  );
}

/** The same for people by their ids; unknown ones are passed over. */
export async function soilPeople(people: Deps['store']['people'], ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const person of await people.many(ids)) await soilPerson(people, person);
}
