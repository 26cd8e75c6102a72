import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { archiveContents, leftOut } from '../../../src/store/archive/contents.ts';
import type { Collection } from '../../../src/store/mongo/collection.ts';
import { storeCollections } from '../../../src/store/mongo.ts';

const folder = fileURLToPath(new URL('../../../src/store/mongo/', import.meta.url));

/** Names of everything that is declared as a collection anywhere in the store. */
async function declared(): Promise<string[]> {
  const connection = mongoose.createConnection();
  const names: string[] = [];
  for (const file of readdirSync(folder)) {
    const module: Record<string, unknown> = await import(`${folder}${file}`);
    for (const [name, make] of Object.entries(module))
      if (name.endsWith('Collection'))
        names.push((make as (of: typeof connection) => Collection)(connection).modelName);
  }
  return names.sort();
}

describe('what an export holds', () => {
  it('is every collection of the store, or says why not', async () => {
    const known = storeCollections(mongoose.createConnection()).map(({ modelName }) => modelName);
    expect(known.toSorted(), 'a collection is missing in src/store/mongo.ts').toEqual(await declared());
    expect([...archiveContents().map(({ name }) => name), ...Object.keys(leftOut)].sort()).toEqual(known.toSorted());
  });

  it('knows what the store removes by itself, and where something is sealed', () => {
    const contents = archiveContents();
    const expiring = contents.filter(({ expiry }) => expiry !== null).map(({ name, expiry }) => [name, expiry?.field]);
    expect(expiring.toSorted()).toEqual([
      ['inbox', 'purgeAfter'],
      ['outbox', 'purgeAfter'],
      ['signOns', 'find.over'],
    ]);
    expect(contents.find(({ name }) => name === 'inbox')?.expiry?.milliseconds).toBe(30 * 24 * 3_600_000);
    const sealing = contents.filter(({ seals }) => seals).map(({ name }) => name);
    expect(sealing).toEqual(expect.arrayContaining(['secrets', 'namedSecrets', 'signingKeys']));
  });
});
