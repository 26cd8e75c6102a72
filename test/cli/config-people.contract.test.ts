import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, freePorts, rollcall } from '../e2e/bot.ts';

/** The command alone, on an empty store of its own. */
const folder = dataFolder();
let port: number;
const file = (name: string) => join(folder.dir, name);
const run = (...args: string[]) => rollcall(folder.dir, port, args);
const configOf = (approvers: string) => `
version: 1
settings: { admins: [ada@acme.test], approvers: [${approvers}] }
directories:
  - { name: hr, connector: csv, config: { file: "${file('people.csv')}", key: employee_id } }
`;

beforeAll(async () => {
  port = await freePorts();
  writeFileSync(file('people.csv'), 'employee_id,email,status\n1,ada@acme.test,active\n2,zoe@acme.test,left\n');
  writeFileSync(file('good.yml'), configOf('ada@acme.test, manager'));
  writeFileSync(file('lost.yml'), configOf('ada@acme.test, zoe@acme.test, gone@acme.test'));
});
afterAll(() => folder.remove());

it('names those who could not decide once people are known, each with its path, and exits 1', async () => {
  expect(await run('config', 'check', file('lost.yml'))).toMatchObject({ code: 0 });
  expect(await run('config', 'import', file('good.yml'), '--yes')).toMatchObject({ code: 0 });
  expect(await run('config', 'check', file('lost.yml'))).toMatchObject({ code: 0 });
  expect(await run('sync')).toMatchObject({ code: 0 });
  expect(await run('config', 'check', file('good.yml'))).toMatchObject({ code: 0 });
  const lost = await run('config', 'check', file('lost.yml'));
  expect(lost.code).toBe(1);
  expect(lost.err).toContain('settings.approvers[1]: zoe@acme.test can do nothing here');
  expect(lost.err).toContain('settings.approvers[2]: gone@acme.test can do nothing here: no person of the directories');
  const json = JSON.parse((await run('config', 'check', file('lost.yml'), '--json')).out) as { path: string }[];
  expect(json.map(({ path }) => path)).toEqual(['settings.approvers[1]', 'settings.approvers[2]']);
});
