import { describe, expect, it } from 'vitest';
import { App } from '../../src/core/app-schema.ts';
import { Config } from '../../src/core/config.ts';
import { differenceText } from '../../src/core/config-difference.ts';
import { powerIn } from '../../src/core/power.ts';
import { SamlSetup } from '../../src/core/saml-schema.ts';
import { good } from './config-sample.ts';

const base = Config.parse(good());
const power = (after: Config, before = base): string[] => powerIn(before, after).map(differenceText);
const set = (settings: object): Config => Config.parse({ ...base, settings: { ...base.settings, ...settings } });
const provision = (change: object): Config =>
  Config.parse({
    ...base,
    apps: base.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, ...change } })),
  });

const saml = SamlSetup.parse({ entityId: 'urn:wiki', acs: [{ url: 'https://wiki.example/acs' }] });

describe('power', () => {
  it.each<[string, Config, string]>([
    ['admins', set({ admins: ['ada@acme.test', 'eve@acme.test'] }), 'admins: + eve@acme.test'],
    ['approvers', set({ approvers: ['eve@acme.test'] }), 'approvers: + eve@acme.test, − ada@acme.test'],
    ['auditors', set({ auditors: ['eve@acme.test'] }), 'auditors: + eve@acme.test'],
    ['the quorum', set({ quorum: 2 }), 'quorum: 1 → 2'],
    ['how long is waited', set({ approvalExpiry: '1 minute' }), 'approvalExpiry: 3 days → 1 minute'],
    ['the deletion threshold', set({ deletionThreshold: { floor: 90 } }), 'deletionThreshold.floor: 5 → 90'],
    ['what it counts', set({ keyAttributes: [] }), 'keyAttributes: − email'],
    ['protected people', set({ protected: ['ceo@acme.test'] }), 'protected: + ceo@acme.test'],
    ['passwords that apps take', set({ passwordMapping: true }), 'passwordMapping: false → true'],
    ['what asks', provision({ approval: { create: false } }), 'app crm, provisioning.approval.create: true → false'],
    [
      'in which steps',
      provision({ approval: { create: { steps: [{ who: ['manager'] }] } } }),
      'app crm, provisioning.approval.create: true → { steps: [{ who: [manager]',
    ],
    [
      'how risky it is',
      provision({ approval: { delete: { risk: 'high' } } }),
      'app crm, provisioning.approval.delete: true → { risk: high }',
    ],
    ['what always asks', provision({ privileged: {} }), 'app crm, provisioning.privileged.groups: − Admins'],
    [
      'the owners of an app',
      { ...base, apps: base.apps.map((app) => ({ ...app, owners: ['eve@acme.test'] })) },
      'app crm, owners: + eve@acme.test, − ada@acme.test',
    ],
    [
      'who is let in as whom by sign-on',
      { ...base, apps: base.apps.map((app) => ({ ...app, saml })) },
      'app crm, saml',
    ],
  ])('is %s', (_, after, line) => {
    expect(power(after)[0]?.startsWith(line)).toBe(true);
    expect(power(base, after)).not.toEqual([]);
  });

  it.each<[string, Config]>([
    ['channels, digest and time zone', set({ channel: '#a', leaverChannel: '#b', timezone: 'Europe/Berlin' })],
    ['how long things take', set({ timings: { retry: '9 seconds' } })],
    ['roles and mappings', { ...base, mappings: [], roles: [] }],
    [
      'whether an app is on, and what leaving does',
      provision({ enabled: false, onSuspend: 'nothing', drift: 'accept' }),
    ],
    ['rules and parameters', { ...base, apps: base.apps.map((app) => ({ ...app, rules: [], parameters: [] })) }],
    [
      'a new app as it is by default',
      { ...base, apps: [...base.apps, App.parse({ name: 'wiki', connector: 'scim' })] },
    ],
  ])('is not %s', (_, after) => {
    expect(power(after)).toEqual([]);
  });

  it('is not escaped by taking an app out and putting it in again', () => {
    const without = { ...base, apps: [], roles: [], mappings: [] };
    const loose = provision({ privileged: {} });
    expect(power(without)).toContain('app crm, provisioning.privileged.groups: − Admins');
    const unowned = { ...loose, apps: loose.apps.map((app) => ({ ...app, owners: [] })) };
    expect(power(unowned, without)).toEqual([]);
    const unasked = provision({ approval: { create: false } });
    expect(power(unasked, without)).toContain('app crm, provisioning.approval.create: true → false');
  });

  it('is a setting nobody has said to be harmless', () => {
    const after = { ...base, settings: { ...base.settings, unheardOf: true } } as Config;
    expect(power(after)).toEqual(['unheardOf: none → true']);
  });
});
