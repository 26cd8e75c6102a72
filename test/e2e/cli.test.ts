import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, freePorts, rollcall } from './bot.ts';

/** The commands alone, on an empty store of their own. */
const folder = dataFolder();
const file = (name: string) => join(folder.dir, name);
let port: number;
const run = (...args: string[]) => rollcall(folder.dir, port, args, { DESK_TOKEN: 'secret-for-the-desk' });

const good = `
version: 1
settings: { admins: [ada@acme.test], approvers: [ada@acme.test] }
directories:
  - { name: hr, connector: csv, config: { file: "${file('people.csv')}", key: employee_id } }
roles: [{ name: Staff, apps: [desk] }]
mappings: [{ name: Everybody, roles: [Staff] }]
apps:
  - name: desk
    connector: scim
    connection: { baseUrl: "http://127.0.0.1:9/scim/v2", auth: { type: bearer, token: "\${DESK_TOKEN}" }, allowHosts: [127.0.0.1] }
    provisioning: { enabled: true }
`;

beforeAll(async () => {
  port = await freePorts();
  writeFileSync(
    file('people.csv'),
    'employee_id,email,given_name,status\n1,ada@acme.test,Ada,active\n2,zoe@acme.test,Zoë,active\n',
  );
  writeFileSync(file('good.yml'), good);
  writeFileSync(
    file('bad.yml'),
    good.replace('connector: scim', 'connector: scmi').replace('roles: [Staff] }', 'roles: [Stuff] }'),
  );
  writeFileSync(file('literal.yml'), good.replace('"${DESK_TOKEN}"', 'abc123'));
});
afterAll(() => folder.remove());

describe('rollcall config', () => {
  it('check tells every problem with its path and a remedy, and exits 1', async () => {
    expect(await run('config', 'check', file('good.yml'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('is right'),
    });
    const bad = await run('config', 'check', file('bad.yml'));
    expect(bad.code).toBe(1);
    expect(bad.err).toContain('apps[0].connector');
    expect(bad.err).toContain('mappings[0].roles[0]');
    const literal = await run('config', 'check', file('literal.yml'));
    expect(literal.code).toBe(1);
    expect(literal.err).toContain('apps[0].connection.auth.token');
    expect(literal.err).not.toContain('abc123');
  });

  it('import shows its plan, and without a yes changes nothing', async () => {
    const asked = await run('config', 'import', file('good.yml'));
    expect(asked).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was imported') });
    expect((await run('config', 'export', '-')).code).toBe(1);
  });

  it('import is done once; the same again changes nothing; an export is the same', async () => {
    expect(await run('config', 'import', file('good.yml'), '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('app'),
    });
    expect(await run('config', 'import', file('good.yml'), '--yes')).toMatchObject({
      code: 0,
      out: 'Nothing changes.\n',
    });
    expect((await run('config', 'export', file('out.yml'))).code).toBe(0);
    expect(await run('config', 'import', file('out.yml'), '--yes')).toMatchObject({
      code: 0,
      out: 'Nothing changes.\n',
    });
    const exported = await run('config', 'export', '-');
    expect(exported.out).toContain('${DESK_TOKEN}');
    expect(exported.out).not.toContain('secret-for-the-desk');
  });
});

describe('rollcall', () => {
  it('sync reads the directory and says what came of it', async () => {
    const answer = await run('sync', '--json');
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toMatchObject({ directory: 'hr', result: 'read', rows: 2, joined: 2 });
    expect(JSON.parse((await run('sync', '--json')).out)).toMatchObject({ result: 'unchanged' });
  });

  it('plan says what would happen, also to one person', async () => {
    const answer = await run('plan', '--person', 'zoe@acme.test', '--json');
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toMatchObject({
      operations: [{ personName: 'Zoë', app: 'desk', kind: 'create', verdict: 'ask' }],
    });
    expect((await run('plan', '--person', 'nobody')).code).toBe(1);
  });

  it('events are one JSON object a line, under the name of who acted', async () => {
    const answer = await run('events', '--json');
    const events = answer.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['config.changed', 'person.joined', 'directory.read']),
    );
    writeFileSync(file('named.yml'), good.replace('name: Everybody', 'name: All of us'));
    expect((await run('config', 'import', file('named.yml'), '--yes', '--as', 'ada@acme.test')).code).toBe(0);
    const [last] = (await run('events', '--json', '--limit', '1')).out.trim().split('\n');
    expect(JSON.parse(last ?? '{}')).toMatchObject({
      type: 'config.changed',
      actor: { kind: 'person', name: 'Ada', via: 'cli' },
    });
  });

  it('doctor names what is wrong and exits 1', async () => {
    const answer = await run('doctor', '--json');
    expect(answer.code).toBe(1);
    const findings = JSON.parse(answer.out) as { state: string; what: string; remedy: string }[];
    expect(findings.find(({ what }) => what.startsWith('app desk'))).toMatchObject({
      state: 'wrong',
      remedy: expect.stringMatching(/./),
    });
    expect(findings.some(({ state, what }) => state === 'note' && what.includes('single approver'))).toBe(true);
    expect(answer.out + answer.err).not.toContain('secret-for-the-desk');
  });

  it('answers wrong use with exit 2', async () => {
    expect((await run('plam')).code).toBe(2);
    expect((await run('config', 'check')).code).toBe(2);
    expect((await run('--help')).code).toBe(0);
  });
});
