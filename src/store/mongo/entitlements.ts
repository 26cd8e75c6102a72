import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { EntitlementValue } from '../../core/connector.ts';
import type { AccountStore } from '../../engine/ports.ts';
import { Amount, collection, type Index, Nested, type Row, Text } from './collection.ts';
import { inBatches, native } from './documents.ts';
import { below } from './operators.ts';
import { againIfTaken } from './upsert.ts';

const fields = { app: Text, list: Text, place: Amount, value: Nested };
const indexes: readonly Index[] = [[{ app: 1, list: 1, place: 1 }]];

export const entitlementsCollection = (connection: Connection) =>
  collection(connection, 'entitlements', fields, indexes);
/** Which list of an app's values is the whole and newest one. */
export const catalogsCollection = (connection: Connection) => collection(connection, 'catalogs', { list: Text }, []);

/** Lists that never became the newest one (the process ended while writing) are dropped after this many milliseconds. */
const abandoned = 3_600_000;
const listName = (at: number): string => `${String(at).padStart(15, '0')}-${randomUUID()}`;

/** A new list is written beside the old one and takes its place in one step, so that nobody reads half of it. */
export function mongoEntitlements(connection: Connection): Pick<AccountStore, 'putEntitlements' | 'entitlements'> {
  const model = entitlementsCollection(connection);
  const catalogs = catalogsCollection(connection);
  const newest = async (app: string): Promise<string | null> => {
    const catalog = await catalogs.findOne({ _id: app }).lean<Row | null>();
    return catalog === null ? null : (catalog.list as string);
  };

  async function write(app: string, list: string, values: readonly EntitlementValue[]): Promise<void> {
    const rows: Row[] = values.map((value, place) => ({ _id: `${list}:${place}`, app, list, place, value }));
    await inBatches(rows, async (some) => {
      await native(model).insertMany([...some], { ordered: false });
      return [];
    });
  }

  async function entitlements(app: string): Promise<EntitlementValue[]> {
    const list = await newest(app);
    if (list === null) return [];
    const rows = await model.find({ app, list }).sort({ place: 1 }).lean<Row[]>();
    if ((await newest(app)) !== list) return entitlements(app);
    return rows.map((row) => row.value as EntitlementValue);
  }

  return {
    entitlements,
    async putEntitlements(app, values) {
      const now = Date.now();
      const list = listName(now);
      await write(app, list, values);
      const replaced = await againIfTaken(() =>
        catalogs.findOneAndUpdate({ _id: app }, { $set: { list } }, { upsert: true }).lean<Row | null>(),
      );
      if (replaced !== null) await model.deleteMany({ app, list: replaced.list });
      await model.deleteMany({ app, list: below(listName(now - abandoned)) });
    },
  };
}
