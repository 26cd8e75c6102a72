import type { PushTokens } from '../../core/push-token.ts';
import { type Pushed, searchKeys, shelf, uniqueKey } from '../../core/scim/pushed.ts';
import type { PushedStore, PushTokenStore } from '../../engine/inbound/push-ports.ts';
import { Lookup } from './lookup.ts';
import { by } from './order.ts';
import { Queue } from './queue.ts';
import { makeTable } from './table.ts';

const byId = by<Pushed>((pushed) => pushed.id);
const byChange = by<Pushed>(
  (pushed) => pushed.changedAt,
  (pushed) => pushed.id,
);
const isThere = ({ goneAt }: Pushed): boolean => goneAt === null;
const member = (directory: string, person: string): string => `${directory}\n${person}`;

export function memoryPushed(): PushedStore {
  const unique = new Lookup<Pushed>((pushed) => [uniqueKey(pushed) ?? []].flat());
  const keys = new Lookup<Pushed>(searchKeys);
  const members = new Lookup<Pushed>(({ directory, members: all }) => all.map((person) => member(directory, person)));
  const there = new Queue<Pushed>((pushed) => (isThere(pushed) ? shelf(pushed) : null), byId);
  const gone = new Queue<Pushed>((pushed) => (isThere(pushed) ? null : shelf(pushed)), byId);
  const changes = new Queue<Pushed>(shelf, byChange);
  const table = makeTable<Pushed>({ unique: [unique], shared: [keys, members], queues: [there, gone, changes] });
  const groupsWith = (directory: string, person: string) =>
    table
      .find(members, [member(directory, person)])
      .filter(isThere)
      .sort(byId);
  return {
    ...table.documents,
    byKey: async (key) => table.find(keys, [key]).sort(byId),
    list: async (of, after, limit, skip = 0) =>
      there.take(shelf(of), limit + skip, ({ id }) => after === null || id > after).slice(skip),
    count: async (of) => [...there.each(shelf(of))].length,
    gone: async (of, after, limit) => gone.take(shelf(of), limit, ({ id }) => after === null || id > after),
    changedSince: async (of, since, after, limit) =>
      changes.take(
        shelf(of),
        limit,
        (pushed) => pushed.changedAt >= since && (after === null || byChange(pushed, after) > 0),
      ),
    groupsWith: async (directory, person) => groupsWith(directory, person),
    groupsOf: async (directory, person) =>
      groupsWith(directory, person).map(({ id, resource }) => ({ id, name: String(resource.displayName) })),
  };
}

export const memoryPushTokens = (): PushTokenStore =>
  makeTable<PushTokens>({ unique: [], shared: [], queues: [] }).documents;
