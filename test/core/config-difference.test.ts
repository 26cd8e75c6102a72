import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { configDifferences, differenceText, fingerprintOf } from '../../src/core/config-difference.ts';
import { withSaml } from '../../src/core/config-edit-app.ts';
import { SamlSetup } from '../../src/core/saml-schema.ts';
import { good } from './config-sample.ts';

const base = Config.parse(good());
const lines = (after: Config, before: Config | null = base): string[] =>
  configDifferences(before, after).map(differenceText);
const withApp = (change: object): Config => ({ ...base, apps: base.apps.map((app) => ({ ...app, ...change })) });

describe('what differs between two configurations', () => {
  it('is nothing between equal ones, whatever the order of their keys', () => {
    const turned = { ...base, settings: Object.fromEntries(Object.entries(base.settings).reverse()) } as Config;
    expect(lines(turned)).toEqual([]);
  });

  it('is told setting by setting, from what to what', () => {
    const settings = { ...base.settings, quorum: 2, leaverChannel: '#private' };
    const threshold = { ...settings.deletionThreshold, count: 40 };
    expect(lines({ ...base, settings: { ...settings, deletionThreshold: threshold } })).toEqual([
      'quorum: 1 → 2',
      'deletionThreshold.count: 25 → 40',
      'leaverChannel: none → #private',
    ]);
  });

  it('tells of lists what comes and what goes, and a new order', () => {
    const admins = ['bea@acme.test', 'cem@acme.test'];
    expect(lines({ ...base, settings: { ...base.settings, admins } })).toEqual([
      'admins: + bea@acme.test, + cem@acme.test, − ada@acme.test',
    ]);
    const approvers = base.settings.approvers.toReversed();
    expect(lines({ ...base, settings: { ...base.settings, approvers } })).toEqual(['approvers: in another order']);
  });

  it('tells of conditions as people say them', () => {
    const [mapping] = base.mappings;
    const title = { attribute: 'title', operator: 'contains', value: 'Manager' } as const;
    const conditions = [title, { match: 'any', conditions: [title, { ...title, value: ['Lead'] }] } as const];
    const mappings = [{ ...mapping, conditions: [...(mapping?.conditions ?? []), ...conditions] }];
    expect(lines({ ...base, mappings } as Config)).toEqual([
      expect.stringContaining(
        'conditions: + title contains Manager, + (title contains Manager or title contains Lead)',
      ),
    ]);
  });

  it('counts what is too much to tell', () => {
    const members = Array.from({ length: 5_000 }, (_, index) => `n${index}@acme.test`);
    const [line] = lines({ ...base, roles: base.roles.map((role) => ({ ...role, members })) });
    expect(line).toMatch(/^role Sales, members: \+ n0@acme.test, .* \+ n9@acme.test, and 4991 more$/);
  });

  it('names entries that are new, gone, or moved; of a new one what is not as by default', () => {
    const role = { name: 'Board', apps: ['crm'], members: [{ email: 'zoe@acme.test', until: '2026-03-31' }] };
    expect(lines({ ...base, roles: [role] })).toEqual([
      'role Board: added',
      'role Board, apps: + crm',
      'role Board, members: + zoe@acme.test until 2026-03-31',
      'role Sales: removed',
    ]);
    const mapping = { name: 'All', match: 'all' as const, conditions: [], roles: ['Sales'], set: [] };
    const two = { ...base, mappings: [mapping, ...base.mappings] };
    expect(lines(two)).toEqual(['mapping All: added before Sales people', 'mapping All, roles: + Sales']);
    expect(lines({ ...base, mappings: two.mappings.toReversed() }, two)).toEqual(['mappings: in another order']);
  });

  it('says of an app which part of it', () => {
    const [app] = base.apps;
    const provisioning = { ...app?.provisioning, privileged: { groups: ['Admins', 'Owners'] }, enabled: false };
    expect(lines(withApp({ owners: [], provisioning, rules: [] }))).toEqual([
      'app crm, owners: − ada@acme.test',
      'app crm, provisioning.enabled: true → false',
      'app crm, provisioning.privileged.groups: + Owners',
      'app crm, rules.Managers: removed',
    ]);
    const parameters = app?.parameters.slice(1);
    expect(lines(withApp({ parameters }))).toEqual([
      'app crm, parameters: − { target: title, from: title, default: Staff }',
    ]);
  });

  it('never shows what a connection holds under a secret name, only which variable', () => {
    const connection = { baseUrl: 'https://new.test', auth: { type: 'bearer', token: '${NEW_TOKEN}' } };
    expect(lines(withApp({ connection }))).toEqual([
      'app crm, connection.baseUrl: https://crm.acme.test/v2 → https://new.test',
      'app crm, connection.auth.token: ${CRM_TOKEN} → ${NEW_TOKEN}',
    ]);
    const literal = lines(withApp({ connection: { ...connection, auth: { type: 'bearer', token: 'hunter2' } } }));
    expect(literal.join()).not.toContain('hunter2');
    const whole = lines(withApp({ connection: { auth: [{ token: 'hunter2' }] } }));
    expect(whole.join()).not.toContain('hunter2');
    const parameters = [{ target: 'password', value: 'hunter2' }];
    expect(lines(withApp({ parameters })).join()).not.toContain('hunter2');
  });

  it('of the first configuration is everything that is not as by default', () => {
    expect(lines(base, null)).toContain('admins: + ada@acme.test');
    expect(lines(base, null)).toContain('app crm: added');
  });

  it('has one fingerprint, which follows every detail, also what is not told', () => {
    const of = (members: string[]) => {
      const next = { ...base, roles: base.roles.map((role) => ({ ...role, members })) };
      return fingerprintOf(configDifferences(base, next));
    };
    const many = Array.from({ length: 20 }, (_, index) => `n${index}@acme.test`);
    expect(of(many)).toBe(of([...many]));
    expect(of(many)).not.toBe(of([...many.slice(0, 19), 'other@acme.test']));
  });
});

describe('how people sign on to an app', () => {
  const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  const setup = (change: object = {}) =>
    SamlSetup.parse({
      entityId: 'crm',
      acs: [{ url: 'https://crm.acme.test/acs' }],
      certificates: [pem('MIIA')],
      ...change,
    });
  const certificate = expect.stringMatching(/^app crm, saml\.certificates: \+ certificate [0-9a-f]{12}$/);

  it('is told line by line, without the text of certificates', () => {
    expect(lines(withSaml(base, 'crm', setup()))).toEqual([
      'app crm, saml.entityId: none → crm',
      'app crm, saml.acs: + { url: https://crm.acme.test/acs }',
      'app crm, saml.nameId: none → { format: emailAddress }',
      'app crm, saml.sign: none → both',
      'app crm, saml.requestsSigned: none → false',
      certificate,
      'app crm, saml.session: none → 8 hours',
    ]);
    const [line, ...more] = lines(withSaml(base, 'crm', null), withSaml(base, 'crm', setup()));
    expect(more).toEqual([]);
    expect(line).toContain('→ none');
    expect(line).not.toContain('MIIA');
  });

  it('shows that a certificate is another one', () => {
    const [line] = lines(withSaml(base, 'crm', setup({ certificates: [pem('MIIB')] })), withSaml(base, 'crm', setup()));
    expect(line).toMatch(
      /^app crm, saml\.certificates: \+ certificate ([0-9a-f]{12}), − certificate (?!\1)[0-9a-f]{12}$/,
    );
  });
});
