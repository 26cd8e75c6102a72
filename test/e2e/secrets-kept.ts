import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type mongoose from 'mongoose';
import { type Canary, type Sink, seenIn } from '../slack/canaries.ts';

/** Pieces shorter than this occur by chance among digests. */
const shortest = 16;
const nameOfSecret = /(TOKEN|SECRET|KEYS?|PASSWORD)$/;

/**
 * Every secret a bot under test lives by: its sealing keys, the tokens its example apps were given, and what its environment names as one.
 * Each is another one in each data folder.
 */
export function secretsOf(dataDir: string, environment: Readonly<Record<string, string>>): Canary[] {
  const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split(/\s+/) : []);
  const tokens = join(dataDir, 'acme', 'tokens.json');
  const named = {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => nameOfSecret.test(name))),
    ...(existsSync(tokens) ? (JSON.parse(readFileSync(tokens, 'utf8')) as Record<string, string>) : {}),
    ...Object.fromEntries(lines(join(dataDir, 'keys')).map((key, index) => [`sealing key ${index + 1}`, key])),
  };
  return Object.entries(named)
    .filter(([, value]) => value.length >= shortest)
    .map(([name, value]) => ({ name, value }));
}

/** Everything a store holds, as text, one sink for each collection. */
export async function storedIn(db: mongoose.mongo.Db): Promise<Sink[]> {
  const sinks: Sink[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    const documents = await db.collection(name).find().toArray();
    sinks.push({ name, bytes: Buffer.from(JSON.stringify(documents)) });
  }
  return sinks;
}

/** @throws where a secret shows, in whatever form, with the place it was seen at. */
export function expectKept(secrets: readonly Canary[], sinks: readonly Sink[]): void {
  const seen = seenIn(sinks, secrets, shortest);
  if (seen.length > 0) throw new Error(`secrets show:\n${seen.join('\n')}`);
}
