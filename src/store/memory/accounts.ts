import type { EntitlementValue, ListedAccount } from '../../core/connector.ts';
import type { Time } from '../../core/model.ts';
import type { AccountStore } from '../../engine/ports.ts';
import { matchKeys, normalKey } from '../match-keys.ts';
import { keep } from './keep.ts';
import { Lookup } from './lookup.ts';

type Row = { id: string; sweep: string; account: ListedAccount & { keys: readonly string[] } };
type Listing = { rows: Map<string, Row>; lookup: Lookup<Row>; at: Time | null; values: readonly EntitlementValue[] };

export function memoryAccounts(): AccountStore {
  const listings = new Map<string, Listing>();
  function listing(app: string): Listing {
    const known = listings.get(app);
    if (known !== undefined) return known;
    const fresh: Listing = { rows: new Map(), lookup: new Lookup((row) => row.account.keys), at: null, values: [] };
    listings.set(app, fresh);
    return fresh;
  }
  return {
    async put(app, sweep, accounts) {
      const { rows, lookup } = listing(app);
      for (const account of accounts) {
        const row = keep({ id: account.remoteId, sweep, account: { ...account, keys: matchKeys(account) } });
        lookup.file(row, rows.get(row.id));
        rows.set(row.id, row);
      }
    },
    async finish(app, sweep, at) {
      const { rows, lookup } = listing(app);
      for (const row of [...rows.values()].filter((row) => row.sweep !== sweep)) {
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
    listedAt: async (app) => listing(app).at,
    async putEntitlements(app, values) {
      listing(app).values = keep(values);
    },
    entitlements: async (app) => [...listing(app).values],
  };
}
