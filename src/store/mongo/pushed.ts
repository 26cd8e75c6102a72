import type { Connection } from 'mongoose';
import type { PushTokens } from '../../core/push-token.ts';
import { type Pushed, searchKeys, shelf, uniqueKey } from '../../core/scim/pushed.ts';
import type { PushedStore, PushTokenStore } from '../../engine/inbound/push-ports.ts';
import { Amount, collection, type Index, Nested, type Row, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';
import { above, atLeast } from './operators.ts';

const fields = {
  ...versionedFields,
  ...{ directory: Text, kind: Text, resource: Nested, members: Texts, moves: [Nested], movesSince: Amount },
  ...{ renamedAt: Amount, createdAt: Amount, changedAt: Amount, goneAt: Amount },
};
const indexes: readonly Index[] = [
  [{ 'find.unique': 1 }, { unique: true, sparse: true }],
  [{ 'find.keys': 1 }, { sparse: true }],
  [{ 'find.there': 1, _id: 1 }],
  [{ 'find.gone': 1, _id: 1 }],
  [{ 'find.shelf': 1, changedAt: 1, _id: 1 }],
  [{ members: 1, _id: 1 }],
  outboxIndex,
];

/** Keys of unique and sparse indexes are left out where there are none. */
function find(pushed: Pushed): object {
  const unique = uniqueKey(pushed);
  const keys = searchKeys(pushed);
  return {
    ...{ shelf: shelf(pushed), [pushed.goneAt === null ? 'there' : 'gone']: shelf(pushed) },
    ...(unique !== null && { unique }),
    ...(keys.length > 0 && { keys }),
  };
}

export const pushedCollection = (connection: Connection) => collection(connection, 'pushed', fields, indexes);

export function mongoPushed(connection: Connection): PushedStore {
  const model = pushedCollection(connection);
  const { read, ...documents } = mongoDocuments<Pushed>(model, { from: ['resource', 'goneAt'], find });
  const behind = (after: string | null) => (after === null ? {} : { _id: above(after) });
  const holding = (directory: string, person: string) => ({ members: person, directory, goneAt: null });
  return {
    ...documents,
    byKey: (key) => read({ 'find.keys': key }, { _id: 1 }),
    list: (of, after, limit, skip = 0) => read({ 'find.there': shelf(of), ...behind(after) }, { _id: 1 }, limit, skip),
    count: (of) => model.countDocuments({ 'find.there': shelf(of) }),
    gone: (of, after, limit) => read({ 'find.gone': shelf(of), ...behind(after) }, { _id: 1 }, limit),
    changedSince(of, since, after, limit) {
      const from = Math.max(since, after?.changedAt ?? 0);
      const later =
        after !== null && after.changedAt >= since ? [{ changedAt: above(from) }, { _id: above(after.id) }] : [];
      const order = { changedAt: 1, _id: 1 } as const;
      const filter = { 'find.shelf': shelf(of), changedAt: atLeast(from), ...(later.length > 0 && { $or: later }) };
      return read(filter, order, limit);
    },
    groupsWith: (directory, person) => read(holding(directory, person), { _id: 1 }),
    async groupsOf(directory, person) {
      const rows = await model
        .find(holding(directory, person), { 'resource.displayName': 1 })
        .sort({ _id: 1 })
        .lean<Row[]>();
      return rows.map(({ _id, resource }) => ({ id: _id, name: String((resource as Pushed['resource']).displayName) }));
    },
  };
}

const tokenFields = { ...versionedFields, tokens: [Nested] };

export const pushTokensCollection = (connection: Connection) =>
  collection(connection, 'pushTokens', tokenFields, [outboxIndex]);

export function mongoPushTokens(connection: Connection): PushTokenStore {
  const { read: _read, ...documents } = mongoDocuments<PushTokens>(pushTokensCollection(connection));
  return documents;
}
