import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { furnish } from '../connectors/onelogin/tenant.ts';
import { dataFolder, freePorts, rollcall } from '../e2e/bot.ts';
import { type OneLogin, startOneLogin } from '../fakes/onelogin.ts';

const folder = dataFolder();
let fake: OneLogin;
let port: number;
const file = (name: string) => join(folder.dir, name);
const credential = () => ({ ONELOGIN_CLIENT_ID: fake.client.id, ONELOGIN_CLIENT_SECRET: fake.client.secret });
const run = (args: string[], environment: Record<string, string>) => rollcall(folder.dir, port, args, environment);
const from = (...more: string[]) => [
  'config',
  'from-onelogin',
  '--url',
  fake.url,
  '--allow-host',
  '127.0.0.1',
  ...more,
];

beforeAll(async () => {
  port = await freePorts();
  fake = await startOneLogin();
  furnish(fake);
});
afterAll(async () => {
  await fake.stop();
  await folder.remove();
});

describe('rollcall config from-onelogin', () => {
  it('writes a file that config check takes, and says what it left behind', async () => {
    const written = await run(from('--write', file('moved.yml')), credential());
    expect(written).toMatchObject({ code: 0 });
    expect(written.err).toContain('Carried over: 3 roles, 6 mappings, 2 apps with 2 rules.');
    expect(written.out).toMatch(/app +Canteen +provisioning is not enabled/);
    expect(readFileSync(file('moved.yml'), 'utf8')).toContain('# Not carried over:');
    const checked = await run(['config', 'check', file('moved.yml')], credential());
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.out).toContain('is right');
  }, 120_000);

  it('prints the file without --write, and nothing but JSON with --json', async () => {
    const printed = await run(from(), credential());
    expect(printed).toMatchObject({ code: 0 });
    expect(printed.out).toContain('version: 1');
    const json = JSON.parse((await run(from('--json'), credential())).out) as { carried: object; left: unknown[] };
    expect(json.carried).toEqual({ roles: 3, mappings: 6, apps: 2, rules: 2 });
    expect(json.left).toHaveLength(13);
  }, 120_000);

  it('writes over nothing, and needs the credential and a good address', async () => {
    writeFileSync(file('there.yml'), 'mine');
    expect(await run(from('--write', file('there.yml')), credential())).toMatchObject({ code: 1 });
    expect(readFileSync(file('there.yml'), 'utf8')).toBe('mine');
    const without = await run(from(), {});
    expect(without.code).not.toBe(0);
    expect(without.err).toContain('ONELOGIN_CLIENT_ID');
    const nowhere = await run(['config', 'from-onelogin', '--url', 'acme'], credential());
    expect(nowhere.code).not.toBe(0);
    expect(nowhere.err).toContain('url');
  }, 120_000);
});
