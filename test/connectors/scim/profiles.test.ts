import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchBody, patchSteps } from '../../../connectors/scim/change.ts';
import { ScimConnection } from '../../../connectors/scim/connection.ts';
import { connector } from '../../../connectors/scim/index.ts';
import { mannerOf, profileOf, shapeOf } from '../../../connectors/scim/manner.ts';
import { memberStep } from '../../../connectors/scim/members.ts';
import { standard } from '../../../connectors/scim/profile.ts';
import { type ProfileName, profileNames } from '../../../connectors/scim/profiles/index.ts';
import { checkConfig, warningsOf } from '../../../src/core/config-check.ts';
import { connectorFor, type TargetConnector } from '../../../src/core/connector.ts';

const auth = { type: 'bearer', token: 'a-token' };
const manner = (profile: ProfileName, options: Record<string, unknown> = {}) =>
  mannerOf(ScimConnection.parse({ baseUrl: 'https://app.example/scim', auth, profile, options }));

const connectors = { targets: new Map([['scim', connector as TargetConnector]]), directories: new Map() };
const fileWith = (connection: Record<string, unknown>, app: Record<string, unknown> = {}) => ({
  version: 1,
  settings: { admins: ['ada@acme.test'] },
  apps: [
    {
      ...{ name: 'crm', connector: 'scim' },
      connection: {
        baseUrl: 'https://app.example/scim',
        auth: { type: 'bearer', token: '${CRM_TOKEN}' },
        ...connection,
      },
      ...app,
    },
  ],
});
const problems = (connection: Record<string, unknown>, app: Record<string, unknown> = {}) => {
  const checked = checkConfig(fileWith(connection, app), connectors);
  return 'problems' in checked ? checked.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};
const on = (more: Record<string, unknown> = {}) => ({ provisioning: { enabled: true, ...more } });

describe('every profile', () => {
  for (const name of profileNames) {
    const { title, address, sources } = profileOf(name);
    const { attributes, parameters } = shapeOf({ profile: name });

    it(`${name} can be checked against its vendor's pages, and makes a valid account with what its defaults fill`, () => {
      expect(title.length).toBeGreaterThan(3);
      expect(URL.parse(address)?.protocol).toBe('https:');
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) expect(URL.parse(source)?.protocol, source).toBe('https:');
      const declared = attributes.map((attribute) => attribute.name);
      expect(new Set(declared).size).toBe(declared.length);
      const filled = parameters.map(({ target }) => target);
      for (const target of filled) expect(declared).toContain(target);
      const needed = attributes.filter(({ required }) => required).map((attribute) => attribute.name);
      expect(needed).toContain('userName');
      expect(needed.filter((one) => !filled.includes(one))).toEqual(name === 'salesforce' ? ['profile'] : []);
    });
  }

  it('is as by default where the connection is unfinished or wrong', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('profile', 'options', 'auth', 'x'), fc.anything()), (odd) => {
        const shape = shapeOf(odd);
        expect(shape.attributes.length).toBeGreaterThan(2);
        if (!profileNames.includes(odd.profile as ProfileName)) expect(shape.title).toBe('SCIM 2.0');
      }),
    );
    expect(shapeOf({ profile: 'slack', options: { groop: true } }).title).toBe('Slack');
  });

  it('is the standard where it says nothing', () => {
    expect(manner('generic')).toEqual({ ...standard, password: true, paging: { by: 'index', most: 100 } });
  });

  it('is overruled by the options of the connection, and by nothing that was left out', () => {
    const changed = manner('docker-hub', {
      userUpdate: 'patch',
      delete: true,
      suspend: false,
      pageSize: 5,
      members: 'put',
    });
    expect(changed).toMatchObject({ userUpdate: 'patch', delete: true, inactive: 'removed', groups: false });
    expect(changed.paging.most).toBe(5);
    expect(changed.members.change).toBe('put');
    expect(manner('aws', { pageSize: 1_000 }).paging.most).toBe(100);
    expect(manner('servicenow', { delete: true }).delete).toBe(true);
  });
});

describe('what an app can do', () => {
  const can = (profile: ProfileName) =>
    Object.entries(connectorFor(connector as TargetConnector, { profile }).capabilities).flatMap(([name, is]) =>
      is ? [name] : [],
    );

  it('depends on whose it is', () => {
    expect(can('generic')).toEqual(['suspend', 'delete', 'entitlements', 'password']);
    expect(can('aws')).toEqual(['suspend', 'delete', 'entitlements']);
    expect(can('docker-hub')).toEqual(['suspend']);
    expect(can('github-organization')).toEqual(['delete']);
    expect(can('slack')).toEqual(['suspend', 'entitlements']);
    expect(can('servicenow')).toEqual(['suspend', 'entitlements']);
  });

  it('is what the configuration is held against, in words that say why', () => {
    expect(problems({ profile: 'generic' }, on())).toEqual([]);
    expect(problems({ profile: 'docker-hub' }, on({ onDelete: 'delete' }))).toEqual([
      'apps[0].provisioning.onDelete: Docker Hub cannot delete accounts (Docker Hub has no way to delete an account)',
    ]);
    expect(problems({ profile: 'github-organization' }, on())).toEqual(
      ['onSuspend', 'onDelete', 'onRoleLoss'].map(
        (setting) =>
          `apps[0].provisioning.${setting}: GitHub organization cannot suspend accounts (Whoever is set inactive is removed from the organization, and their SCIM identity is gone)`,
      ),
    );
    const leaving = { onSuspend: 'delete', onDelete: 'delete', onRoleLoss: 'delete' };
    expect(problems({ profile: 'github-organization' }, on(leaving))).toEqual([]);
    expect(problems({ profile: 'github-organization' }, on({ ...leaving, entitlements: true }))).toEqual([
      'apps[0].provisioning.entitlements: GitHub organization has no entitlements',
    ]);
    expect(problems({ profile: 'docker-hub' }, { parameters: [{ target: 'groups', from: 'department' }] })).toEqual([
      'apps[0].parameters[0].target: Docker Hub has no attribute groups',
    ]);
    expect(problems({ profile: 'docker-hub' }, { parameters: [{ target: 'dockerRole', value: 'editor' }] })).toEqual(
      [],
    );
    expect(problems({ profile: 'salesforce' })).toEqual([
      'apps[0].parameters: Salesforce requires profile, and nothing fills it',
    ]);
    const profile = { target: 'profile', value: '00e2x000000K4Yv', createOnly: true };
    expect(problems({ profile: 'salesforce' }, { parameters: [profile] })).toEqual([]);
    expect(problems({ profile: 'nobody' })[0]).toContain('apps[0].connection.profile');
  });

  it('comes with remarks on what the app is set up to do, and on nothing else', () => {
    const remarks = (connection: Record<string, unknown>, app: Record<string, unknown>) => {
      const checked = checkConfig(fileWith(connection, app), connectors);
      if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
      const own = warningsOf(checked.config, connectors).filter(({ path }) => path === 'apps[0]');
      return own.map(({ path, message }) => `${path}: ${message.slice(0, 30)}`);
    };
    expect(remarks({ profile: 'generic' }, on())).toEqual([]);
    expect(remarks({ profile: 'aws' }, on())).toEqual([]);
    expect(remarks({ profile: 'aws' }, on({ entitlements: true }))).toEqual([
      'apps[0]: Identity Center never tells wh',
    ]);
    expect(remarks({ profile: 'docker-hub' }, {})).toEqual([]);
    expect(remarks({ profile: 'docker-hub' }, on())).toEqual([
      'apps[0]: A person who has a Docker acco',
      'apps[0]: Whoever is set inactive is out',
    ]);
    expect(remarks({ profile: 'atlassian' }, on({ onDelete: 'delete' }))).toEqual([
      'apps[0]: Deleting unlinks the account f',
    ]);
  });

  it('has the rate its vendor documents', () => {
    expect(shapeOf({ profile: 'slack' }).rate?.writes).toEqual({ calls: 180, seconds: 60, burst: 20 });
    expect(shapeOf({ profile: 'github-enterprise' }).rate?.writes).toEqual({ calls: 1_000, seconds: 3_600 });
    expect(shapeOf({ profile: 'aws' }).rate).toBeUndefined();
  });
});

describe('a dialect', () => {
  it('spells operations and booleans as its app does', () => {
    const steps = patchSteps({ set: {}, clear: ['title'], active: false }, {}, standard);
    const written = (profile: ProfileName) => patchBody(steps, manner(profile)).Operations;
    expect(written('generic')).toEqual([
      { op: 'replace', path: 'active', value: false },
      { op: 'remove', path: 'title' },
    ]);
    expect(written('entra')).toEqual([
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Remove', path: 'title' },
    ]);
    const bare = patchSteps({ set: {}, clear: [], active: false }, {}, manner('github-organization'));
    expect(bare).toEqual([{ op: 'replace', value: { active: false } }]);
    const text = patchBody(
      [{ op: 'replace', value: { active: true, emails: [{ primary: true }], name: 'True' } }],
      manner('entra'),
    );
    expect(text.Operations[0]?.value).toEqual({ active: 'True', emails: [{ primary: 'True' }], name: 'True' });
  });

  it('moves one member in the shape its app takes', () => {
    const shape = (change: Parameters<typeof memberStep>[1]) =>
      [true, false].map((joins) => memberStep({ group: 'g', user: 'u"1', joins }, change));
    const [add, list] = [{ op: 'add', path: 'members', value: [{ value: 'u"1' }] }, [{ value: 'u"1' }]];
    expect(shape('filter')).toEqual([add, { op: 'remove', path: 'members[value eq "u\\"1"]' }]);
    expect(shape('array')).toEqual([add, { op: 'remove', path: 'members', value: list }]);
    expect(shape('wrapped')).toEqual(
      ['add', 'remove'].map((op) => ({ op, path: 'members', value: { members: list } })),
    );
  });

  it('keeps one address where the app does, and all where it keeps several', () => {
    const current = {
      emails: [
        { value: 'home@x', type: 'home' },
        { value: 'work@x', type: 'work', primary: true },
      ],
    };
    const emails = (profile: ProfileName) =>
      patchSteps({ set: { email: 'new@x' }, clear: [] }, current, manner(profile))[0]?.value as { value: string }[];
    expect(emails('generic').map(({ value }) => value)).toEqual(['home@x', 'new@x']);
    expect(emails('aws').map(({ value }) => value)).toEqual(['new@x']);
  });
});
