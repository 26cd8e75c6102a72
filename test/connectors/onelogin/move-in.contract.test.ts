import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/onelogin/index.ts';
import { connector as scim } from '../../../connectors/scim/index.ts';
import { movedInYaml } from '../../../src/cli/moved-in-yaml.ts';
import { fromYaml } from '../../../src/cli/yaml.ts';
import { checkConfig } from '../../../src/core/config-check.ts';
import type { DirectoryConnector, TargetConnector } from '../../../src/core/connector.ts';
import { settled } from '../../../src/core/moved-in.ts';
import { type OneLogin, startOneLogin } from '../../fakes/onelogin.ts';
import { failureOf } from './reading.ts';
import { furnish } from './tenant.ts';

const connectors = {
  targets: new Map([['scim', scim as TargetConnector]]),
  directories: new Map([['onelogin', connector as DirectoryConnector]]),
};
const problemsOf = (raw: unknown) => {
  const checked = checkConfig(raw, connectors);
  return 'problems' in checked ? checked.problems : [];
};

let fake: OneLogin;
beforeEach(async () => {
  fake = await startOneLogin();
});
afterEach(() => fake.stop());

async function move() {
  const config = connector.config.parse(fake.config);
  const context = { name: 'onelogin', allowHosts: [], deadline: 5_000, now: Date.now };
  const to = { connector: 'scim', attributes: scim.attributes };
  const moved = await connector.moveIn?.(config, context, to, AbortSignal.timeout(20_000));
  if (moved === undefined) throw new Error('it cannot be moved in from');
  return { moved, ...settled(moved, problemsOf) };
}
const whyOf = (left: Awaited<ReturnType<typeof move>>['left'], name: string) =>
  left.filter((one) => one.name === name).map(({ what, why }) => `${what}: ${why}`);

describe('moving in from OneLogin', () => {
  it('carries over what can be said, and passes our own check', async () => {
    furnish(fake);
    const { config } = await move();
    expect(problemsOf(config)).toEqual([]);
    expect(config.roles).toEqual([
      { name: 'Sales', apps: ['CRM: "new"', 'Slack'] },
      { name: 'Everybody', apps: ['Slack'] },
      { name: 'sales 2' },
    ]);
    expect(config.mappings.slice(0, 3)).toEqual([
      {
        name: 'In OneLogin: Sales',
        conditions: [{ attribute: 'roles', operator: '=', value: 'Sales' }],
        roles: ['Sales'],
      },
      {
        name: 'In OneLogin: Everybody',
        conditions: [{ attribute: 'roles', operator: '=', value: 'Everybody' }],
        roles: ['Everybody'],
      },
      {
        name: 'In OneLogin: sales 2',
        conditions: [{ attribute: 'roles', operator: '=', value: 'sales' }],
        roles: ['sales 2'],
      },
    ]);
    expect(config.mappings.slice(3)).toEqual([
      {
        name: 'Sales people',
        match: 'all',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
        roles: ['Sales'],
      },
      { name: 'Everybody', match: 'all', conditions: [], roles: ['Everybody'] },
      {
        ...{ name: 'Leads', match: 'any' },
        conditions: [
          { attribute: 'title', operator: 'starts-with', value: 'Head' },
          {
            match: 'any',
            conditions: [
              { attribute: 'title', operator: 'exists', value: false },
              { attribute: 'title', operator: 'matches', value: '^(?![\\s\\S]*a\\.b\\(c)' },
            ],
          },
          { attribute: 'costcentre', operator: 'exists' },
          { attribute: 'roles', operator: '=', value: 'Everybody' },
        ],
        set: [{ attribute: 'company', value: '{department} of {employeeId}' }],
      },
    ]);
    const [crm, slack] = config.apps;
    expect(crm).toEqual({
      ...{ name: 'CRM: "new"', connector: 'scim' },
      connection: { baseUrl: 'https://crm.acme.test/scim/v2', auth: { type: 'bearer', token: '${CRM_NEW_TOKEN}' } },
      provisioning: { enabled: false, entitlements: true },
      parameters: [
        { target: 'userName', from: 'email' },
        { target: 'givenName', from: 'givenName' },
        { target: 'displayName', value: '{givenName} {familyName}' },
        { target: 'costCenter', from: 'costcentre', default: '0000' },
      ],
      rules: [
        {
          ...{
            name: 'Sellers',
            match: 'all',
            conditions: [{ attribute: 'title', operator: 'contains', value: 'Sales' }],
          },
          actions: [{ target: 'groups', add: ['Sales and Marketing'] }],
        },
        {
          ...{ name: 'Groups of the directory', match: 'all', conditions: [] },
          actions: [{ target: 'groups', extract: { from: 'memberOf', pattern: 'CN=App-([^,]*)', value: '$1' } }],
        },
      ],
    });
    expect(slack?.connection).toEqual({
      baseUrl: 'https://app.invalid/scim/v2',
      auth: { type: 'bearer', token: '${APP_SLACK_TOKEN}' },
    });
  });

  it('names each thing that is not carried over, and why', async () => {
    furnish(fake);
    const { left } = await move();
    expect(whyOf(left, 'Leads')).toEqual([
      expect.stringMatching(/^action of the mapping: its action set_status: .*status/),
    ]);
    expect(whyOf(left, 'Away')).toEqual([expect.stringContaining('last signed in')]);
    expect(whyOf(left, 'Old')).toEqual(['mapping: it is switched off in OneLogin']);
    expect(whyOf(left, 'No such group')).toEqual([expect.stringContaining('several values of memberOf')]);
    expect(whyOf(left, 'Canteen')).toEqual([expect.stringContaining('provisioning is not enabled')]);
    expect(whyOf(left, 'firstname')).toEqual([expect.stringContaining('transformation')]);
    expect(whyOf(left, 'favourite_colour')).toEqual([expect.stringContaining('no such attribute')]);
    expect(whyOf(left, 'saml_nameformat')).toEqual([expect.stringContaining('SAML')]);
    expect(whyOf(left, 'password')).toEqual([expect.stringContaining('Password parameter')]);
    expect(whyOf(left, 'groups')).toEqual([expect.stringContaining('rules alone')]);
    expect(whyOf(left, 'Script')).toEqual([expect.stringContaining('scriptlet')]);
    expect(whyOf(left, 'Unnamed')).toEqual([expect.stringContaining('440002')]);
    expect(whyOf(left, 'Runaway')).toEqual([expect.stringMatching(/^rule of CRM: "new": a repeated group/)]);
    expect(left).toHaveLength(13);
  });

  it('writes a file that explains itself and reads back as the same', async () => {
    furnish(fake);
    fake.tenant.mappings[3] = { ...fake.tenant.mappings[3], name: 'Away\n- not: yaml\u0007' } as never;
    const { config, left, moved } = await move();
    const text = movedInYaml(config, moved.remarks, left, fake.url);
    expect(fromYaml(text, 'file')).toEqual(config);
    expect(text).toContain('# Not carried over:\n# - ');
    expect(text).toContain('“Away - not: yaml ”');
    expect(text).toMatch(/# App 9001 of OneLogin \(its connector 50000\)\..*\n {2}- name: 'CRM: "new"'/);
    expect(text).not.toContain(fake.client.secret);
  });

  it('carries over an empty account as one, and tells a credential that may not read it', async () => {
    const { config, left } = await move();
    expect(config).toMatchObject({ roles: [], mappings: [], apps: [] });
    expect(left).toEqual([]);
    fake.fail({ kind: 'status', status: 403, body: { message: 'Insufficient scope' } }, { path: /mappings/ });
    expect(await failureOf(move())).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('Insufficient scope'),
    });
  });

  it('keeps names apart that differ in nothing but case or what comes after 80 letters', async () => {
    const long = 'x'.repeat(100);
    fake.tenant.roles = [1, 2, 3].map((id) => ({ id, name: id === 3 ? '' : long }));
    fake.tenant.apps = [1, 2].map((id) => ({
      id,
      name: id === 1 ? 'CRM' : 'crm',
      connector_id: 1,
      provisioning: { enabled: true },
    }));
    const { config, left } = await move();
    expect(problemsOf(config)).toEqual([]);
    expect(whyOf(left, 'In OneLogin: 3')).toHaveLength(1);
    expect(new Set(config.roles.map(({ name }) => name)).size).toBe(3);
    expect(config.apps.map(({ name }) => name)).toEqual(['CRM', 'crm 2']);
  });
});
