import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, freePorts, rollcall } from '../e2e/bot.ts';

/** The commands themselves, on a store of their own: what the table of `roles.test.ts` says is what they ask. */
const folder = dataFolder();
const file = (name: string) => join(folder.dir, name);
let port: number;
const run = (...args: string[]) => rollcall(folder.dir, port, args);

beforeAll(async () => {
  port = await freePorts();
  const rows = ['1,ada@acme.test,active', '2,zoe@acme.test,active', '3,olga@acme.test,active', '4,lea@acme.test,left'];
  writeFileSync(file('people.csv'), ['employee_id,email,status', ...rows, ''].join('\n'));
  writeFileSync(
    file('company.yml'),
    `
version: 1
settings: { admins: [ada@acme.test], auditors: [olga@acme.test, lea@acme.test] }
directories: [{ name: hr, connector: csv, config: { file: "${file('people.csv')}", key: employee_id } }]
roles: [{ name: Staff }]
`,
  );
  expect(await run('config', 'import', file('company.yml'), '--yes')).toMatchObject({ code: 0 });
  expect(await run('sync')).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

it.each<[who: string, line: string, refusal: string | null]>([
  ['olga', 'role', null],
  ['olga', 'role Staff --add zoe@acme.test --yes', 'Only admins may do that; auditors read'],
  ['lea', 'request zoe@acme.test', 'does not work here any more'],
])('--as %s: rollcall %s', async (who, line, refusal) => {
  const { code, err } = await run('--as', `${who}@acme.test`, ...line.split(' '));
  expect(refusal === null ? err : err.includes(refusal)).toBe(refusal === null ? '' : true);
  expect(code).toBe(refusal === null ? 0 : 1);
});
