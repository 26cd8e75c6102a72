import type { InputBlock, KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOfValue, nameValue } from '../../../blocks/inputs.ts';
import { lintView } from '../../../blocks/lint.ts';
import { fromYaml, toYaml } from '../../../src/cli/yaml.ts';
import { App } from '../../../src/core/app-schema.ts';
import { Config } from '../../../src/core/config.ts';
import { configDifferences, differenceText } from '../../../src/core/config-difference.ts';
import { RollcallError } from '../../../src/core/errors.ts';
import { Settings } from '../../../src/core/settings-schema.ts';
import { appSections } from '../../../src/slack/forms/app-sections.ts';
import type { FormMeta, Ground, State } from '../../../src/slack/forms/form.ts';
import { formKinds } from '../../../src/slack/forms/kinds.ts';
import { settingsSectionNames } from '../../../src/slack/forms/settings-sections.ts';
import { drawnForm, namedState, openedForm, wholeState } from '../../../src/slack/forms/view.ts';
import { hostileText } from '../../blocks/hostile.ts';
import { condition, patience, runs } from '../../core/arbitraries.ts';
import { good } from '../../core/config-sample.ts';
import { attributes } from '../../core/samples.ts';

const base = Config.parse(good());
const groundOf = (config: Config): Ground => ({ config, attributes });

/** What Slack would send for the form as it opens: what each input starts from, and options by their values. */
function submitted(ground: Ground, meta: FormMeta, state: State): State {
  const blocks = drawnForm(ground, meta, state, null).blocks as KnownBlock[];
  const held = blocks.flatMap((block) => {
    if (block.type !== 'input') return [];
    const { element } = block;
    const {
      initial_value: text,
      initial_option: one,
      initial_options: many,
    } = element as unknown as Record<string, never>;
    const values = (many as { value: string }[] | undefined)?.map(({ value }) => value);
    const value = values ?? (one as { value: string } | undefined)?.value ?? text ?? '';
    return [[block.block_id ?? '', /^(multi|check)/.test(element.type) ? (values ?? []) : value] as const];
  });
  return namedState(ground, Object.fromEntries(held));
}

/** The configuration after a form was opened and submitted with some inputs changed; or the errors by block. */
function edited(
  config: Config,
  ids: Omit<FormMeta, 'rows'>,
  change: State = {},
): Config | Readonly<Record<string, string>> {
  const ground = groundOf(config);
  const form = openedForm(ground, ids);
  if (form === null) throw new Error('nothing there');
  const state = wholeState(ground, form.meta, { ...submitted(ground, form.meta, form.state), ...change });
  const draft = formKinds[ids.what].draft(ground, form.meta, state);
  return 'errors' in draft ? draft.errors : draft.edit(config);
}
const configOf = (...given: Parameters<typeof edited>): Config => {
  const config = edited(...given);
  if (!('version' in config)) throw new Error(JSON.stringify(config));
  return config as Config;
};

const changesTo = (config: Config, next: Config): string[] => configDifferences(config, next).map(differenceText);

const text = fc.oneof(hostileText, fc.constantFrom('a\nb', ' padded ', '5', 'true', '2026-01-01'));
const short = text.map((one) => one.slice(0, 70)).filter((one) => one.length > 0);
const name = fc
  .oneof(fc.constantFrom('x'.repeat(80), 'Sales people', '#'.concat('a'.repeat(40))), short)
  .map((one) => one.trim())
  .filter((one) => one !== '' && !/\p{Cc}/u.test(one));
const scalar = fc.oneof(text, fc.integer(), fc.boolean());
const values = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));

const step = fc.record({
  who: fc.array(fc.constantFrom('manager', 'owners', 'a, b', 'x else y', '2 of z'), { minLength: 1, maxLength: 2 }),
  fallback: fc.array(fc.constantFrom('admins', 'b,c'), { maxLength: 2 }),
});
const consent = fc.oneof(
  fc.boolean(),
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 2 }), risk: fc.constantFrom('normal', 'high') }),
  fc.constant({ risk: 'normal' }),
);
const time = fc.constantFrom('00:00', '09:00', '23:59');
const days = fc.subarray(['friday', 'monday', 'sunday'], { minLength: 1 });
const span = fc.constantFrom('5 minutes', '1 day', '52 weeks');
const optional = <T>(given: fc.Arbitrary<T>) => fc.option(given, { nil: undefined });
/** What the sections of an app and of the settings ask for, with values no input can show as they are among them. */
const sectioned = fc.record({
  app: fc.record({
    title: optional(text),
    owners: fc.array(text, { maxLength: 3 }),
    requestable: optional(fc.boolean()),
    signOn: optional(fc.constant('https://app.example/x')),
    saml: optional(
      fc.record({
        entityId: short.filter((one) => one.trim() !== ''),
        acs: fc.constantFrom(
          [{ url: 'https://app.example/acs' }],
          [
            { url: 'https://app.example/a', index: 2 },
            { url: 'https://app.example/a', index: 1 },
          ],
        ),
        nameId: fc.constantFrom({}, { format: 'persistent', target: 'externalId' }),
        sign: fc.constantFrom('both', 'assertion'),
        attributes: optional(fc.dictionary(name, short, { maxKeys: 2 })),
        requestsSigned: fc.boolean(),
        certificates: fc.constantFrom([], ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----']),
        session: span,
      }),
    ),
    provisioning: fc.record({
      enabled: fc.boolean(),
      approval: fc.record({ create: consent, delete: consent, privileged: fc.constant({ risk: 'high' }) }),
      grace: optional(fc.record({ remind: span, delete: span })),
      window: optional(fc.record({ days, from: time, to: time, timezone: text })),
      match: fc.constantFrom(['email'], ['userName', 'externalId']),
      drift: fc.constantFrom('ask', 'accept'),
      privileged: fc.dictionary(text, fc.array(text, { maxLength: 2 }), { maxKeys: 2 }),
      createDaysBefore: fc.nat(90),
    }),
  }),
  password: fc.constantFrom([], [{ target: 'password', password: 'sso' }]),
  settings: fc.record({
    reminders: fc.record({
      remind: fc.constantFrom(false, 1, 100),
      escalate: fc.constantFrom(false, 80),
      repeat: span,
    }),
    stepUp: optional(
      fc.record({
        issuer: fc.constant('https://login.acme.test'),
        clientId: short,
        clientSecret: fc.constant('${OIDC}'),
        allowHosts: fc.constantFrom(['sso.intern'], ['sso.intern', '10.1.0.0/16']),
      }),
    ),
    digest: optional(fc.record({ channel: text, at: time, people: fc.array(text, { maxLength: 2 }) })),
    contractors: optional(
      fc.record({ conditions: fc.array(condition, { maxLength: 3 }), sponsor: text, longest: span }),
    ),
    welcome: fc.boolean(),
    passwordMapping: fc.boolean(),
    keyAttributes: fc.array(text, { maxLength: 3 }),
    timings: fc.record({ lease: span, attempts: fc.constantFrom(1, 9) }),
  }),
});

const configs = fc
  .record({
    roles: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    conditions: fc.array(condition, { maxLength: 20 }),
    set: fc.array(fc.record({ attribute: short, value: values }), { maxLength: 10 }),
    match: fc.constantFrom('all', 'any'),
    members: fc.array(
      fc.oneof(fc.emailAddress(), fc.record({ email: fc.emailAddress(), until: fc.constant('2026-03-31') })),
      { maxLength: 300 },
    ),
    actions: fc.array(
      fc.oneof(
        fc.record({ target: short, add: fc.array(text, { minLength: 1, maxLength: 3 }) }),
        fc.record({ target: short, set: values }),
        fc.record({ target: short, remove: fc.constant(true) }),
        fc.record({ target: short, remove: fc.array(text, { minLength: 1, maxLength: 3 }) }),
        fc.record({ target: short, extract: fc.record({ from: short, pattern: short, value: short }) }),
      ),
      { minLength: 1, maxLength: 8 },
    ),
    parameter: fc.record(
      {
        target: short,
        from: short,
        value: values,
        template: short,
        translate: fc.dictionary(text, scalar, { maxKeys: 3 }),
        default: scalar,
        createOnly: fc.boolean(),
      },
      { requiredKeys: ['target', 'default'] },
    ),
    people: fc.array(fc.emailAddress(), { minLength: 1, maxLength: 200 }),
    more: sectioned,
  })
  .map(({ roles, conditions, set, match, members, actions, parameter, people, more }) =>
    Config.safeParse(
      structuredClone({
        ...base,
        settings: { ...base.settings, ...more.settings, admins: people, protected: people, channel: ' #odd ' },
        roles: roles.map((one) => ({ name: one, apps: ['crm'], members })),
        mappings: [
          { name: 'One', match, conditions, roles, set },
          { name: 'Two', roles: [roles[0]] },
        ],
        apps: base.apps.map((app) => ({
          ...app,
          ...more.app,
          rules: [{ name: 'R', match, conditions, actions }],
          parameters: [parameter, ...more.password],
        })),
      }),
    ),
  )
  .filter(({ success }) => success)
  .map(({ data }) => data as Config);

const opened = (config: Config): Omit<FormMeta, 'rows'>[] => [
  { what: 'mapping', act: 'edit', name: 'One' },
  { what: 'rule', act: 'edit', app: 'crm', name: 'R' },
  { what: 'parameter', act: 'edit', app: 'crm', name: '0' },
  { what: 'role', act: 'edit', name: config.roles[0]?.name ?? '' },
  ...settingsSectionNames.map((name) => ({ what: 'settings' as const, act: 'edit' as const, name })),
  ...appSections.map((name) => ({ what: 'app' as const, act: 'edit' as const, app: 'crm', name })),
  { what: 'directory', act: 'edit', name: 'hr' },
  { what: 'mapping', act: 'new' },
  { what: 'rule', act: 'new', app: 'crm' },
];

/** What somebody puts into an input: which one, and a text or a choice. */
const entry = fc.record({ at: fc.nat(200), text: fc.oneof(text, span, time, fc.emailAddress()), choice: fc.nat(5) });

const inputsIn = (ground: Ground, meta: FormMeta, state: State): InputBlock[] =>
  (drawnForm(ground, meta, state, null).blocks as KnownBlock[]).flatMap((block) =>
    block.type === 'input' ? [block] : [],
  );

/** What the input would hold. */
function heldFor(
  blocks: readonly InputBlock[],
  { at, text: said, choice }: { at: number; text: string; choice: number },
) {
  const block = blocks[at % Math.max(1, blocks.length)];
  if (block === undefined) return [];
  const id = block.block_id ?? '';
  const { options = [] } = block.element as { options?: { value: string }[] };
  const one = options[choice % Math.max(1, options.length)]?.value ?? said;
  return [[id, /^(multi|check)/.test(block.element.type) ? [one] : one] as const];
}

/** Null: the edit is refused as a whole. */
function tried(
  config: Config,
  ids: Omit<FormMeta, 'rows'>,
  entries: readonly (readonly [string, string | string[]])[],
) {
  try {
    return edited(config, ids, Object.fromEntries(entries));
  } catch (error) {
    if (error instanceof RollcallError) return null;
    throw error;
  }
}

describe('any form', () => {
  it(
    'keeps to Slack’s limits, and submitted as it opened changes nothing',
    () => {
      fc.assert(
        fc.property(configs, (config) => {
          for (const ids of opened(config)) {
            const ground = groundOf(config);
            const form = openedForm(ground, ids);
            if (form === null) throw new Error('nothing there');
            expect(lintView(drawnForm(ground, form.meta, form.state, null))).toEqual([]);
            if (ids.act === 'edit') expect(changesTo(config, configOf(config, ids))).toEqual([]);
          }
        }),
        { numRuns: runs.numRuns / 20 },
      );
    },
    patience * 3,
  );

  it(
    'written into by anybody gives a configuration that is the same after export and import, or says what is wrong at a field',
    () => {
      let changed = 0;
      fc.assert(
        fc.property(configs, fc.array(entry, { minLength: 1, maxLength: 4 }), (config, entries) => {
          for (const ids of opened(config)) {
            const ground = groundOf(config);
            const form = openedForm(ground, ids);
            if (form === null) throw new Error('nothing there');
            const blocks = inputsIn(ground, form.meta, form.state);
            const next = tried(
              config,
              ids,
              entries.flatMap((one) => heldFor(blocks, one)),
            );
            if (next === null) continue;
            if (!('version' in next)) {
              const at = blocks.map(({ block_id }) => block_id);
              for (const block of Object.keys(next)) expect(at).toContain(block);
              continue;
            }
            changed += changesTo(config, next as Config).length;
            expect(Config.parse(fromYaml(toYaml(next as Config), 'acme.yml'))).toEqual(next);
          }
        }),
        { numRuns: runs.numRuns / 80 },
      );
      expect(changed).toBeGreaterThan(20);
    },
    patience * 3,
  );

  it('stands for names of any length', () => {
    fc.assert(
      fc.property(name, (one) => {
        expect(nameValue(one).length).toBeLessThanOrEqual(75);
        expect(nameOfValue(nameValue(one), ['other', one])).toBe(one);
      }),
    );
  });
});

const mapping = { what: 'mapping', act: 'edit', name: 'Sales people' } as const;

describe('the form of a mapping', () => {
  it('adds, changes and takes out conditions by their rows', () => {
    const next = configOf(base, mapping, {
      'conditions[0].value': 'Sales\nMarketing',
      'conditions[0].operator': 'in',
      'conditions[1].attribute': 'title',
      'conditions[1].operator': 'contains',
      'conditions[1].value': 'Lead',
      match: 'any',
    });
    expect(next.mappings[0]).toMatchObject({
      match: 'any',
      conditions: [
        { attribute: 'department', operator: 'in', value: ['Sales', 'Marketing'] },
        { attribute: 'title', operator: 'contains', value: 'Lead' },
      ],
    });
    const none = { 'conditions[0].attribute': '', 'conditions[0].operator': '', 'conditions[0].value': '' };
    expect(configOf(base, mapping, none).mappings[0]?.conditions).toEqual([]);
  });

  it('keeps what it cannot show, and says so', () => {
    const nested = { match: 'any' as const, conditions: [{ attribute: 'title', operator: 'exists' as const }] };
    const config = {
      ...base,
      mappings: base.mappings.map((one) => ({ ...one, conditions: [nested, ...one.conditions] })),
    };
    const form = openedForm(groundOf(config), mapping);
    expect(formKinds.mapping.notes(groundOf(config), form?.meta as FormMeta)).toEqual([
      'Kept as it is: (title has a value)',
    ]);
    const next = configOf(config, mapping, { 'conditions[0].value': 'Ops' });
    expect(next.mappings[0]?.conditions).toEqual([nested, { attribute: 'department', operator: '=', value: 'Ops' }]);
  });

  it('sets attributes, and moves it where its place says', () => {
    const two = configOf(
      base,
      { what: 'mapping', act: 'new' },
      {
        ...{
          name: ' First ',
          roles: ['Sales'],
          order: '1',
          'set[0].attribute': 'costCenter',
          'set[0].value': 'C-{{ department }}',
        },
      },
    );
    expect(two.mappings.map((one) => one.name)).toEqual(['First', 'Sales people']);
    expect(two.mappings[0]).toMatchObject({
      set: [{ attribute: 'costCenter', value: 'C-{{ department }}' }],
      conditions: [],
    });
    const moved = configOf(two, mapping, { order: '1' });
    expect(moved.mappings.map((one) => one.name)).toEqual(['Sales people', 'First']);
  });

  it.each<[string, State, Record<string, unknown>]>([
    [
      'a row without an attribute',
      { 'conditions[1].value': 'x' },
      { 'conditions[1].attribute': expect.stringContaining('Name the attribute') },
    ],
    [
      'a row without a comparison',
      { 'conditions[1].attribute': 'title' },
      { 'conditions[1].operator': 'Choose how it compares.' },
    ],
    ['a place that is none', { order: 'first' }, { order: 'Write a whole number above 0.' }],
    ['nothing it gives', { roles: [] }, { roles: expect.stringContaining('Say what it gives') }],
    [
      'a value for no attribute',
      { 'set[0].value': 'x' },
      { 'set[0].attribute': expect.stringContaining('Name the attribute') },
    ],
  ])('tells of %s at its field', (_, change, errors) => {
    expect(edited(base, mapping, change)).toEqual(errors);
  });

  it('of something that is gone does not open', () => {
    expect(openedForm(groundOf(base), { ...mapping, name: 'Nobody' })).toBeNull();
  });

  it('that was changed meanwhile is refused', () => {
    const ground = groundOf(base);
    const form = openedForm(ground, mapping);
    const draft = formKinds.mapping.draft(ground, form?.meta as FormMeta, { ...form?.state, match: 'any' });
    if ('errors' in draft) throw new Error('errors');
    const other = { ...base, mappings: base.mappings.map((one) => ({ ...one, match: 'any' as const })) };
    expect(() => draft.edit(other)).toThrow('changed by somebody else meanwhile');
  });
});

describe('the other forms', () => {
  it('of a role reads apps, title and members until a day', () => {
    const ids = { what: 'role', act: 'edit', name: 'Sales' } as const;
    const next = configOf(base, ids, {
      title: 'Sellers',
      apps: [],
      members: 'zoe@acme.test\n max@acme.test until 2026-03-31 ',
    });
    expect(next.roles[0]).toEqual({
      ...{ name: 'Sales', title: 'Sellers', apps: [] },
      members: ['zoe@acme.test', { email: 'max@acme.test', until: '2026-03-31' }],
    });
    expect(configOf(next, ids, { title: ' ' }).roles[0]).not.toHaveProperty('title');
    expect(edited(base, ids, { members: 'zoe@acme.test until tomorrow' })).toEqual({
      members: expect.stringContaining('Write a date'),
    });
  });

  it('of a rule reads each kind of action', () => {
    const ids = { what: 'rule', act: 'new', app: 'crm' } as const;
    const act = (value: string, lines: string): State => ({
      ...{ name: 'New', 'actions[0].target': 'groups', 'actions[0].act': value, 'actions[0].text': lines },
    });
    const made = (state: State) => configOf(base, ids, state).apps[0]?.rules.at(-1)?.actions[0];
    expect(made(act('add', 'A\n\nB'))).toEqual({ target: 'groups', add: ['A', 'B'] });
    expect(made(act('set', 'A'))).toEqual({ target: 'groups', set: 'A' });
    expect(made(act('remove', 'A'))).toEqual({ target: 'groups', remove: ['A'] });
    expect(made(act('clear', ''))).toEqual({ target: 'groups', remove: true });
    expect(made(act('extract', 'memberOf\nCN=(.+)\n$1'))).toEqual({
      target: 'groups',
      extract: { from: 'memberOf', pattern: 'CN=(.+)', value: '$1' },
    });
    expect(edited(base, ids, act('add', ''))).toEqual({ 'actions[0].text': expect.any(String) });
    expect(edited(base, ids, { name: 'New' })).toEqual({ 'actions[0].target': expect.any(String) });
  });

  it('of a parameter reads its source, its table and its switches', () => {
    const ids = { what: 'parameter', act: 'edit', app: 'crm', name: '1' } as const;
    const next = configOf(base, ids, { translate: 'Sales = Sales and Marketing\nOps=Operations = all' });
    expect(next.apps[0]?.parameters[1]?.translate).toEqual({ Sales: 'Sales and Marketing', Ops: 'Operations = all' });
    expect(edited(base, ids, { translate: 'Sales' })).toEqual({ translate: expect.stringContaining('Write a line') });
    const title = { what: 'parameter', act: 'edit', app: 'crm', name: '0' } as const;
    expect(configOf(base, title, { createOnly: 'true', default: '' }).apps[0]?.parameters[0]).toEqual({
      ...{ target: 'title', from: 'title', createOnly: true },
    });
    const added = configOf(base, { what: 'parameter', act: 'new', app: 'crm' }, { target: 'seats', value: '5' });
    expect(added.apps[0]?.parameters.at(-1)).toEqual({ target: 'seats', value: '5' });
  });

  it('of the settings changes what was touched alone, and reads as the schema wants', () => {
    const ids = { what: 'settings', act: 'edit' } as const;
    const next = configOf(base, ids, { quorum: '2', admins: 'ada@acme.test\nbea@acme.test' });
    expect(next.settings).toMatchObject({ quorum: 2, admins: ['ada@acme.test', 'bea@acme.test'] });
    const threshold = configOf(base, { ...ids, name: 'threshold' }, { 'deletionThreshold.percent': '2.5' });
    expect(threshold.settings.deletionThreshold).toMatchObject({ percent: 2.5, count: 25 });
    const digest = { ...ids, name: 'digest' };
    const daily = configOf(base, digest, { 'digest.channel': '#access', 'digest.at': '09:00' });
    expect(daily.settings.digest).toMatchObject({ channel: '#access', at: '09:00', timezone: 'UTC' });
    const none = { 'digest.channel': '', 'digest.at': '' };
    expect(configOf(daily, digest, none).settings.digest).toBeUndefined();
    expect(edited(base, ids, { quorum: 'many' })).toEqual({ quorum: expect.any(String) });
    expect(edited(base, ids, { quorum: '9' })).toEqual({ quorum: expect.any(String) });
    expect(edited(base, digest, { 'digest.channel': '#access' })).toEqual({ 'digest.at': expect.any(String) });
    expect(() => edited(base, ids, { admins: '' })).toThrow('nobody would be an admin any more');
  });
});

const crm = (name: string) => ({ what: 'app', act: 'edit', app: 'crm', name }) as const;
const crmOf = (config: Config) => config.apps[0];

describe('the form of a section of an app', () => {
  it('of its owners changes who they are, and takes out what is emptied', () => {
    const next = configOf(base, crm('owners'), {
      ...{ owners: 'bea@acme.test\nU024BE7LH', requestable: 'true', signOn: 'https://crm.example' },
    });
    expect(crmOf(next)).toMatchObject({ owners: ['bea@acme.test', 'U024BE7LH'], requestable: true });
    expect(crmOf(configOf(next, crm('owners'), { signOn: '' }))).not.toHaveProperty('signOn');
    expect(edited(base, crm('owners'), { signOn: 'ftp://x' })).toEqual({ signOn: expect.any(String) });
  });

  it('of its approvals reads steps as people write them, and keeps those it did not touch', () => {
    const odd = { who: ['a, b'], fallback: [] };
    const config = Config.parse({
      ...base,
      apps: base.apps.map((app) => ({
        ...app,
        provisioning: { ...app.provisioning, approval: { create: { steps: [odd] }, update: false } },
      })),
    });
    const next = configOf(config, crm('approvals'), {
      ...{ 'provisioning.approval.create.steps': '2 of owners, manager else admins\na, b' },
      ...{
        'provisioning.approval.privileged.steps': 'admins',
        'provisioning.privileged': 'groups: A: b\ngroups: Admins',
      },
    });
    const steps = [{ who: ['owners', 'manager'], fallback: ['admins'], quorum: 2 }, odd];
    expect(crmOf(next)?.provisioning).toMatchObject({
      approval: { create: { steps }, update: false, privileged: { steps: [{ who: ['admins'], fallback: [] }] } },
      privileged: { groups: ['A: b', 'Admins'] },
    });
    const plain = configOf(next, crm('approvals'), { 'provisioning.approval.create.steps': '' });
    expect(crmOf(plain)?.provisioning.approval.create).toBe(true);
    expect(edited(base, crm('approvals'), { 'provisioning.approval.update.steps': '50 of manager' })).toEqual({
      'provisioning.approval.update.steps': expect.any(String),
    });
  });

  it('of its provisioning keeps the steps of what is still asked', () => {
    const config = configOf(base, crm('approvals'), { 'provisioning.approval.delete.steps': 'manager' });
    const next = configOf(config, crm('provisioning'), {
      ...{ 'provisioning.approval': ['update', 'delete'], 'provisioning.onDelete': 'delete' },
    });
    expect(crmOf(next)?.provisioning).toMatchObject({
      approval: { create: false, update: true, delete: { steps: [{ who: ['manager'] }] } },
      onDelete: 'delete',
    });
  });

  it('of its timing sets grace and hours, and takes them out when they are emptied', () => {
    const grace = { 'provisioning.grace.delete': '30 days', 'provisioning.grace.remind': '23 days' };
    const hours = { 'provisioning.window.from': '22:00', 'provisioning.window.to': '05:00' };
    const next = configOf(base, crm('timing'), { ...grace, ...hours, 'provisioning.window.days': ['monday'] });
    expect(crmOf(next)?.provisioning).toMatchObject({
      grace: { delete: '30 days', remind: '23 days' },
      window: { days: ['monday'], from: '22:00', to: '05:00', timezone: 'UTC' },
    });
    const emptied = Object.fromEntries(Object.keys({ ...grace, ...hours }).map((block) => [block, '']));
    const { provisioning } = crmOf(configOf(next, crm('timing'), emptied)) ?? {};
    expect(provisioning).not.toHaveProperty('grace');
    expect(provisioning).not.toHaveProperty('window');
    expect(edited(base, crm('timing'), { 'provisioning.grace.remind': '3 days' })).toEqual({
      'provisioning.grace.delete': expect.any(String),
    });
  });

  it('of its password offers the SSO password where mapping is enabled alone, and warns of it', () => {
    const offered = (config: Config) =>
      JSON.stringify(formKinds.app.fields(groundOf(config), { ...crm('password'), rows: 0 }, {}));
    const mapped = configOf(base, { what: 'settings', act: 'edit' }, { passwordMapping: 'true' });
    expect(offered(base)).not.toContain('"sso"');
    expect(offered(mapped)).toContain('"sso"');
    expect(formKinds.app.notes(groundOf(base), { ...crm('password'), rows: 0 }).join()).toContain(
      'no longer change it there',
    );
    const next = configOf(mapped, crm('password'), { 'parameters.password': 'sso' });
    expect(crmOf(next)?.parameters.at(-1)).toEqual({ target: 'password', password: 'sso' });
    const none = configOf(next, crm('password'), { 'parameters.password': 'none' });
    expect(crmOf(none)?.parameters).toEqual(crmOf(base)?.parameters);
  });

  it('of its sign-on sets it up, keeps what it does not ask for, and takes it out when it is emptied', () => {
    const [first, second] = ['https://wiki.example/saml/acs', 'https://wiki.example/other'];
    const made = configOf(base, crm('sign-on'), { 'saml.entityId': 'urn:wiki', 'saml.acs': `${first}\n${second}` });
    const usual = { nameId: { format: 'emailAddress' }, sign: 'both', requestsSigned: false, session: '8 hours' };
    expect(crmOf(made)?.saml).toMatchObject({ entityId: 'urn:wiki', acs: [{ url: first }, { url: second }], ...usual });
    const certificates = ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'];
    const attributes = { mail: 'email' };
    const acs = [
      { url: first, index: 4 },
      { url: second, index: 7 },
    ];
    const imported = Config.parse({
      ...made,
      apps: made.apps.map((app) => ({ ...app, saml: { ...app.saml, acs, attributes, certificates } })),
    });
    const next = configOf(imported, crm('sign-on'), {
      ...{ 'saml.acs': `${second}\n${first}\nhttps://wiki.example/new`, 'saml.requestsSigned': 'true' },
      ...{ 'saml.nameId.format': 'persistent', 'saml.nameId.target': 'externalId', 'saml.session': '1 hour' },
    });
    expect(crmOf(next)?.saml).toEqual({
      ...{ entityId: 'urn:wiki', sign: 'both', requestsSigned: true, session: '1 hour', attributes, certificates },
      acs: [...[...acs].reverse(), { url: 'https://wiki.example/new' }],
      nameId: { format: 'persistent', target: 'externalId' },
    });
    expect(crmOf(configOf(next, crm('sign-on'), { 'saml.entityId': '', 'saml.acs': '' }))).not.toHaveProperty('saml');
    expect(edited(base, crm('sign-on'), { 'saml.entityId': 'urn:wiki' })).toEqual({ 'saml.acs': expect.any(String) });
    // Nothing but what is usual of an app nobody signs on to is nothing.
    expect(configOf(base, crm('sign-on'), { 'saml.requestsSigned': 'true' })).toEqual(base);
    expect(edited(next, crm('sign-on'), { 'saml.acs': 'wiki.example' })).toEqual({
      'saml.acs': 'Write an address such as https://app.example/saml/acs.',
    });
  });

  it('of its sign-on says where Rollcall is reached, where it is, and that another admin has to agree', () => {
    const addresses = {
      entityId: 'https://r.test/saml/metadata',
      signOn: 'https://r.test/saml/sso',
      metadata: 'https://r.test/m',
    };
    const notes = (ground: Ground) => formKinds.app.notes(ground, { ...crm('sign-on'), rows: 0 }).join('\n');
    expect(notes({ ...groundOf(base), addresses })).toContain('sign-on address https://r.test/saml/sso');
    expect(notes(groundOf(base))).not.toContain('https:');
    expect(notes(groundOf(base))).toContain('Another admin has to agree');
  });

  it('is refused where the section was changed meanwhile, and not where another was', () => {
    const ground = groundOf(base);
    const form = openedForm(ground, crm('owners'));
    const draft = formKinds.app.draft(ground, form?.meta as FormMeta, { ...form?.state, owners: 'bea@acme.test' });
    if ('errors' in draft) throw new Error('errors');
    const other = configOf(base, crm('timing'), { 'provisioning.createDaysBefore': '3' });
    expect(draft.edit(other).apps[0]).toMatchObject({
      owners: ['bea@acme.test'],
      provisioning: { createDaysBefore: 3 },
    });
    const same = configOf(base, crm('owners'), { owners: 'eve@acme.test' });
    expect(() => draft.edit(same)).toThrow('changed by somebody else meanwhile');
  });

  it('asks for everything there is to be set of an app, but where it is reached, its parameters and its rules', () => {
    const blocks = appSections.flatMap((name) =>
      formKinds.app.fields(groundOf(base), { ...crm(name), rows: 0 }, {}).map(({ block }) => block),
    );
    // Shards are fixed for the life of an app.
    const elsewhere = ['name', 'connector', 'connection', 'rules', 'provisioning.shards'];
    const keys = Object.keys(App.shape).filter((key) => key !== 'provisioning');
    const all = [...keys, ...Object.keys(crmOf(base)?.provisioning ?? {}).map((key) => `provisioning.${key}`)];
    for (const key of all.filter((one) => !elsewhere.includes(one)))
      expect(blocks.some((block) => block === key || block.startsWith(`${key}.`))).toBe(true);
    for (const key of ['grace', 'window']) expect(blocks.join()).toContain(`provisioning.${key}.`);
  });

  it('takes the whole app out of the configuration', () => {
    const next = formKinds.app.removal({ what: 'app', act: 'remove', app: 'crm', rows: 0 })(base);
    expect(next.apps).toEqual([]);
    expect(next.roles[0]?.apps).toEqual([]);
  });
});

describe('the form of a directory', () => {
  it('says how it is read, what is believed of it, and before which others', () => {
    const two = { ...base, directories: [...base.directories, { ...base.directories[0], name: 'ad' }] } as Config;
    const ids = { what: 'directory', act: 'edit', name: 'ad' } as const;
    const next = configOf(two, ids, {
      order: '1',
      authoritative: 'false',
      join: 'email',
      schedule: '1 day',
      title: 'AD',
    });
    expect(next.directories.map(({ name }) => name)).toEqual(['ad', 'hr']);
    expect(next.directories[0]).toMatchObject({
      authoritative: false,
      join: ['email'],
      schedule: '1 day',
      title: 'AD',
    });
    expect(edited(two, ids, { schedule: 'often' })).toEqual({ schedule: expect.stringContaining('15 minutes') });
    expect(edited(two, ids, { order: '0' })).toEqual({ order: expect.any(String) });
  });
});

describe('the sections of the settings', () => {
  const section = (name: string) => ({ what: 'settings', act: 'edit', name }) as const;

  it('ask for everything there is to be set', () => {
    const blocks = settingsSectionNames.flatMap((name) =>
      formKinds.settings
        .fields(groundOf(base), { ...section(name), rows: 1 }, {})
        .map(({ block }) => block.split('.')[0]),
    );
    for (const key of Object.keys(Settings.shape)) expect(blocks).toContain(key);
  });

  it('name the secret of the sign-in, and never ask for it', () => {
    const next = configOf(base, section('sign-in'), {
      'stepUp.issuer': 'https://login.acme.test',
      'stepUp.clientId': 'rollcall',
    });
    expect(next.settings.stepUp).toMatchObject({ clientId: 'rollcall', clientSecret: '${STEP_UP_CLIENT_SECRET}' });
    const other = {
      ...next,
      settings: { ...next.settings, stepUp: { ...next.settings.stepUp, clientSecret: '${OIDC}' } },
    } as Config;
    expect(
      configOf(other, section('sign-in'), { 'stepUp.issuer': 'https://sso.acme.test' }).settings.stepUp,
    ).toMatchObject({
      issuer: 'https://sso.acme.test',
      clientSecret: '${OIDC}',
    });
    const none = { 'stepUp.issuer': '', 'stepUp.clientId': '' };
    expect(configOf(next, section('sign-in'), none).settings).not.toHaveProperty('stepUp');
  });

  it('say who is a contractor, condition by condition', () => {
    const row = {
      'conditions[0].attribute': 'title',
      'conditions[0].operator': '=',
      'conditions[0].value': 'Contractor',
    };
    const next = configOf(base, section('contractors'), { contractors: 'true', ...row });
    expect(next.settings.contractors).toMatchObject({
      conditions: [{ attribute: 'title', operator: '=', value: 'Contractor' }],
      sponsor: 'manager',
    });
    expect(configOf(base, section('contractors'), row).settings).not.toHaveProperty('contractors');
    expect(configOf(next, section('contractors'), { contractors: 'false' }).settings).not.toHaveProperty('contractors');
  });

  it('say when people are reminded, or never', () => {
    const next = configOf(base, section('general'), { 'reminders.remind': 'never', 'reminders.escalate': '90' });
    expect(next.settings.reminders).toMatchObject({ remind: false, escalate: 90 });
    expect(edited(base, section('general'), { 'reminders.remind': 'soon' })).toEqual({
      'reminders.remind': expect.any(String),
    });
  });
});
