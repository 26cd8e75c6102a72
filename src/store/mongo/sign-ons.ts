import type { Connection } from 'mongoose';
import type { SignOn } from '../../core/sign-on.ts';
import type { SigningKeys } from '../../core/signing-key.ts';
import type { SigningKeyStore, SignOnStore } from '../../engine/sign-on/sign-on-ports.ts';
import { Amount, collection, type Index, Nested, Text } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';
import { atLeast, isText } from './operators.ts';

const fields = {
  ...versionedFields,
  ...{ app: Text, state: Text, at: Amount, expires: Amount, nonce: Text, whose: Nested, request: Nested },
  ...{
    browser: Text,
    from: Text,
    network: Text,
    asked: [Nested],
    numbers: [Amount],
    number: Amount,
    names: Amount,
    text: Text,
  },
};

/** Seconds that what is over is kept for questions; and what an app began and nobody stood behind, so that a request is not brought again. */
const kept = 30 * 24 * 3_600;
const keptUnasked = 3_600;
const indexes: readonly Index[] = [
  [{ 'asked.person': 1, at: -1, _id: -1 }, { partialFilterExpression: { 'asked.person': isText } }],
  [{ 'find.over': 1 }, { expireAfterSeconds: kept }],
  outboxIndex,
];

export const signOnsCollection = (connection: Connection) => collection(connection, 'signOns', fields, indexes);

/** Anybody can have an app's request begun, as often as they like: where nobody was asked, nobody will ask about it. */
const overAt = ({ expires, request, asked }: SignOn): number =>
  request !== null && asked.length === 0 ? expires - (kept - keptUnasked) * 1_000 : expires;

export function mongoSignOns(connection: Connection): SignOnStore {
  const { read, ...documents } = mongoDocuments<SignOn>(signOnsCollection(connection), {
    from: ['expires', 'asked'],
    find: (signOn) => ({ over: new Date(overAt(signOn)) }),
  });
  const order = { at: -1, _id: -1 } as const;
  return {
    ...documents,
    thatAsked: (person, at, limit) => read({ 'asked.person': person, at: atLeast(at) }, order, limit),
  };
}

const keyFields = { ...versionedFields, keys: [Nested] };

export const signingKeysCollection = (connection: Connection) =>
  collection(connection, 'signingKeys', keyFields, [outboxIndex]);

export function mongoSigningKeys(connection: Connection): SigningKeyStore {
  const { read: _read, ...documents } = mongoDocuments<SigningKeys>(signingKeysCollection(connection));
  return documents;
}
