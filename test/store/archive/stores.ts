import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { Config } from '../../../src/core/config.ts';
import { system } from '../../../src/core/event.ts';
import { openSnapshot } from '../../../src/embedded-mongo/snapshot.ts';
import { findStore, startStore } from '../../../src/embedded-mongo/start.ts';
import type { Store } from '../../../src/engine/store-ports.ts';
import { systemClock } from '../../../src/engine/system-clock.ts';
import { exportStore } from '../../../src/store/archive/export.ts';
import { importStore } from '../../../src/store/archive/import.ts';
import { mongoSource, type Source, snapshotSource } from '../../../src/store/archive/source.ts';
import { buildIndexes, connectMongo, mongoStore } from '../../../src/store/mongo.ts';
import {
  aDelegation,
  aLogin,
  anAccount,
  anApproval,
  anEvent,
  anOperation,
  aPause,
  aPerson,
  aSecret,
  chained,
  named,
  sealedUnder,
} from '../../contracts/store/builders.ts';
import { aProposal } from '../../contracts/store/proposals.ts';
import { aPushedUser } from '../../contracts/store/pushed.ts';
import { testMongo } from '../../mongo.ts';
import { quiet } from '../open-mongo.ts';

/** A clock on which seconds go by between any two looks. */
export function quickClock() {
  let time = 0;
  const monotonic = () => {
    time += 2_000;
    return time;
  };
  return { now: () => Date.now(), monotonic, sleep: async () => {} };
}

/** Takes out whatever is in it. */
export async function empty({ connection }: TestStore): Promise<void> {
  await Promise.all(Object.values(connection.models).map((model) => model.deleteMany({})));
}

export type TestStore = {
  connection: Connection;
  store: Store;
  source: Source;
  uri: string;
  dir: string;
  stop(): Promise<void>;
};

/** A built-in store in a folder of its own, exported from the folder. */
export async function builtIn(): Promise<TestStore> {
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-move-'));
  const server = await startStore({ dir });
  const connection = await connectMongo(server.uri, { log: quiet });
  await buildIndexes(connection);
  const isServed = async () => (await findStore(dir)) !== undefined;
  return {
    ...{ connection, dir, uri: server.uri, store: mongoStore(connection) },
    source: snapshotSource(() => openSnapshot({ dir }), isServed),
    async stop() {
      await connection.close();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What MONGODB_URI would lead to, exported over the wire. */
export async function overTheWire(): Promise<TestStore> {
  const server = await testMongo();
  const connection = await connectMongo(server.uri, { log: quiet });
  await buildIndexes(connection);
  return {
    ...{ connection, dir: '', uri: server.uri, store: mongoStore(connection), source: mongoSource(connection) },
    async stop() {
      await connection.close();
      await server.stop();
    },
  };
}

export const version = '1.0.0';

/** The lines of an export. */
export async function exported(source: Source, whileRunning = false, clock: Clock = systemClock): Promise<string[]> {
  let text = '';
  await exportStore({ source, clock, version, whileRunning, told: () => {} }, async (pieces) => {
    for await (const piece of pieces) text += piece;
  });
  return text.trimEnd().split('\n');
}

type Clock = Parameters<typeof exportStore>[0]['clock'];
type Given = Partial<Parameters<typeof importStore>[0]>;

/** Imports lines, by way of a file. */
export async function imported(connection: Connection, lines: readonly string[], given: Given = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-lines-'));
  const file = join(folder, 'export.jsonl');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  const bytes = () => createReadStream(file);
  const run = `${Math.random()}`;
  return importStore({ connection, clock: systemClock, version, run, bytes, told: () => {}, ...given }).finally(() =>
    rm(folder, { recursive: true }),
  );
}

const config = Config.parse({ version: 1, roles: [{ name: 'Sales' }] });
const numbers = Array.from({ length: 1_200 }, (_, number) => number);

/** Something in every collection, more than a page in two of them, with whatever is hard to copy. */
export async function fill(store: Store): Promise<void> {
  const by = system('test');
  await store.people.insert(
    numbers.map((n) => named(`p-${n}`, { displayName: `Zoë ${n}`, 'a.b$c': 'x', '': '', '7': '😀\u2028' })),
  );
  await store.people.swap(
    numbers.slice(0, 9).map((n) => {
      const before = aPerson(`p-${n}`);
      return { before, after: { ...before, version: 1, dirty: true, wakeAt: 1e15, outbox: [anEvent(`w-${n}`)] } };
    }),
  );
  const operation = anOperation('p-1', 'crm', { state: 'awaiting', ask: { approval: 'a-1', hash: 'h' } });
  await store.logins.insert(
    numbers.map((n) => aLogin(`p-${n}`, 'crm', { remoteId: `r\n${n}`, ...(n === 1 && { operation }) })),
  );
  await store.approvals.insert([anApproval('a-1')]);
  await store.events.append(
    chained(
      'company',
      numbers.map((n) => anEvent(`e-${n % 7}-${n}`)),
    ),
  );
  await store.events.append(chained('crm:0', [anEvent('e-crm')]));
  await store.leases.replace(null, { name: 'publisher', owner: '', epoch: 3, beat: 9 });
  await store.accounts.put('crm', 's-1', [anAccount('x'), anAccount('y.$z')]);
  await store.accounts.finish('crm', 's-1', 5);
  await store.accounts.putEntitlements('crm', 's-2', 0, [{ target: 'groups', value: 'Admins', remoteId: 'g-1' }]);
  await store.accounts.finishEntitlements('crm', 's-2', 6);
  await store.accounts.leave('crm', 'r-9', { by, at: 1 });
  await store.directories.put({
    ...{ id: 'hr', cursor: 'c-9', fingerprint: null, present: 2, under: null, lastRead: null, problems: [] },
  });
  await store.pauses.insert([aPause('u-1')]);
  await store.delegations.insert([aDelegation('d-1')]);
  await store.secrets.insert([
    aSecret('s-1'),
    aSecret('s-2', { sealed: sealedUnder('key-2') }),
    aSecret('s-3', { sealed: null }),
  ]);
  await store.proposals.insert([aProposal('c-1')]);
  await store.pushed.insert([aPushedUser('u-1')]);
  await store.config.replace(null, { config, digest: 'd', edition: 1, at: 1, by, unfollowed: null });
  for (const [id, payload] of [
    ['k-1', { a: { $set: 1 } }],
    ['k-2', 'x'.repeat(100_000)],
  ] as const)
    await store.inbox.add({ id, payload, at: 1, attempts: 0, doneAt: null });
  await store.inbox.done('k-1', Date.now());
  const card = { id: 'c-1', kind: 'card', subject: 'a-1', to: '#access', body: null } as const;
  await store.outbox.want(card, 5);
}
