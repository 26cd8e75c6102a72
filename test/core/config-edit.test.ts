import { describe, expect, it } from 'vitest';
import { App, Rule } from '../../src/core/app-schema.ts';
import { Config, Directory, Mapping, Role } from '../../src/core/config.ts';
import { checkConfig } from '../../src/core/config-check.ts';
import { addDirectory, addMapping, changeMapping, moveMapping, removeMapping } from '../../src/core/config-edit.ts';
import {
  addApp,
  addRule,
  changeParameter,
  changeProvisioning,
  moveRule,
  removeApp,
  removeParameter,
  withSaml,
} from '../../src/core/config-edit-app.ts';
import { addPerson, changeSettings, removePerson, setOwners } from '../../src/core/config-edit-people.ts';
import { addRole, changeRole, removeRole, setRoleMember } from '../../src/core/config-edit-role.ts';
import { SamlSetup } from '../../src/core/saml-schema.ts';
import { connectors, good } from './config-sample.ts';

const base = Config.parse(good());
const mapping = (name: string) => Mapping.parse({ name, roles: ['Sales'] });
const rule = (name: string) => Rule.parse({ name, actions: [{ target: 'groups', add: ['A'] }] });
const names = (entries: readonly { name: string }[] | undefined): string[] => (entries ?? []).map(({ name }) => name);
const code = (run: () => unknown): { code: string; remedy: string } => {
  try {
    run();
  } catch (error) {
    return error as { code: string; remedy: string };
  }
  throw new Error('it went through');
};

describe('an edit', () => {
  it('puts a mapping where it is meant, moves it and takes it out', () => {
    const three = addMapping(addMapping(base, mapping('First'), 0), mapping('Last'));
    expect(names(three.mappings)).toEqual(['First', 'Sales people', 'Last']);
    expect(names(moveMapping(three, 'last', 0).mappings)).toEqual(['Last', 'First', 'Sales people']);
    expect(names(moveMapping(three, 'First', 99).mappings)).toEqual(['Sales people', 'Last', 'First']);
    expect(names(removeMapping(three, 'First').mappings)).toEqual(['Sales people', 'Last']);
    expect(names(base.mappings)).toEqual(['Sales people']);
  });

  it('keeps a name, whatever else changes', () => {
    const changed = changeMapping(base, 'sales people', { match: 'any', name: 'Other' } as object);
    expect(changed.mappings[0]).toMatchObject({ name: 'Sales people', match: 'any', roles: ['Sales'] });
  });

  it('gives a new app to roles, and takes an app out of the roles that had it', () => {
    const wiki = App.parse({ name: 'wiki', connector: 'scim' });
    const both = addApp(base, wiki, ['Sales']);
    expect(both.roles[0]?.apps).toEqual(['crm', 'wiki']);
    const without = removeApp(both, 'crm');
    expect([names(without.apps), without.roles[0]?.apps]).toEqual([['wiki'], ['wiki']]);
    expect(checkConfig(removeApp(base, 'crm'), connectors)).not.toHaveProperty('problems');
  });

  it('sets how people sign on to an app, replaces it whole, and takes it out', () => {
    const acs = [{ url: 'https://crm.acme.test/acs' }];
    const first = SamlSetup.parse({ entityId: 'crm', acs, attributes: { mail: 'email' } });
    const second = SamlSetup.parse({ entityId: 'crm', acs, requestsSigned: true });
    const set = withSaml(base, 'CRM', first);
    expect(set.apps[0]).toEqual({ ...base.apps[0], saml: first });
    expect(withSaml(set, 'crm', second).apps[0]?.saml).toEqual(second);
    expect(withSaml(set, 'crm', null)).toEqual(base);
    expect(code(() => withSaml(base, 'wiki', first))).toMatchObject({ code: 'unknown-app' });
  });

  it('sets what is given of an app’s provisioning, and takes out what is given as undefined', () => {
    const on = changeProvisioning(base, 'crm', { grace: { delete: '30 days' }, enabled: false });
    expect(on.apps[0]?.provisioning).toMatchObject({
      grace: { delete: '30 days' },
      enabled: false,
      entitlements: true,
    });
    const off = changeProvisioning(on, 'crm', { grace: undefined });
    expect(off.apps[0]?.provisioning).not.toHaveProperty('grace');
  });

  it('orders rules, and finds a parameter by what it says', () => {
    const two = addRule(base, 'crm', rule('Early'), 0);
    expect(names(two.apps[0]?.rules)).toEqual(['Early', 'Managers']);
    expect(names(moveRule(two, 'crm', 'Early', 1).apps[0]?.rules)).toEqual(['Managers', 'Early']);
    const [title] = base.apps[0]?.parameters ?? [];
    if (title === undefined) throw new Error('no parameter');
    const changed = changeParameter(base, 'crm', { ...title }, { ...title, default: 'Clerk' });
    expect(changed.apps[0]?.parameters.map((one) => one.default)).toEqual(['Clerk', undefined, undefined]);
    expect(code(() => changeParameter(changed, 'crm', title, title))).toMatchObject({ code: 'parameter-gone' });
    expect(removeParameter(base, 'crm', title).apps[0]?.parameters).toHaveLength(2);
  });

  it('names people once, whatever their spelling', () => {
    const two = addPerson(base, 'admins', ' BEA@acme.test ');
    expect(addPerson(two, 'admins', 'bea@acme.test')).toBe(two);
    expect(removePerson(two, 'admins', 'ADA@acme.test').settings.admins).toEqual(['BEA@acme.test']);
    expect(setOwners(base, 'CRM', ['bea@acme.test']).apps[0]?.owners).toEqual(['bea@acme.test']);
  });

  it('puts a member in until a day, and out; the same again is the very same', () => {
    const until = { until: '2026-03-31' };
    const one = setRoleMember(base, 'sales', 'ZOE@acme.test', until);
    expect(one.roles[0]?.members).toEqual([{ email: 'ZOE@acme.test', until: '2026-03-31' }]);
    expect(setRoleMember(one, 'Sales', 'zoe@acme.test', until)).toBe(one);
    expect(setRoleMember(one, 'Sales', 'zoe@acme.test', null).roles[0]?.members).toEqual([]);
  });

  it.each<[string, () => unknown, string, string]>([
    ['a mapping that is there', () => addMapping(base, mapping('SALES PEOPLE')), 'name-taken', 'another name'],
    [
      'a mapping that is not',
      () => removeMapping(base, 'Sales peple'),
      'unknown-mapping',
      'Did you mean Sales people?',
    ],
    [
      'a mapping without effect',
      () => changeMapping(base, 'Sales people', { roles: [] }),
      'gives-nothing',
      'Name a role',
    ],
    ['a role there is not', () => changeRole(base, 'Board', {}), 'unknown-role', 'The roles are: Sales.'],
    ['a role that is there', () => addRole(base, Role.parse({ name: 'sales' })), 'name-taken', 'another name'],
    ['a role that is given', () => removeRole(base, 'Sales'), 'role-in-use', 'Take it out there first.'],
    [
      'a directory that is there',
      () => addDirectory(base, Directory.parse({ name: 'HR', connector: 'csv' })),
      'name-taken',
      '',
    ],
    ['an app there is not', () => removeApp(base, 'cmr'), 'unknown-app', 'Did you mean crm?'],
    [
      'an app for a role there is not',
      () => addApp(base, App.parse({ name: 'x', connector: 'scim' }), ['No']),
      'unknown-role',
      '',
    ],
    ['a rule that is there', () => addRule(base, 'crm', rule('managers')), 'name-taken', ''],
    ['the last admin', () => removePerson(base, 'admins', 'ada@acme.test'), 'last-admin', 'Name another admin first.'],
    ['no admin', () => changeSettings(base, { admins: [] }), 'last-admin', 'Name another admin first.'],
    ['an admin who is none', () => removePerson(base, 'admins', 'bea@acme.test'), 'not-there', 'ada@acme.test'],
  ])('of %s is refused with what to do', (_, run, expected, remedy) => {
    const error = code(run);
    expect(error.code).toBe(expected);
    expect(error.remedy).toContain(remedy);
  });
});
