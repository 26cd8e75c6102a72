import type { Connection } from 'mongoose';
import type { ListedAccount } from '../../core/connector.ts';
import type { Time } from '../../core/model.ts';
import type { AccountStore } from '../../engine/store-ports.ts';
import { matchKeys, normalKey } from '../match-keys.ts';
import { sweepOf } from '../sweep.ts';
import { Amount, collection, type Index, Nested, type Row, Text, Texts } from './collection.ts';
import { inBatches, native } from './documents.ts';
import { mongoEntitlements } from './entitlements.ts';
import { isDuplicate, twice } from './failures.ts';
import { pack, unpack } from './keys.ts';
import { anyOf, atMost, below, inside } from './operators.ts';
import { mongoOrphans } from './orphans.ts';
import { againIfTaken } from './upsert.ts';

const fields = { app: Text, sweep: Text, keys: Texts, account: Nested };
const indexes: readonly Index[] = [[{ app: 1, keys: 1 }], [{ app: 1, sweep: 1 }]];

export const accountsCollection = (connection: Connection) => collection(connection, 'accounts', fields, indexes);
export const listingsCollection = (connection: Connection) =>
  collection(connection, 'listings', { at: Amount, sweeps: Amount }, []);

export function mongoAccounts(connection: Connection): AccountStore {
  const model = accountsCollection(connection);
  const listings = listingsCollection(connection);
  const accountOf = (row: Row): ListedAccount => unpack(row.account) as ListedAccount;

  async function put(app: string, sweep: string, accounts: readonly ListedAccount[]): Promise<void> {
    const writes = accounts.map((account) => {
      const _id = `${app}\n${account.remoteId}`;
      const row = { _id, app, sweep, keys: matchKeys(account), account: pack(account) };
      return { replaceOne: { filter: { _id, sweep: atMost(sweep) }, replacement: row, upsert: true } };
    });
    await inBatches(writes, async (some) => {
      const write = () => twice(() => native(model).bulkWrite([...some], { ordered: false }));
      // What is taken the second time as well was read by a newer list.
      await againIfTaken(write).catch(unlessTaken);
      return [];
    });
  }

  return {
    ...mongoEntitlements(connection),
    ...mongoOrphans(connection),
    async begin(app) {
      const counted = { upsert: true, returnDocument: 'after' } as const;
      const row = await againIfTaken(() =>
        listings.findOneAndUpdate({ _id: app }, { $inc: { sweeps: 1 } }, counted).lean<Row | null>(),
      );
      return sweepOf(Number(row?.sweeps));
    },
    put,
    async finish(app, sweep, at) {
      await model.deleteMany({ app, sweep: below(sweep) });
      await againIfTaken(() => listings.updateOne({ _id: app }, { $set: { at } }, { upsert: true }));
      return { count: await model.countDocuments({ app }) };
    },
    async match(app, keys) {
      const rows = await model.find({ app, keys: anyOf(keys.map(normalKey)) }).lean<Row[]>();
      return rows.map((row) => ({ ...accountOf(row), keys: row.keys as string[] }));
    },
    async list(app, after, limit) {
      // Names hold no control characters, so that the ids of one app lie between these two.
      const ids = inside(`${app}\n${after ?? ''}`, `${app}\u000b`);
      const rows = await model.find({ _id: ids }).sort({ _id: 1 }).limit(limit).lean<Row[]>();
      return rows.map(accountOf);
    },
    async many(app, remoteIds) {
      const rows = await model.find({ _id: anyOf(remoteIds.map((id) => `${app}\n${id}`)) }).lean<Row[]>();
      return rows.map(accountOf);
    },
    async listedAt(app) {
      const row = await listings.findOne({ _id: app }).lean<Row | null>();
      return row === null ? null : ((row.at ?? null) as Time | null);
    },
  };
}

function unlessTaken(error: unknown): void {
  if (!isDuplicate(error)) throw error;
}
