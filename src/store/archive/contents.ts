import mongoose from 'mongoose';
import type { Collection } from '../mongo/collection.ts';
import { storeCollections } from '../mongo.ts';

/** A collection that goes into an export. */
export type Content = {
  name: string;
  /** What is this old is removed by the store itself; `field` may be a path with dots. */
  expiry: { field: string; milliseconds: number } | null;
  /** Something in its documents may be sealed. */
  seals: boolean;
};

/** Collections of the store that no export has, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  leases: 'they belong to processes, and those of the other side are others',
  moves: 'it says of this store alone that an import is under way',
};

/** Of these there may be millions, and never is anything in them sealed: the header need not wait for them. */
const unsealed = ['people', 'logins', 'events', 'accounts', 'entitlements', 'orphans', 'pushed', 'inbox', 'outbox'];

export const isMoved = ({ modelName }: Collection): boolean => !(modelName in leftOut);

/** What of a store goes into an export, in its order. */
export function archiveContents(): Content[] {
  // Never opened: it only carries the declarations.
  const models = storeCollections(mongoose.createConnection());
  return models.filter(isMoved).map((model) => ({
    name: model.modelName,
    expiry: expiryOf(model),
    seals: !unsealed.includes(model.modelName),
  }));
}

/** Names of the indexes by which the store itself removes what is old. */
export const expiryIndexes = (model: Collection): string[] =>
  model.schema
    .indexes()
    .filter(([, options]) => options.expireAfterSeconds !== undefined)
    .map(([keys]) => Object.entries(keys).flat().join('_'));

function expiryOf(model: Collection): Content['expiry'] {
  for (const [keys, { expireAfterSeconds }] of model.schema.indexes()) {
    const [field] = Object.keys(keys);
    if (field !== undefined && expireAfterSeconds !== undefined)
      return { field, milliseconds: Number(expireAfterSeconds) * 1_000 };
  }
  return null;
}
