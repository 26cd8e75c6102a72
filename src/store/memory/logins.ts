import type { Login, OperationState } from '../../core/model.ts';
import type { LoginFilter, LoginStore } from '../../engine/ports.ts';
import { isActiveManaged, removedSince } from '../removals.ts';
import { by, first } from './order.ts';
import { makeTable } from './table.ts';

const pair = (a: string, b: string): string => JSON.stringify([a, b]);
const byId = by<Login>((login) => login.id);
const byDue = by<Login>(
  (login) => login.lane,
  (login) => login.nextAt ?? 0,
  (login) => login.id,
);
const stateOf = (login: Login): OperationState | null => login.operation?.state ?? null;

export function memoryLogins(): LoginStore {
  const table = makeTable<Login, 'place' | 'account', 'person' | 'app' | 'due' | 'approval' | 'removed'>(
    {
      place: (login) => [pair(login.person, login.app)],
      account: (login) => (login.remoteId === null ? [] : [pair(login.app, login.remoteId)]),
    },
    {
      person: (login) => [login.person],
      app: (login) => [login.app],
      due: (login) => (login.nextAt === null ? [] : [login.partition]),
      approval: ({ operation }) => (operation?.ask == null ? [] : [operation.ask.approval]),
      removed: (login) => (login.removedAt === null ? [] : [login.app]),
    },
  );

  const narrowest = (filter: LoginFilter): Iterable<Login> => {
    if (filter.person !== undefined) return table.find('person', [filter.person]);
    if (filter.app !== undefined) return table.find('app', [filter.app]);
    return table.rows.values();
  };

  return {
    ...table.documents,
    byPeople: async (people) => table.find('person', people),
    byAccount: async (app, remoteIds) =>
      table.find(
        'account',
        remoteIds.map((remoteId) => pair(app, remoteId)),
      ),
    due: async (partition, now, limit) =>
      first(
        table.find('due', [partition]).filter(({ nextAt }) => nextAt !== null && nextAt <= now),
        limit,
        byDue,
      ),
    async nextDue(partition) {
      let next: number | null = null;
      for (const { nextAt } of table.find('due', [partition])) {
        if (nextAt !== null && (next === null || nextAt < next)) next = nextAt;
      }
      return next;
    },
    byApproval: async (approval, after, limit, state) =>
      first(
        table
          .find('approval', [approval])
          .filter((login) => (after === null || login.id > after) && (state ?? stateOf(login)) === stateOf(login)),
        limit,
        byId,
      ),
    async tally(approval) {
      const counts: Partial<Record<OperationState, number>> = {};
      for (const { operation } of table.find('approval', [approval])) {
        if (operation !== null) counts[operation.state] = (counts[operation.state] ?? 0) + 1;
      }
      return counts;
    },
    async list(filter, after, limit) {
      const fits = (login: Login): boolean =>
        (after === null || login.id > after) &&
        (filter.person ?? login.person) === login.person &&
        (filter.app ?? login.app) === login.app &&
        (filter.account ?? login.account) === login.account &&
        (filter.state ?? stateOf(login)) === stateOf(login);
      return first([...narrowest(filter)].filter(fits), limit, byId);
    },
    async overview() {
      const groups = new Map<string, Awaited<ReturnType<LoginStore['overview']>>[number]>();
      for (const login of table.rows.values()) {
        const key = JSON.stringify([login.app, login.account, stateOf(login)]);
        const group = groups.get(key) ?? { app: login.app, account: login.account, state: stateOf(login), count: 0 };
        group.count += 1;
        groups.set(key, group);
      }
      return [...groups.values()];
    },
    async removals(app, since) {
      const removed = table.find('removed', [app]).filter((login) => removedSince(login, since));
      const standing = table
        .find('app', [app])
        .filter((login) => isActiveManaged(login) && !removedSince(login, since));
      return { managed: standing.length + removed.length, removed: removed.length };
    },
  };
}
