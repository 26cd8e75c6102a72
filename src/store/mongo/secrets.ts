import type { Connection } from 'mongoose';
import type { Secret } from '../../core/password.ts';
import type { SecretStore } from '../../engine/secret/secret-ports.ts';
import { Amount, collection, Flag, type Index, Nested, type Row, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';
import { above, anyOf, between, isText, isTime } from './operators.ts';

const fields = {
  ...versionedFields,
  kind: Text,
  person: Text,
  sealed: Nested,
  waiting: Texts,
  delivered: Texts,
  page: Nested,
  told: Flag,
  attempts: Amount,
  nextAt: Amount,
  at: Amount,
};
const indexes: readonly Index[] = [
  [{ person: 1, _id: 1 }],
  [{ nextAt: 1, _id: 1 }, { partialFilterExpression: { nextAt: isTime } }],
  [{ 'sealed.key': 1, _id: 1 }, { partialFilterExpression: { 'sealed.key': isText } }],
  outboxIndex,
];

export const secretsCollection = (connection: Connection) => collection(connection, 'secrets', fields, indexes);

export function mongoSecrets(connection: Connection): SecretStore {
  const model = secretsCollection(connection);
  const { read, ...documents } = mongoDocuments<Secret>(model);

  /** Keys that something is sealed under, few by nature: one step through the index for each. */
  async function keysInUse(): Promise<string[]> {
    const keys: string[] = [];
    for (;;) {
      const next = await model
        .findOne({ 'sealed.key': above(keys[keys.length - 1] ?? '') }, { 'sealed.key': 1 })
        .sort({ 'sealed.key': 1 })
        .lean<(Row & { sealed: { key: string } }) | null>();
      if (next === null) return keys;
      keys.push(next.sealed.key);
    }
  }

  /** Key by key, so that what is sealed under the newest one is never looked at, however much that is. */
  async function sealedUnderOther(key: string, after: string | null, limit: number): Promise<Secret[]> {
    const found: Secret[] = [];
    for (const other of await keysInUse()) {
      if (other === key) continue;
      const filter = { 'sealed.key': other, ...(after !== null && { _id: above(after) }) };
      found.push(...(await read(filter, { _id: 1 }, limit)));
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  return {
    ...documents,
    due: (now, limit) => read({ nextAt: between(0, now) }, { nextAt: 1, _id: 1 }, limit),
    ofPeople: (people) => read({ person: anyOf(people) }, { _id: 1 }),
    sealedUnderOther,
  };
}
