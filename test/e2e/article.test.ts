import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bot,
  dataFolder,
  eventually,
  freePorts,
  groupsOf,
  liveDatabase,
  quiet,
  rollcall,
  startBot,
  typeCommand,
} from './bot.ts';
import { accountOf, asked, editExport, openApprovals, operationOf } from './company.ts';

/**
 * What the article *Introduction to User Provisioning* promises and no other end-to-end test shows (docs/article.md has all of
 * them), typed by people of the example company. The steps build on each other.
 */
const folder = dataFolder();
const ada = 'U0ADA0001';
const grace = 'U0GRACE02';
let port: number;
let bot: Bot;

const edit = (change: (csv: string) => string) => editExport(folder.dir, change);
const account = (app: 'crm' | 'wiki', userName: string) => accountOf(folder.dir, app, userName);
const isMember = (group: string, userName: string): boolean =>
  groupsOf(folder.dir, 'crm').some(
    ({ displayName, members }) =>
      displayName === group && members.some(({ value }) => value === account('crm', userName)?.id),
  );
const type = (user: string, line: string) => typeCommand(bot, user, `/provision ${line}`);

/** A command of the CLI beside the running bot; answers what it printed as JSON, line by line. */
async function ask<T>(args: readonly string[]): Promise<T[]> {
  const answer = await rollcall(folder.dir, port, [...args, '--json']);
  if (answer.code !== 0) throw new Error(`rollcall ${args.join(' ')} ended with ${answer.code}: ${answer.err}`);
  return answer.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** Approves every open card. */
async function approveAll(by = grace): Promise<void> {
  for (const { _id } of await openApprovals(folder.dir)) await type(by, `approve ${_id}`);
  await quiet(folder.dir);
}

/** Waits for the card about this operation, and approves it. */
async function approve(userName: string, app: string, kind: string): Promise<void> {
  await type(grace, `approve ${await asked(folder.dir, userName, app, kind)}`);
  await quiet(folder.dir);
}

beforeAll(async () => {
  port = await freePorts();
  bot = await startBot(folder.dir, port, { WRONG_TOKEN: 'no-longer-taken' });
  await quiet(folder.dir);
  await approveAll();
  await approveAll(ada);
});
afterAll(async () => {
  await bot?.stop();
  await folder.remove();
});

describe('joining and moving', () => {
  it('whenever a new user is added to a role, they are created in the app', async () => {
    expect(account('crm', 'sven@acme.test')).toBeUndefined();
    await type(ada, 'role "Customer teams" add sven@acme.test');
    await approve('sven@acme.test', 'crm', 'create');
    await eventually(
      () => account('crm', 'sven@acme.test'),
      (one) => one?.active === true,
    );
  });

  it('if their department is later changed, the group in the app is updated accordingly', async () => {
    expect(isMember('Sales and Marketing', 'zoe@acme.test')).toBe(true);
    edit((csv) => csv.replace('zoe@acme.test,Sales,', 'zoe@acme.test,Support,'));
    await eventually(() => isMember('Support', 'zoe@acme.test'), Boolean);
    expect(isMember('Sales and Marketing', 'zoe@acme.test')).toBe(false);
    await quiet(folder.dir);
  });

  it('users are de-provisioned from the apps of a role when they change roles', async () => {
    edit((csv) => csv.replace('lena@acme.test,Sales,', 'lena@acme.test,Finance,'));
    await eventually(
      () => account('crm', 'lena@acme.test'),
      (one) => one?.active === false,
    );
    expect(account('wiki', 'lena@acme.test')).toMatchObject({ active: true });
    await quiet(folder.dir);
  });

  it('the same human under a new id is found and asked about', async () => {
    expect(account('crm', 'caspar@acme.test')).toBeUndefined();
    const [twin] = await ask<{ newcomer?: { id?: string } }>(['twins']);
    const text = JSON.stringify(twin);
    expect(text).toContain('Caspar Horn');
    const [newcomer = '', known = ''] = text.match(/p-[a-z0-9]+/g) ?? [];
    expect(await rollcall(folder.dir, port, ['same', newcomer, known, '--yes'])).toMatchObject({ code: 0 });
    await approve('caspar@acme.test', 'crm', 'create');
    await eventually(
      () => account('crm', 'caspar@acme.test')?.active,
      (active) => active === true,
    );
  });

  it('says why an account is there, and why not', async () => {
    const [there] = await ask<{ chain: { kind: string }[] }>(['explain', 'zoe@acme.test', 'crm']);
    expect(there?.chain.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['status', 'mapping', 'role']));
    const [not] = await ask<{ near: { role: string; wants: string }[] }>(['explain', 'lena@acme.test', 'crm']);
    expect(not?.near).toContainEqual(expect.objectContaining({ role: 'Customer teams' }));
  });
});

describe('leaving', () => {
  it('disabling somebody in Rollcall itself suspends all their managed accounts', async () => {
    await type(ada, 'disable jose@acme.test lost laptop');
    await eventually(
      () => [account('crm', 'jose@acme.test')?.active, account('wiki', 'jose@acme.test')?.active],
      (active) => active.every((one) => one === false),
    );
    await type(ada, 'release jose@acme.test');
    await approve('jose@acme.test', 'crm', 'reactivate');
    await eventually(
      () => account('crm', 'jose@acme.test')?.active,
      (active) => active === true,
    );
  });
});

describe('entitlements', () => {
  it('refresh imports the entitlement values of the app', async () => {
    const [report] = await ask<{ found: number; gone: number }>(['refresh', 'crm']);
    expect(report).toMatchObject({ found: 3, gone: 0 });
  });
});

describe('watching', () => {
  it('shows the people of an app by their status', async () => {
    const rows = await ask<unknown>(['app', 'crm']);
    expect(JSON.stringify(rows)).toContain('suspended');
    expect(JSON.stringify(rows)).toContain('provisioned');
  });

  it('shows the apps of a person', async () => {
    const rows = await ask<unknown>(['person', 'zoe@acme.test']);
    expect(JSON.stringify(rows)).toContain('crm');
    expect(JSON.stringify(rows)).toContain('wiki');
  });

  it('says who had an app at a moment, and who approved it', async () => {
    const rows = await ask<unknown>(['who-had', 'crm', '--on', new Date(Date.now() + 86_400_000).toISOString()]);
    expect(JSON.stringify(rows)).toContain('Zoë Ångström');
    expect(JSON.stringify(rows)).toContain('Grace Lindqvist');
    expect(JSON.stringify(rows)).not.toContain('Aaron Blum');
  });
});

describe('states and their cures', () => {
  it('a disassociated login is left alone and cured by rematch', async () => {
    const unlinked = await rollcall(folder.dir, port, ['disassociate', 'olga@acme.test', 'crm', '--yes']);
    expect(unlinked).toMatchObject({ code: 0 });
    edit((csv) => csv.replace(/(1023,.*),Support Agent,/, '$1,Support Expert,'));
    await eventually(
      () => account('wiki', 'olga@acme.test')?.title,
      (title) => title === 'Support Expert',
    );
    await quiet(folder.dir);
    expect(account('crm', 'olga@acme.test')?.title).toBe('Support Agent');
    const found = String(account('crm', 'olga@acme.test')?.id);
    const linked = await rollcall(folder.dir, port, ['rematch', 'olga@acme.test', 'crm', '--choose', found, '--yes']);
    expect(linked).toMatchObject({ code: 0 });
    await approve('olga@acme.test', 'crm', 'adopt');
    await eventually(
      () => account('crm', 'olga@acme.test')?.title,
      (title) => title === 'Support Expert',
    );
  });

  it('an app that no longer takes the credentials fails with Invalid authentication, and a renewed connection cures it', async () => {
    const config = join(folder.dir, 'config.yml');
    await rollcall(folder.dir, port, ['config', 'export', config]);
    const right = readFileSync(config, 'utf8');
    writeFileSync(config, right.replaceAll(`\${ACME_WIKI_TOKEN}`, `\${WRONG_TOKEN}`));
    const imported = await rollcall(folder.dir, port, ['config', 'import', config, '--yes'], { WRONG_TOKEN: 'x' });
    expect(imported).toMatchObject({ code: 0 });
    edit((csv) => csv.replace(/(1029,.*),Engineer,/, '$1,Staff Engineer,'));
    await eventually(
      async () => JSON.stringify(await ask(['person', 'uwe@acme.test'])),
      (text) => text.includes('"failed"') && text.includes('Invalid authentication'),
    );
    writeFileSync(config, right);
    expect(await rollcall(folder.dir, port, ['config', 'import', config, '--yes'])).toMatchObject({ code: 0 });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await type(ada, 'retry wiki');
    await eventually(
      () => account('wiki', 'uwe@acme.test')?.title,
      (title) => title === 'Staff Engineer',
    );
  });
});

describe('beyond the article', () => {
  it('undoes what an approval let through, and the next sync does not redo it', async () => {
    edit((csv) => csv.replace(/(1034,.*),Controller,/, '$1,Head Controller,'));
    await eventually(
      () => account('wiki', 'aaron@acme.test')?.title,
      (title) => title === 'Head Controller',
    );
    await quiet(folder.dir);
    const operation = String((await operationOf(folder.dir, 'aaron@acme.test', 'wiki')).id);
    expect(await rollcall(folder.dir, port, ['undo', operation, '--yes'])).toMatchObject({ code: 0 });
    await eventually(
      () => account('wiki', 'aaron@acme.test')?.title,
      (title) => title === 'Controller',
    );
    await rollcall(folder.dir, port, ['sync', 'hr']);
    await quiet(folder.dir);
    expect(account('wiki', 'aaron@acme.test')?.title).toBe('Controller');
    await type(ada, 'release aaron@acme.test');
    await eventually(
      () => account('wiki', 'aaron@acme.test')?.title,
      (title) => title === 'Head Controller',
    );
  });

  it('the chains of events verify, and a changed event is found', async () => {
    expect(await rollcall(folder.dir, port, ['audit', 'verify'])).toMatchObject({ code: 0 });
    const { db, close } = await liveDatabase(folder.dir);
    await db.collection('events').updateOne({ type: 'operation.approve' }, { $set: { message: 'nothing happened' } });
    await close();
    expect((await rollcall(folder.dir, port, ['audit', 'verify'])).code).toBe(1);
  });
});
