import type { Login } from '../../core/login-model.ts';
import type { OperationState } from '../../core/model.ts';
import type { LoginFilter, LoginStore } from '../../engine/store-ports.ts';
import { holdsPrivilege, isActiveManaged, losersOf, removedSince } from '../removals.ts';
import { Lookup } from './lookup.ts';
import { by, first } from './order.ts';
import { Queue } from './queue.ts';
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
  const place = new Lookup<Login>((login) => [pair(login.person, login.app)]);
  const account = new Lookup<Login>(({ app, remoteId }) => (remoteId === null ? [] : [pair(app, remoteId)]));
  const ofPerson = new Lookup<Login>((login) => [login.person]);
  const ofApp = new Lookup<Login>((login) => [login.app]);
  const known = new Lookup<Login>(({ app, account, knownAs = [] }) =>
    account === 'active' ? knownAs.map((name) => pair(app, name)) : [],
  );
  const removed = new Lookup<Login>(({ app, lostAt }) => (lostAt === null ? [] : [app]));
  const due = new Queue<Login>(({ partition, nextAt }) => (nextAt === null ? null : partition), byDue);
  const asked = new Queue<Login>(({ operation }) => operation?.ask?.approval ?? null, byId);
  const table = makeTable<Login>({
    unique: [place, account],
    shared: [ofPerson, ofApp, known, removed],
    queues: [due, asked],
  });

  const narrowest = (filter: LoginFilter): Iterable<Login> => {
    if (filter.person !== undefined) return table.find(ofPerson, [filter.person]);
    if (filter.app !== undefined) return table.find(ofApp, [filter.app]);
    return table.rows.values();
  };

  return {
    ...table.documents,
    byPeople: async (people) => table.find(ofPerson, people),
    byAccount: async (app, remoteIds) =>
      table.find(
        account,
        remoteIds.map((remoteId) => pair(app, remoteId)),
      ),
    due: async (partition, now, limit, leaving = false) =>
      due.take(partition, limit, ({ nextAt, lane }) => nextAt !== null && nextAt <= now && (lane === 0 || !leaving)),
    async nextDue(partition) {
      let next: number | null = null;
      for (const { nextAt } of due.each(partition)) {
        if (nextAt !== null && (next === null || nextAt < next)) next = nextAt;
      }
      return next;
    },
    async nextInLanes(partition) {
      const waiting = [...due.each(partition)];
      return [0, 1, 2].map((lane) => {
        const times = waiting.flatMap((login) => (login.lane === lane && login.nextAt !== null ? [login.nextAt] : []));
        return times.length === 0 ? null : Math.min(...times);
      });
    },
    byApproval: async (approval, after, limit, state) =>
      asked.take(
        approval,
        limit,
        (login) => (after === null || login.id > after) && (state ?? stateOf(login)) === stateOf(login),
      ),
    async tally(approval) {
      const counts: Partial<Record<OperationState, number>> = {};
      for (const { operation } of asked.each(approval)) {
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
      const gone = table.find(removed, [app]).filter((login) => removedSince(login, since));
      const standing = table
        .find(ofApp, [app])
        .filter((login) => isActiveManaged(login) && !removedSince(login, since));
      const explicit = gone.filter((login) => login.lostExplicit).length;
      return { managed: standing.length + gone.length, removed: gone.length, explicit };
    },
    async losers(apps, since) {
      return losersOf(table.find(removed, apps).filter((login) => removedSince(login, since)));
    },
    knownAs: async (app, name) => table.find(known, [pair(app, name)]),
    async privilegedHolders(app, target, values, limit) {
      const holders = table.find(ofApp, [app]).filter((login) => holdsPrivilege(login, target, values));
      return first(holders, limit, byId);
    },
  };
}
