import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chain, chainStart } from '../../src/core/event.ts';
import {
  accountsOf,
  type Bot,
  dataFolder,
  eventually,
  freePorts,
  liveDatabase,
  quiet,
  rollcall,
  startBot,
  typeCommand,
} from '../e2e/bot.ts';
import { seeded } from './random.ts';

const people = 200;
/** More by `KILLS=300`; three processes on one store are killed as often in many.test.ts. */
const kills = Number(process.env.KILLS ?? 12);
/** Another order of moments by `SEED=7 npm run test:faults`. */
const seed = Number(process.env.SEED ?? 1);

const config = (file: string) => `
version: 1
settings:
  admins: [n0@acme.test]
  approvers: [n0@acme.test, ada@acme.test, grace@acme.test]
  timings: { lease: 1500 milliseconds, deadline: 1200 milliseconds, settle: 600 milliseconds, retry: 200 milliseconds, retryMax: 500 milliseconds, attempts: 100 }
directories:
  - { name: hr, connector: csv, config: { file: "${file}", key: employee_id } }
roles: [{ name: Staff, apps: [crm, wiki] }]
mappings: [{ name: Everybody, roles: [Staff] }]
apps:
  - name: crm
    connector: scim
    connection: { baseUrl: "\${ACME_CRM_URL}/scim/v2", auth: { type: bearer, token: "\${ACME_CRM_TOKEN}" }, allowHosts: [127.0.0.1] }
    provisioning: { enabled: true, approval: { create: false } }
  - name: wiki
    connector: scim
    connection: { baseUrl: "\${ACME_WIKI_URL}/scim/v2", auth: { type: bearer, token: "\${ACME_WIKI_TOKEN}" }, allowHosts: [127.0.0.1] }
    provisioning: { enabled: true, approval: { create: true } }
`;

async function openApprovals(dataDir: string): Promise<string[]> {
  const { db, close } = await liveDatabase(dataDir);
  const open = await db.collection('approvals').find({ state: 'open' }).toArray();
  await close();
  return open.map(({ _id }) => String(_id));
}

/** Grace and Ada agree to whatever waits; a press may be cut off by the next kill. */
async function approveAll(bot: Bot): Promise<void> {
  for (const id of await openApprovals(bot.dataDir).catch(() => [])) {
    for (const user of ['U0GRACE02', 'U0ADA0001'])
      await typeCommand(bot, user, `/provision approve ${id}`).catch(() => undefined);
  }
}

it(`ends with one account per person and app, and no event lost, over ${kills} kill -9 (seed ${seed})`, async () => {
  const random = seeded(seed);
  const folder = dataFolder();
  const port = await freePorts();
  const file = join(folder.dir, 'people.csv');
  const rows = Array.from({ length: people }, (_, index) => `${index},n${index}@acme.test,Person ${index},active`);
  const approvers = ['a1,ada@acme.test,Ada,active', 'a2,grace@acme.test,Grace,active'];
  // First: a request asks those who are known when it is made, and a kill may come between two pages of the file.
  writeFileSync(file, ['employee_id,email,display_name,status', ...approvers, ...rows].join('\n'));
  writeFileSync(join(folder.dir, 'rollcall.yml'), config(file));
  expect((await rollcall(folder.dir, port, ['config', 'import', join(folder.dir, 'rollcall.yml'), '--yes'])).code).toBe(
    0,
  );
  for (let kill = 0; kill < kills; kill += 1) {
    const bot = await startBot(folder.dir, port, { LOG_LEVEL: 'silent' });
    const moment = random.between(0, 2_500);
    const approving = kill % 3 === 1 ? approveAll(bot) : undefined;
    await new Promise((resolve) => setTimeout(resolve, moment));
    await bot.kill();
    await approving;
  }
  const bot = await startBot(folder.dir, port, { LOG_LEVEL: 'silent' });
  const everybody = people + approvers.length;
  await eventually(
    async () => {
      await approveAll(bot);
      return [accountsOf(folder.dir, 'crm').length, accountsOf(folder.dir, 'wiki').length];
    },
    ([crm, wiki]) => crm === everybody && wiki === everybody + strangers,
    400_000,
  );
  await quiet(folder.dir);
  for (const app of ['crm', 'wiki'] as const) {
    const names = accountsOf(folder.dir, app).map((account) => account.userName);
    expect(new Set(names).size, app).toBe(names.length);
  }
  await checkHistory(folder.dir, everybody * 2);
  expect(await openApprovals(folder.dir)).toEqual([]);
  expect(await bot.stop()).toBe(0);
  await folder.remove();
}, 900_000);

/** Accounts that the example wiki holds from the beginning; none is a match. */
const strangers = 5;

/** Every login was planned, started and done, each told once; the chains have no gap and every hash is right. */
async function checkHistory(dataDir: string, logins: number): Promise<void> {
  const { db, close } = await liveDatabase(dataDir);
  const states = await db.collection('logins').find().toArray();
  expect(states).toHaveLength(logins);
  expect(
    states
      .filter((login) => login.operation?.state !== 'applied' || login.account !== 'active')
      .map((login) => login._id),
  ).toEqual([]);
  const succeeded = await db.collection('events').find({ type: 'operation.succeed' }).toArray();
  expect(new Set(succeeded.map((event) => event.operation)).size).toBe(logins);
  expect(succeeded).toHaveLength(logins);
  const joined = await db.collection('events').countDocuments({ type: 'person.joined' });
  expect(joined).toBe(logins / 2);
  await close();
  await checkChains(dataDir);
}

async function checkChains(dataDir: string): Promise<void> {
  const { db, close } = await liveDatabase(dataDir);
  for (const partition of ['company', 'crm:0', 'wiki:0']) {
    const events = await db.collection('events').find({ partition }).sort({ sequence: 1 }).toArray();
    let head = { sequence: 0, hash: chainStart };
    for (const event of events) {
      const next = chain({ id: String(event._id), digest: event.digest } as never, partition, head);
      expect({ sequence: event.sequence, previous: event.previous, hash: event.hash }).toEqual({
        sequence: next.sequence,
        previous: next.previous,
        hash: next.hash,
      });
      head = next;
    }
    expect(events.length, partition).toBeGreaterThan(0);
  }
  await close();
}
