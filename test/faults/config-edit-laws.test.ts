import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { fromYaml, toYaml } from '../../src/cli/yaml.ts';
import { Parameter, Rule } from '../../src/core/app-schema.ts';
import { type Config, Config as ConfigSchema, Mapping, Role } from '../../src/core/config.ts';
import {
  addDirectory,
  addMapping,
  changeDirectory,
  changeMapping,
  moveMapping,
  removeDirectory,
  removeMapping,
} from '../../src/core/config-edit.ts';
import {
  addApp,
  addParameter,
  addRule,
  changeApp,
  changeParameter,
  changeProvisioning,
  changeRule,
  moveRule,
  removeApp,
  removeParameter,
  removeRule,
} from '../../src/core/config-edit-app.ts';
import { addPerson, changeSettings, removePerson, setOwners } from '../../src/core/config-edit-people.ts';
import { addRole, changeRole, removeRole, setRoleMember } from '../../src/core/config-edit-role.ts';
import { RollcallError } from '../../src/core/errors.ts';
import { canonical } from '../../src/core/hash.ts';
import { condition, patience, runs } from '../core/arbitraries.ts';
import { good } from '../core/config-sample.ts';

const base = ConfigSchema.parse(good());

/** Texts that YAML could take for something else. */
const bait = [
  'yes',
  'null',
  '~',
  '1e3',
  '0x1F',
  '007',
  '2026-03-31',
  '- a',
  'a: b',
  '#x',
  "'",
  '"',
  '*a',
  '&a',
  '|',
  '>',
  '%',
  '@',
  '{}',
  '[]',
  '!!int 1',
  '\u0085',
  '\u2028x',
  ' lead',
  'trail ',
  'tab\tx',
  'a\nb\n',
  '${NAME}',
  '😀',
  'x'.repeat(120),
];
const text = fc.oneof(fc.constantFrom(...bait), fc.string({ unit: 'binary', maxLength: 12 }));
const some = text.filter((value) => value.length > 0);
const name = fc
  .oneof(
    fc.constantFrom('Sales', 'crm', 'Sales people', 'Managers', 'hr', 'New'),
    fc.constantFrom(...bait),
    fc.string({ maxLength: 8 }),
  )
  .map((value) => value.trim())
  .filter((value) => Role.shape.name.safeParse(value).success);
const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const words = fc.array(some, { maxLength: 3 });
const place = fc.nat(3);
const day = fc.constantFrom('2026-03-31', '2027-01-01');

const mapping = fc
  .record({
    name,
    match: fc.constantFrom('all' as const, 'any' as const),
    conditions: fc.array(condition, { maxLength: 3 }),
    roles: fc.array(name, { maxLength: 2 }),
    set: fc.array(fc.record({ attribute: some, value: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })) }), {
      maxLength: 2,
    }),
  })
  .filter((value) => Mapping.safeParse(value).success);
const rule = fc
  .record({
    name,
    match: fc.constantFrom('all' as const, 'any' as const),
    conditions: fc.array(condition, { maxLength: 2 }),
    actions: fc.array(
      fc.oneof(
        fc.record({ target: some, add: fc.array(text, { minLength: 1, maxLength: 2 }) }),
        fc.record({ target: some, set: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })) }),
        fc.record({ target: some, remove: fc.constant(true as const) }),
        fc.record({ target: some, extract: fc.record({ from: some, pattern: some, value: some }) }),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .filter((value) => Rule.safeParse(value).success);
const parameter = fc
  .record(
    {
      target: some,
      from: some,
      value: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })),
      template: some,
      translate: fc.dictionary(text, scalar, { maxKeys: 2 }),
      default: scalar,
      createOnly: fc.boolean(),
    },
    { requiredKeys: ['target'] },
  )
  .filter((value) => Parameter.safeParse(value).success);
const app = fc.record({
  name,
  title: some,
  owners: words,
  connector: some,
  connection: fc.dictionary(some, scalar, { maxKeys: 3 }),
});
const role = fc.record({
  name,
  title: some,
  apps: fc.array(name, { maxLength: 2 }),
  members: fc.array(fc.oneof(text, fc.record({ email: text, until: day })), { maxLength: 2 }),
});
const provisioning = fc.record(
  {
    enabled: fc.boolean(),
    grace: fc.option(fc.record({ delete: fc.constantFrom('30 days', '1 week') }), { nil: undefined }),
    window: fc.option(
      fc.constant({ days: ['monday'] as ('monday' | 'friday')[], from: '09:00', to: '17:00', timezone: 'UTC' }),
      {
        nil: undefined,
      },
    ),
    privileged: fc.dictionary(some, words, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const settings = fc.record(
  {
    admins: words,
    channel: text,
    leaverChannel: fc.option(text, { nil: undefined }),
    quorum: fc.constantFrom(1, 2, 5),
    deletionThreshold: fc.record({
      count: fc.nat(99).map((n) => n + 1),
      percent: fc.constantFrom(0, 1.5, 100),
      window: fc.constant('1 day'),
      floor: fc.nat(9),
    }),
    protected: words,
    keyAttributes: words,
  },
  { requiredKeys: [] },
);

type Edit = { text: string; make(config: Config): Config };
const say = <T>(what: string, given: fc.Arbitrary<T>, make: (config: Config, given: T) => Config): fc.Arbitrary<Edit> =>
  given.map((value) => ({
    text: `${what} ${JSON.stringify(value)}`,
    make: (config: Config) => make(config, structuredClone(value)),
  }));

const parsed = <T extends { name: string }>(list: 'directories' | 'apps' | 'roles' | 'mappings', entry: object): T =>
  ConfigSchema.parse({ version: 1, [list]: [entry] })[list][0] as unknown as T;
const firstParameter = (config: Config): Parameter => config.apps[0]?.parameters[0] ?? { target: 'nothing', value: 1 };
const targetApp = (config: Config): string => config.apps[0]?.name ?? 'crm';

const edit: fc.Arbitrary<Edit> = fc.oneof(
  say(
    'add directory',
    fc.tuple(
      fc.record({ name, connector: some, config: fc.dictionary(some, scalar, { maxKeys: 2 }), join: words }),
      place,
    ),
    (config, [one, at]) => addDirectory(config, parsed('directories', one), at),
  ),
  say('change directory', fc.tuple(name, some), (config, [one, title]) => changeDirectory(config, one, { title })),
  say('remove directory', name, removeDirectory),
  say('add mapping', fc.tuple(mapping, place), (config, [one, at]) => addMapping(config, parsed('mappings', one), at)),
  say('change mapping', fc.tuple(name, mapping), (config, [one, { name: _, ...change }]) =>
    changeMapping(config, one, change),
  ),
  say('move mapping', fc.tuple(name, place), (config, [one, at]) => moveMapping(config, one, at)),
  say('remove mapping', name, removeMapping),
  say('add role', role, (config, one) => addRole(config, parsed('roles', one))),
  say('change role', fc.tuple(name, role), (config, [one, { name: _, ...change }]) => changeRole(config, one, change)),
  say('member', fc.tuple(name, some, fc.option(fc.record({ until: fc.option(day) }))), (config, [one, who, member]) =>
    setRoleMember(config, one, who, member),
  ),
  say('remove role', name, removeRole),
  say('add app', app, (config, one) => addApp(config, parsed('apps', one), ['Sales'])),
  say('change app', fc.tuple(name, app), (config, [one, { name: _, ...change }]) => changeApp(config, one, change)),
  say('provisioning', provisioning, (config, change) => changeProvisioning(config, targetApp(config), change)),
  say('remove app', name, removeApp),
  say('owners', words, (config, owners) => setOwners(config, targetApp(config), owners)),
  say('add rule', fc.tuple(rule, place), (config, [one, at]) =>
    addRule(config, targetApp(config), Rule.parse(one), at),
  ),
  say('change rule', fc.tuple(name, rule), (config, [one, { name: _, ...change }]) =>
    changeRule(config, targetApp(config), one, Rule.omit({ name: true }).parse(change)),
  ),
  say('move rule', fc.tuple(name, place), (config, [one, at]) => moveRule(config, targetApp(config), one, at)),
  say('remove rule', name, (config, one) => removeRule(config, targetApp(config), one)),
  say('add parameter', parameter, (config, one) => addParameter(config, targetApp(config), one)),
  say('change parameter', parameter, (config, one) =>
    changeParameter(config, targetApp(config), firstParameter(config), one),
  ),
  say('remove parameter', fc.constant(0), (config) =>
    removeParameter(config, targetApp(config), firstParameter(config)),
  ),
  say('settings', settings, changeSettings),
  say(
    'add a person',
    fc.tuple(fc.constantFrom('admins' as const, 'approvers' as const, 'auditors' as const, 'protected' as const), some),
    (config, [where, who]) => addPerson(config, where, who),
  ),
  say(
    'remove a person',
    fc.constantFrom('admins' as const, 'approvers' as const, 'auditors' as const),
    (config, where) => removePerson(config, where, config.settings[where][0] ?? 'nobody'),
  ),
);

describe('any edits of a configuration', () => {
  it(
    'change nothing in place, are of the right shape, and are the same after export and import',
    () => {
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
          let config = base;
          for (const { make } of edits) {
            const before = canonical(config);
            const next = made(make, config);
            deepStrictEqual(canonical(config), before);
            config = next;
          }
          deepStrictEqual(ConfigSchema.parse(config), config);
          deepStrictEqual(ConfigSchema.parse(fromYaml(toYaml(config), 'file')), config);
        }),
        runs,
      );
    },
    patience * 3,
  );
});

/** An edit that cannot be made says so by a code, and nothing else. */
function made(make: Edit['make'], config: Config): Config {
  try {
    return make(config);
  } catch (error) {
    if (error instanceof RollcallError && error.code !== '' && error.remedy !== '') return config;
    throw error;
  }
}
