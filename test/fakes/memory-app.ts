import { z } from 'zod';
import {
  type AccountChange,
  ConnectorError,
  defineTarget,
  type ListedAccount,
  type Rate,
  type Target,
} from '../../src/core/connector.ts';

/**
 * An app that lives in this process, for engine tests: strict about duplicates, and told to fail when a test wants it.
 * `dropsGroups`: a suspended account loses all its entitlements, as in many apps. `unread`: it never tells who has them. `first`: the
 * number of the first account it makes.
 */
export function memoryApp(
  options: {
    uniqueKey?: boolean;
    groups?: readonly string[];
    dropsGroups?: boolean;
    unread?: boolean;
    rate?: Rate;
    first?: number;
  } = {},
) {
  const accounts = new Map<string, ListedAccount>();
  const calls: { kind: string; remoteId: string | null; detail: unknown }[] = [];
  const failures: ConnectorError[] = [];
  let outage: { error: ConnectorError; spares?: (kind: string) => boolean } | null = null;
  const passwords = new Map<string, string>();
  const sent: { kind: string; password: string | null }[] = [];
  let next = options.first ?? 1;

  const copy = (account: ListedAccount): ListedAccount => structuredClone(account);
  const told = (account: ListedAccount): ListedAccount => ({
    ...copy(account),
    ...(options.unread && { entitlements: {} }),
  });
  function call(kind: string, remoteId: string | null, detail: unknown): void {
    calls.push({ kind, remoteId, detail });
    reach(kind);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  }
  function reach(kind: string): void {
    if (outage !== null && outage.spares?.(kind) !== true) throw outage.error;
  }
  function existing(remoteId: string): ListedAccount {
    const account = accounts.get(remoteId);
    if (account === undefined) throw new ConnectorError('missing', 'none', `no account ${remoteId}`);
    return account;
  }
  function put(account: ListedAccount): ListedAccount {
    accounts.set(account.remoteId, copy(account));
    return told(account);
  }
  function written(account: ListedAccount, change: AccountChange): ListedAccount {
    const attributes = Object.fromEntries(
      Object.entries({ ...account.attributes, ...change.set }).filter(([name]) => !change.clear.includes(name)),
    );
    const entitlements: Record<string, string[]> = {};
    for (const name of new Set([...Object.keys(account.entitlements), ...Object.keys(change.entitlements)])) {
      const { add = [], remove = [] } = change.entitlements[name] ?? {};
      const kept = (account.entitlements[name] ?? []).filter((value) => !remove.includes(value));
      entitlements[name] = [...new Set([...kept, ...add])].sort();
    }
    return { ...account, attributes, entitlements, userName: userNameOf(attributes) };
  }
  const userNameOf = (attributes: ListedAccount['attributes']): string | null =>
    typeof attributes.userName === 'string' ? attributes.userName.toLowerCase() : null;

  const target: Target = {
    async test() {
      reach('test');
    },
    async *list() {
      reach('list');
      yield [...accounts.values()].map(told);
    },
    async get(remoteId) {
      reach('get');
      const account = accounts.get(remoteId);
      return account === undefined ? null : told(account);
    },
    async find({ externalId, userName }) {
      reach('find');
      return [...accounts.values()]
        .filter((account) =>
          externalId === undefined ? account.userName === userName?.toLowerCase() : account.externalId === externalId,
        )
        .map(told);
    },
    async create({ externalId, attributes, entitlements, password }) {
      sent.push({ kind: 'create', password: password ?? null });
      call('create', null, attributes);
      const userName = userNameOf(attributes);
      const twin = [...accounts.values()].some((account) => account.userName === userName);
      if (options.uniqueKey !== false && twin)
        throw new ConnectorError('conflict', 'none', `userName ${userName} is taken`);
      const remoteId = `r${next++}`;
      if (password !== undefined) passwords.set(remoteId, password);
      const emails = typeof attributes.email === 'string' ? [attributes.email.toLowerCase()] : [];
      return put({ remoteId, active: true, attributes, entitlements, externalId, userName, emails });
    },
    async update(remoteId, { password, ...change }) {
      if (password !== undefined) sent.push({ kind: 'update', password });
      call('update', remoteId, change);
      const account = existing(remoteId);
      if (password !== undefined) passwords.set(remoteId, password);
      return put(written(account, change));
    },
    async suspend(remoteId) {
      call('suspend', remoteId, null);
      const account = existing(remoteId);
      return put({ ...account, active: false, ...(options.dropsGroups && { entitlements: emptied(account) }) });
    },
    async reactivate(remoteId, change) {
      call('reactivate', remoteId, change);
      return put({ ...written(existing(remoteId), change), active: true });
    },
    async delete(remoteId) {
      call('delete', remoteId, null);
      accounts.delete(remoteId);
    },
    async *entitlements() {
      yield (options.groups ?? []).map((value) => ({ target: 'groups', value, remoteId: value }));
    },
  };

  const connector = defineTarget({
    kind: 'target',
    name: 'memory',
    title: 'Memory app',
    config: z.object({}),
    capabilities: {
      ...{ suspend: true, delete: true, entitlements: true, password: true },
      uniqueKey: options.uniqueKey !== false,
    },
    attributes: [
      { name: 'userName', kind: 'value', type: 'string', required: true, unique: true },
      { name: 'email', kind: 'value', type: 'string' },
      { name: 'title', kind: 'value', type: 'string' },
      { name: 'groups', kind: 'entitlement', type: 'string' },
    ],
    parameters: [
      { target: 'userName', from: 'email' },
      { target: 'email', from: 'email' },
      { target: 'title', from: 'title' },
    ],
    ...(options.rate !== undefined && { rate: options.rate }),
    connect: () => target,
  });

  return {
    /** What each account is let in with, and every password that came, with the call it came in. */
    ...{ passwords, sent },
    ...{ connector, target, accounts, calls, failNext: (...errors: ConnectorError[]) => failures.push(...errors) },
    /** Every call and read fails so until told otherwise (null), but those of kinds it `spares`. */
    breakDown(error: ConnectorError | null, spares?: (kind: string) => boolean): void {
      outage = error === null ? null : { error, ...(spares !== undefined && { spares }) };
    },
  };
}

/** It says that there are none, which is more than not to speak of them. */
const emptied = ({ entitlements }: ListedAccount) =>
  Object.fromEntries(Object.keys(entitlements).map((name) => [name, []]));
