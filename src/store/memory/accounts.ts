import type { EntitlementValue, ListedAccount } from '../../core/connector.ts';
import type { Actor, Time } from '../../core/model.ts';
import type { AccountStore } from '../../engine/store-ports.ts';
import { matchKeys, normalKey } from '../match-keys.ts';
import { sweepOf } from '../sweep.ts';
import { keep } from './keep.ts';
import { Lookup } from './lookup.ts';
import { compareText, first } from './order.ts';

type Row = { id: string; sweep: string; account: ListedAccount & { keys: readonly string[] } };
type Catalog = {
  list: string | null;
  values: readonly EntitlementValue[];
  at: Time | null;
  wanted: { by: Actor; at: Time } | null;
  sweeps: Map<string, EntitlementValue[]>;
};
type Listing = {
  rows: Map<string, Row>;
  lookup: Lookup<Row>;
  at: Time | null;
  sweeps: number;
  catalog: Catalog;
  left: Map<string, { by: Actor; at: Time }>;
};

const newListing = (): Listing => ({
  ...{ rows: new Map(), lookup: new Lookup((row) => row.account.keys), at: null, sweeps: 0, left: new Map() },
  catalog: { list: null, values: [], at: null, wanted: null, sweeps: new Map() },
});

const plain = ({ account: { keys, ...account } }: Row): ListedAccount => account;

export function memoryAccounts(): AccountStore {
  const listings = new Map<string, Listing>();
  function listing(app: string): Listing {
    const known = listings.get(app) ?? newListing();
    listings.set(app, known);
    return known;
  }
  const entitlements = memoryEntitlements((app) => listing(app).catalog);
  return {
    ...entitlements,
    async begin(app) {
      const known = listing(app);
      known.sweeps += 1;
      return sweepOf(known.sweeps);
    },
    async put(app, sweep, accounts) {
      const { rows, lookup } = listing(app);
      for (const account of accounts) {
        const row = keep({ id: account.remoteId, sweep, account: { ...account, keys: matchKeys(account) } });
        const before = rows.get(row.id);
        if (before !== undefined && before.sweep > sweep) continue;
        lookup.file(row, before);
        rows.set(row.id, row);
      }
    },
    async finish(app, sweep, at) {
      const { rows, lookup } = listing(app);
      for (const row of [...rows.values()].filter((row) => row.sweep < sweep)) {
        lookup.forget(row);
        rows.delete(row.id);
      }
      listing(app).at = at;
      return { count: rows.size };
    },
    async match(app, keys) {
      const { rows, lookup } = listing(app);
      const ids = new Set(keys.flatMap((key) => [...lookup.ids(normalKey(key))]));
      return [...ids].flatMap((id) => rows.get(id)?.account ?? []);
    },
    async list(app, after, limit) {
      const ids = [...listing(app).rows.keys()].filter((id) => after === null || compareText(id, after) > 0);
      const { rows } = listing(app);
      return first(ids, limit, compareText).flatMap((id) => {
        const row = rows.get(id);
        return row === undefined ? [] : [plain(row)];
      });
    },
    async many(app, remoteIds) {
      const { rows } = listing(app);
      return [...new Set(remoteIds)].flatMap((id) => {
        const row = rows.get(id);
        return row === undefined ? [] : [plain(row)];
      });
    },
    listedAt: async (app) => listing(app).at,
    async leave(app, remoteId, decided) {
      const { left } = listing(app);
      if (!left.has(remoteId)) left.set(remoteId, keep(decided));
    },
    async forgetDecider(person, mark) {
      for (const { left } of listings.values()) {
        for (const [remoteId, { by, at }] of left) {
          if (by.kind === 'person' && by.person === person) left.set(remoteId, keep({ by: { ...by, name: mark }, at }));
        }
      }
    },
    left: async (app, remoteIds) => new Set(remoteIds.filter((id) => listing(app).left.has(id))),
  };
}

function memoryEntitlements(
  catalogOf: (app: string) => Catalog,
): Omit<
  AccountStore,
  'begin' | 'put' | 'finish' | 'match' | 'list' | 'many' | 'listedAt' | 'leave' | 'forgetDecider' | 'left'
> {
  return {
    async putEntitlements(app, sweep, place, values) {
      const { sweeps } = catalogOf(app);
      const page = sweeps.get(sweep) ?? [];
      page.splice(place, values.length, ...keep(values));
      sweeps.set(sweep, page);
    },
    async finishEntitlements(app, sweep, at) {
      const catalog = catalogOf(app);
      if (catalog.list !== sweep) catalog.values = catalog.sweeps.get(sweep) ?? [];
      Object.assign(catalog, { list: sweep, at });
      catalog.sweeps.delete(sweep);
      return { count: catalog.values.length };
    },
    entitlements: async (app) => [...catalogOf(app).values],
    refreshedAt: async (app) => catalogOf(app).at,
    async wantRefresh(app, wanted) {
      catalogOf(app).wanted = keep(wanted);
    },
    wantedRefresh: async (app) => catalogOf(app).wanted,
  };
}
