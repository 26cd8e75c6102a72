import type { Connection } from 'mongoose';
import type { Lease, LeaseStore } from '../../engine/store-ports.ts';
import { Amount, collection, type Row, Text } from './collection.ts';
import { isDuplicate, twice } from './failures.ts';

const fields = { owner: Text, epoch: Amount, beat: Amount };

export const leasesCollection = (connection: Connection) => collection(connection, 'leases', fields, []);

export function mongoLeases(connection: Connection): LeaseStore {
  const model = leasesCollection(connection);

  async function read(name: string): Promise<Lease | null> {
    const row = await model.findOne({ _id: name }).lean<(Row & Lease) | null>();
    return row === null ? null : { name, owner: row.owner, epoch: row.epoch, beat: row.beat };
  }

  async function create({ name, ...rest }: Lease): Promise<boolean> {
    try {
      await model.collection.insertOne({ _id: name, ...rest } as object);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async function renew({ name: _id, ...seen }: Lease, { name, ...next }: Lease): Promise<boolean> {
    return (await model.updateOne({ _id, ...seen }, { $set: next })).modifiedCount === 1;
  }

  /** An owner that asks again, since the answer was lost, finds its own lease written: that is a yes. */
  async function holds(next: Lease): Promise<boolean> {
    const stored = await read(next.name);
    return stored?.owner === next.owner && stored.epoch === next.epoch && stored.beat === next.beat;
  }

  return {
    read,
    async replace(seen, next) {
      const { answer } = await twice(() => (seen === null ? create(next) : renew(seen, next)));
      return answer || holds(next);
    },
  };
}
