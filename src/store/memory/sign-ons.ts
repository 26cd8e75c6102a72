import type { SignOn } from '../../core/sign-on.ts';
import type { SigningKeys } from '../../core/signing-key.ts';
import type { SigningKeyStore, SignOnStore } from '../../engine/sign-on/sign-on-ports.ts';
import { Lookup } from './lookup.ts';
import { by, first, reversed } from './order.ts';
import { makeTable } from './table.ts';

const byAge = by<SignOn>(
  (signOn) => signOn.at,
  (signOn) => signOn.id,
);

export function memorySignOns(): SignOnStore {
  const people = new Lookup<SignOn>(({ asked }) => asked.map(({ person }) => person));
  const table = makeTable<SignOn>({ unique: [], shared: [people], queues: [] });
  return {
    ...table.documents,
    thatAsked: async (person, at, limit) =>
      first(
        table.find(people, [person]).filter((signOn) => signOn.at >= at),
        limit,
        reversed(byAge),
      ),
  };
}

export const memorySigningKeys = (): SigningKeyStore =>
  makeTable<SigningKeys>({ unique: [], shared: [], queues: [] }).documents;
