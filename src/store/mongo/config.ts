import type { Connection } from 'mongoose';
import { canonical } from '../../core/hash.ts';
import { together } from '../../core/together.ts';
import type { ConfigStore, StoredConfig } from '../../engine/store-ports.ts';
import { Amount, collection, Nested, type Row, Text } from './collection.ts';
import { isDuplicate, twice } from './failures.ts';
import { pack, unpack } from './keys.ts';

const fields = { config: Nested, digest: Text, edition: Amount, at: Amount, by: Nested, unfollowed: Nested };
const only = 'config';

export const configCollection = (connection: Connection) => collection(connection, 'config', fields, []);

export function mongoConfig(connection: Connection): ConfigStore {
  const model = configCollection(connection);

  /** Everybody who asks at once is told the same: most steps begin with it. */
  const readNow = together<null, StoredConfig | null>(async () => {
    const row = await model.findOne({ _id: only }).lean<Row | null>();
    if (row === null) return () => null;
    const { _id, ...packed } = row;
    const stored = unpack(packed) as StoredConfig;
    return () => stored;
  });
  const read = () => readNow(null);

  async function create(next: StoredConfig): Promise<boolean> {
    try {
      await model.collection.insertOne({ _id: only, ...(pack(next) as object) } as object);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async function renew(seen: number, next: StoredConfig): Promise<boolean> {
    const update = { $set: pack(next) as object };
    return (await model.updateOne({ _id: only, edition: seen }, update)).modifiedCount === 1;
  }

  /** Asked again, since the answer was lost, we find our own edition written: that is a yes. */
  async function holds(next: StoredConfig): Promise<boolean> {
    const stored = await read();
    return stored !== null && canonical(withoutFollowing(stored)) === canonical(withoutFollowing(next));
  }

  return {
    read,
    async replace(seen, next) {
      const { answer } = await twice(() => (seen === null ? create(next) : renew(seen, next)));
      return answer || holds(next);
    },
    async followed(edition) {
      await model.updateOne({ _id: only, edition }, { $set: { unfollowed: null } });
    },
  };
}

/** An edition stays what it is while others begin to follow it. */
const withoutFollowing = ({ unfollowed: _, ...rest }: StoredConfig): object => rest;
