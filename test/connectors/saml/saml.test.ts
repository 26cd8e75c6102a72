import { describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/saml.ts';
import { loadConnectors } from '../../../src/connectors.ts';
import { checkConfig } from '../../../src/core/config-check.ts';
import { connectorFor, type TargetConnector } from '../../../src/core/connector.ts';

const saml = connector as TargetConnector;
const connection = { attributes: ['cost centre', 'title'], entitlements: ['licences'] };
const context = { name: 'wiki', allowHosts: [], deadline: 1_000, now: () => 0 };

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe('an app whose accounts are made by sign-on', () => {
  it('is found under its name, and can do nothing but be signed on to', async () => {
    const { targets } = await loadConnectors();
    expect(targets.get('saml')?.capabilities).toEqual({ bySignOn: true });
  });

  it('has nothing to list, and nothing can be sent to it', async () => {
    const target = connector.connect(connector.config.parse(connection), context);
    const signal = AbortSignal.timeout(1_000);
    await target.test(signal);
    expect(await all(target.list(signal))).toEqual([]);
    expect(await all(target.entitlements(signal))).toEqual([]);
    expect(await target.get('zoe', signal)).toBeNull();
    expect(await target.find({ userName: 'zoe' }, signal)).toEqual([]);
    const account = { externalId: 'l-1', attributes: {}, entitlements: {} };
    const change = { set: {}, clear: [], entitlements: {} };
    const writes = [
      target.create(account, signal),
      target.update('zoe', change, signal),
      target.suspend('zoe', signal),
      target.reactivate('zoe', change, signal),
      target.delete('zoe', signal),
    ];
    for (const write of await Promise.allSettled(writes))
      expect(write).toMatchObject({ status: 'rejected', reason: { kind: 'bug', effect: 'none' } });
  });

  it('is told the usual values and what its connection adds, each once', () => {
    const { attributes } = connectorFor(saml, connection);
    const names = attributes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['userName', 'email', 'cost centre', 'groups', 'licences']));
    expect(new Set(names).size).toBe(names.length);
    const entitlements = attributes.filter(({ kind }) => kind === 'entitlement').map(({ name }) => name);
    expect(entitlements.toSorted()).toEqual(['groups', 'licences']);
  });

  it('has its usual ones where the connection is unfinished or wrong', () => {
    expect(connectorFor(saml, { entitlements: 'Lab' }).attributes).toEqual(saml.attributes);
  });

  const check = (change: object) => {
    const setup = { entityId: 'wiki', acs: [{ url: 'https://wiki.acme.test/acs' }] };
    const app = { name: 'wiki', connector: 'saml', connection, saml: setup, ...change };
    const raw = { version: 1, settings: { admins: ['ada@acme.test'] }, apps: [app] };
    return checkConfig(raw, { targets: new Map([['saml', saml]]), directories: new Map() });
  };

  it('is whole with nothing but an entity id and an address', () => {
    expect(check({ connection: {} })).toMatchObject({ config: {} });
  });

  it('takes any value of an entitlement, by parameters and rules, and no target it has not', () => {
    const rules = [{ name: 'Editors', actions: [{ target: 'licences', add: ['Whatever they call it'] }] }];
    const parameters = [{ target: 'groups', from: 'department' }];
    expect(check({ rules, parameters })).toMatchObject({ config: {} });
    expect(check({ parameters: [{ target: 'cost center', from: 'location' }] })).toMatchObject({
      problems: [{ path: 'apps[0].parameters[0].target' }],
    });
  });

  it.each([
    ['an entitlement that is a value already', { entitlements: ['title'] }],
    ['groups as a value', { attributes: ['groups'] }],
    ['a name that is none', { attributes: [' '] }],
    ['a host that is none', { allowHosts: ['https://wiki.intern'] }],
    ['a misspelt field', { attribute: ['desk'] }],
  ])('refuses %s', (_what, wrong) => {
    expect(connector.config.safeParse(wrong).success).toBe(false);
  });
});
