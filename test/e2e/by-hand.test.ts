import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  type Bot,
  dataFolder,
  eventually,
  freePorts,
  liveDatabase,
  quiet,
  rollcall,
  startBot,
  typeCommand,
} from './bot.ts';
import { asked, editExport, openApprovals, operationOf } from './company.ts';

/** One badge of a company that makes them by hand, from the first card to the report of who has left. The steps build on each other. */
const folder = dataFolder();
const ada = 'U0ADA0001';
const grace = 'U0GRACE02';
const zoe = 'zoe@acme.test';
let port: number;
let bot: Bot;

type Written = { apps: object[]; roles: object[]; mappings: object[] };

/** The example company with one app, which has no interface; Grace keeps it. */
async function importBadges(): Promise<void> {
  const config = parse(readFileSync('examples/acme/rollcall.yml', 'utf8')) as Written;
  config.mappings = [];
  config.roles = [{ name: 'Badge holders', apps: ['badges'], members: [zoe] }];
  config.apps = [
    {
      ...{ name: 'badges', title: 'Badges', owners: ['grace@acme.test'], connector: 'manual' },
      connection: { entitlements: ['rooms = Lab', 'rooms = Vault'] },
      provisioning: { enabled: true, entitlements: true, approval: { create: true } },
      parameters: [{ target: 'rooms', value: 'Lab' }],
    },
  ];
  const file = join(folder.dir, 'badges.yml');
  writeFileSync(file, stringify(config));
  expect(await rollcall(folder.dir, port, ['config', 'import', file, '--yes'])).toMatchObject({ code: 0 });
}

const type = (user: string, line: string) => typeCommand(bot, user, `/provision ${line}`);

/** The open task of this kind about Zoe. */
async function task(kind: string): Promise<string> {
  const { ask } = await eventually(
    async () => {
      const operation = await operationOf(folder.dir, zoe, 'badges');
      const open = (await openApprovals(folder.dir)).map(({ _id }) => _id);
      return { ...operation, isOpen: open.includes(operation.ask?.approval ?? '') };
    },
    (seen) => seen.kind === kind && seen.state === 'handed' && seen.isOpen,
  );
  return ask?.approval ?? '';
}

const stateOf = (kind: string, state: string) =>
  eventually(
    () => operationOf(folder.dir, zoe, 'badges'),
    (operation) => operation.kind === kind && operation.state === state,
  );

async function account(): Promise<unknown> {
  const { db, close } = await liveDatabase(folder.dir);
  const login = await db.collection('logins').findOne({ app: 'badges' });
  await close();
  return login;
}

async function ask<T>(args: readonly string[]): Promise<T> {
  const answer = await rollcall(folder.dir, port, [...args, '--json']);
  if (answer.code !== 0) throw new Error(`rollcall ${args.join(' ')} ended with ${answer.code}: ${answer.err}`);
  return JSON.parse(answer.out) as T;
}
type Report = Record<'closed' | 'pending' | 'failed', { word: string; explanation: string }[]>;

beforeAll(async () => {
  port = await freePorts();
  await importBadges();
  bot = await startBot(folder.dir, port);
  await quiet(folder.dir);
});
afterAll(async () => {
  await bot?.stop();
  await folder.remove();
});

describe('an app kept by hand', () => {
  it('is asked about, given to whoever keeps it, and there once they say so', async () => {
    await type(ada, `approve ${await asked(folder.dir, zoe, 'badges', 'create')}`);
    await type(grace, `done ${await task('create')}`);
    await stateOf('create', 'applied');
    expect(await account()).toMatchObject({
      ...{
        account: 'active',
        observed: { attributes: { userName: zoe, familyName: 'Ångström' }, entitlements: { rooms: ['Lab'] } },
      },
    });
  });

  it('is a task of its own when somebody leaves; what cannot be done stands in the report, and is asked anew', async () => {
    editExport(folder.dir, (csv) => csv.replace(/(zoe@acme\.test,.*),active,/, '$1,on hold,'));
    const first = await task('suspend');
    await type(grace, `cannot ${first} she has not handed the badge in`);
    await stateOf('suspend', 'failed');
    const { failed } = await ask<Report>(['report', zoe]);
    expect(failed).toMatchObject([{ word: 'failed' }]);
    expect(failed[0]?.explanation).toContain('cannot do it: she has not handed the badge in');
    await type(ada, 'retry badges');
    const second = await task('suspend');
    expect(second).not.toBe(first);
    await type(grace, `done ${second}`);
    await stateOf('suspend', 'applied');
    expect((await ask<Report>(['report', zoe])).closed).toMatchObject([{ word: 'suspended' }]);
  });

  it('has a history in which each step has its person', async () => {
    await quiet(folder.dir);
    const answer = await rollcall(folder.dir, port, ['events', '--app', 'badges', '--json']);
    const events = answer.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; actor: { name: string } });
    const done = events.filter(({ type: what }) => what === 'operation.succeed');
    expect(done.map(({ actor }) => actor.name)).toEqual(['Grace Lindqvist', 'Grace Lindqvist']);
    expect(events.map(({ type: what }) => what)).toEqual(expect.arrayContaining(['operation.hand', 'operation.fail']));
  });
});
