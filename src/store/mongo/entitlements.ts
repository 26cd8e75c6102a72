import type { Connection } from 'mongoose';
import type { EntitlementValue } from '../../core/connector.ts';
import type { Actor, Time } from '../../core/model.ts';
import type { AccountStore } from '../../engine/store-ports.ts';
import { Amount, collection, type Index, Nested, type Row, Text } from './collection.ts';
import { inBatches, native } from './documents.ts';
import { twice } from './failures.ts';
import { below, otherThan } from './operators.ts';
import { againIfTaken } from './upsert.ts';

const fields = { app: Text, list: Text, place: Amount, value: Nested, at: Amount };
const indexes: readonly Index[] = [[{ app: 1, list: 1, place: 1 }]];

export const entitlementsCollection = (connection: Connection) =>
  collection(connection, 'entitlements', fields, indexes);
/** Which list of an app's values is the whole and newest one. */
export const catalogsCollection = (connection: Connection) =>
  collection(connection, 'catalogs', { list: Text, at: Amount, wanted: Nested }, []);

/** Pages of a sweep that never came to its end (the process ended) are dropped after this many milliseconds. */
const abandoned = 3_600_000;

type Entitlements = Pick<
  AccountStore,
  'putEntitlements' | 'finishEntitlements' | 'entitlements' | 'refreshedAt' | 'wantRefresh' | 'wantedRefresh'
>;

/** A new list is written beside the old one and takes its place in one step, so that nobody reads half of it. */
export function mongoEntitlements(connection: Connection): Entitlements {
  const model = entitlementsCollection(connection);
  const catalogs = catalogsCollection(connection);
  const catalogOf = (app: string) => catalogs.findOne({ _id: app }).lean<Row | null>();
  const newest = async (app: string) => ((await catalogOf(app))?.list ?? null) as string | null;

  async function entitlements(app: string): Promise<EntitlementValue[]> {
    const list = await newest(app);
    if (list === null) return [];
    const rows = await model.find({ app, list }).sort({ place: 1 }).lean<Row[]>();
    if ((await newest(app)) !== list) return entitlements(app);
    return rows.map((row) => row.value as EntitlementValue);
  }

  return {
    entitlements,
    refreshedAt: async (app) => ((await catalogOf(app))?.at ?? null) as Time | null,
    async wantRefresh(app, wanted) {
      await againIfTaken(() => catalogs.updateOne({ _id: app }, { $set: { wanted } }, { upsert: true }));
    },
    wantedRefresh: async (app) => ((await catalogOf(app))?.wanted ?? null) as { by: Actor; at: Time } | null,
    async putEntitlements(app, sweep, place, values) {
      const at = Date.now();
      const writes = values.map((value, index) => {
        const _id = `${app}\n${sweep}\n${place + index}`;
        const replacement = { _id, app, list: sweep, place: place + index, value, at };
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await inBatches(writes, async (some) => {
        await againIfTaken(() => twice(() => native(model).bulkWrite([...some], { ordered: false })));
        return [];
      });
    },
    async finishEntitlements(app, sweep, at) {
      const replaced = await againIfTaken(() =>
        catalogs.findOneAndUpdate({ _id: app }, { $set: { list: sweep, at } }, { upsert: true }).lean<Row | null>(),
      );
      const old = replaced?.list;
      if (typeof old === 'string' && old !== sweep) await model.deleteMany({ app, list: old });
      await model.deleteMany({ app, list: otherThan(sweep), at: below(Date.now() - abandoned) });
      return { count: await model.countDocuments({ app, list: sweep }) };
    },
  };
}
