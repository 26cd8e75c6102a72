import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connector } from '../../../connectors/manual.ts';
import { Config } from '../../../src/core/config.ts';
import { checkConfig } from '../../../src/core/config-check.ts';
import { connectorFor, type TargetConnector } from '../../../src/core/connector.ts';

const manual = connector as TargetConnector;
const connection = {
  attributes: ['desk number', 'title'],
  entitlements: ['rooms = Lab', 'rooms = Vault', 'keys = Front door'],
};
const context = { name: 'badges', allowHosts: [], deadline: 1_000, now: () => 0 };
const open = () => connector.connect(connector.config.parse(connection), context);

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe('an app kept by hand', () => {
  it('says so, has nothing to list, and nothing can be sent to it', async () => {
    const target = open();
    const signal = AbortSignal.timeout(1_000);
    expect(manual.capabilities).toMatchObject({ byHand: true, suspend: true, delete: true });
    await target.test(signal);
    expect(await all(target.list(signal))).toEqual([]);
    expect(await target.get('o-1', signal)).toBeNull();
    expect(await target.find({ userName: 'zoe' }, signal)).toEqual([]);
    await expect(target.suspend('o-1', signal)).rejects.toMatchObject({ kind: 'bug', effect: 'none' });
  });

  it('has the attributes and entitlements its connection declares, each once', async () => {
    const names = connectorFor(manual, connection).attributes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['userName', 'desk number', 'rooms', 'keys']));
    expect(new Set(names).size).toBe(names.length);
    const { attributes } = connectorFor(manual, connection);
    expect(attributes.find(({ name }) => name === 'rooms')?.kind).toBe('entitlement');
    expect(await all(open().entitlements(AbortSignal.timeout(1_000)))).toContainEqual({
      ...{ target: 'rooms', value: 'Vault', remoteId: 'rooms = Vault' },
    });
  });

  it('has its usual ones where the connection is unfinished or wrong', () => {
    expect(connectorFor(manual, { entitlements: 'Lab' }).attributes).toEqual(manual.attributes);
  });

  const config = (change: object) => ({
    ...{ version: 1, settings: { admins: ['ada@acme.test'] }, roles: [{ name: 'Staff', apps: ['badges'] }] },
    apps: [
      {
        name: 'badges',
        connector: 'manual',
        connection,
        provisioning: { enabled: true, entitlements: true },
        ...change,
      },
    ],
  });
  const check = (change: object) =>
    checkConfig(config(change), { targets: new Map([['manual', manual]]), directories: new Map() });

  it('is checked against what it declares', () => {
    expect(check({ parameters: [{ target: 'desk number', from: 'location' }] })).toMatchObject({ config: {} });
    expect(check({ rules: [{ name: 'Lab', actions: [{ target: 'rooms', add: ['Lab'] }] }] })).toMatchObject({
      config: {},
    });
    expect(check({ parameters: [{ target: 'desk', from: 'location' }] })).toMatchObject({
      problems: [{ path: 'apps[0].parameters[0].target' }],
    });
    expect(Config.parse(config({})).apps).toHaveLength(1);
  });

  it('is set up as its page says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/manual.md'), 'utf8');
    const [, written = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const raw = { version: 1, settings: { admins: ['ada@acme.test'] }, ...parse(written) };
    expect(checkConfig(raw, { targets: new Map([['manual', manual]]), directories: new Map() })).toHaveProperty(
      'config',
    );
    for (const { name } of manual.attributes) expect(page).toContain(`\`${name}\``);
  });

  it.each([
    ['an entitlement without a value', { entitlements: ['rooms'] }],
    ['an entitlement that is an attribute already', { entitlements: ['title = Boss'] }],
    ['an attribute without a name', { attributes: [''] }],
    ['a misspelt field', { attribute: ['desk'] }],
  ])('refuses %s', (_what, wrong) => {
    expect(connector.config.safeParse(wrong).success).toBe(false);
  });
});
