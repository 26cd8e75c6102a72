import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OneLoginConfig } from '../../../connectors/onelogin/config.ts';
import { connector } from '../../../connectors/onelogin/index.ts';
import { inOurWords } from '../../../connectors/onelogin/move-in.ts';
import type { Tenant } from '../../../connectors/onelogin/tenant.ts';
import { connector as scim } from '../../../connectors/scim/index.ts';
import { movedInYaml } from '../../../src/cli/moved-in-yaml.ts';
import { fromYaml } from '../../../src/cli/yaml.ts';
import { checkConfig } from '../../../src/core/config-check.ts';
import type { DirectoryConnector, TargetConnector } from '../../../src/core/connector.ts';
import { settled } from '../../../src/core/moved-in.ts';

const connectors = {
  targets: new Map([['scim', scim as TargetConnector]]),
  directories: new Map([['onelogin', connector as DirectoryConnector]]),
};
const config = OneLoginConfig.parse({ url: 'https://acme.onelogin.com', clientId: 'id', clientSecret: 'secret' });

/** What people type, and what nobody should have. */
const odd = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '',
    ' ',
    'Sales',
    'sales',
    '{firstname}',
    '{{ x }}',
    '{',
    '${ROLLCALL_KEYS}',
    '# no',
    '- a: b\n',
    '\u0007',
    'x'.repeat(200),
    'Slack',
    '007',
    '440001',
  ),
);
const of = (...usual: string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: odd });
const condition = fc.record({
  source: of('department', 'title', 'member_of', 'has_role', 'last_login', 'custom_attribute_level', 'given_name'),
  operator: of('=', '!=', '~', '!~', 'bw', 'ew', '>', '<', 'ri'),
  value: fc.option(odd, { nil: null }),
});
const action = fc.record({
  action: of('add_role', 'set_groups', 'set_title', 'set_department', 'set_status', 'set_username'),
  value: fc.array(of('1', '2', '99', 'member_of'), { maxLength: 2 }),
  expression: fc.option(of('/.*/', '/(a+)+b/', '/CN=([^,]*)/', '['), { nil: null, freq: 3 }),
  scriplet: fc.option(odd, { nil: null, freq: 5 }),
  macro: fc.option(odd, { nil: null, freq: 5 }),
});
const rule = fc.record({
  ...{ id: fc.nat().map(String), name: odd, match: fc.constantFrom('all' as const, 'any' as const) },
  ...{ enabled: fc.boolean(), position: fc.option(fc.nat(), { nil: null }) },
  ...{ conditions: fc.array(condition, { maxLength: 3 }), actions: fc.array(action, { maxLength: 3 }) },
});
const parameter = fc.record({
  ...{ label: odd, user_attribute_mappings: of('email', '_macro_', '_none_', 'custom_attribute_level', 'title') },
  ...{ user_attribute_macros: odd, attributes_transformations: odd, default_values: odd, values: odd },
  ...{ provisioned_entitlements: fc.boolean(), include_in_saml_assertion: fc.boolean() },
});
const app = fc.record({
  ...{
    id: fc.nat({ max: 5 }).map(String),
    name: odd,
    connector_id: fc.nat(),
    provisioning: fc.record({ enabled: fc.boolean() }),
  },
  role_ids: fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 2 }),
  configuration: fc.dictionary(
    of('scim_base_url', 'base_url'),
    of('https://crm.acme.test/scim', 'http://x', 'https://a:b@c.test/'),
  ),
  parameters: fc.dictionary(of('email', 'firstname', 'groups', 'password', 'userName', 'title'), parameter, {
    maxKeys: 4,
  }),
  rules: fc.array(rule, { maxLength: 3 }),
  values: fc.constant(new Map([['set_groups', new Map([['1', 'One']])]])),
});
const tenant: fc.Arbitrary<Tenant> = fc.record({
  roles: fc.uniqueArray(fc.record({ id: fc.constantFrom('1', '2', '3'), name: odd, apps: fc.constant(null) }), {
    selector: ({ id }) => id,
  }),
  apps: fc.uniqueArray(app, { selector: ({ id }) => id, maxLength: 3 }),
  mappings: fc.array(rule, { maxLength: 4 }),
  custom: fc.constant(new Set(['level'])),
  operators: fc.constant(new Map()),
});

it('whatever a OneLogin account holds: the file passes the check, reads back, and each thing is in it or named', () => {
  fc.assert(
    fc.property(tenant, (given) => {
      const moved = inOurWords(given, config, 'onelogin', { connector: 'scim', attributes: scim.attributes });
      const { config: draft, left } = settled(moved, (raw) => {
        const checked = checkConfig(raw, connectors);
        return 'problems' in checked ? checked.problems : [];
      });
      expect(checkConfig(draft, connectors)).toHaveProperty('config');
      const named = (what: string) => left.filter((one) => one.what === what).length;
      expect(draft.roles.length + named('role')).toBe(given.roles.length);
      expect(draft.apps.length + named('app')).toBe(given.apps.length);
      expect(draft.mappings.length + named('mapping')).toBe(given.mappings.length + given.roles.length);
      expect(left.every(({ why }) => /\w+ \w+/.test(why))).toBe(true);
      expect(fromYaml(movedInYaml(draft, moved.remarks, left, config.url), 'it')).toEqual(draft);
    }),
    { numRuns: 150 },
  );
}, 60_000);
