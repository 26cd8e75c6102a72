import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputOf, nameOfValue, nameValue } from '../../../blocks/inputs.ts';
import { lintView } from '../../../blocks/lint.ts';
import { Config } from '../../../src/core/config.ts';
import { configDifferences, differenceText } from '../../../src/core/config-difference.ts';
import type { FormMeta, Ground, State } from '../../../src/slack/forms/form.ts';
import { formKinds } from '../../../src/slack/forms/kinds.ts';
import { drawnForm, namedState, openedForm } from '../../../src/slack/forms/view.ts';
import { hostileText } from '../../blocks/hostile.ts';
import { condition, patience, runs } from '../../core/arbitraries.ts';
import { good } from '../../core/config-sample.ts';
import { attributes } from '../../core/samples.ts';

const base = Config.parse(good());
const groundOf = (config: Config): Ground => ({ config, attributes });

/** What Slack would send for the form as it opens: what each input starts from, and options by their values. */
function submitted(ground: Ground, meta: FormMeta, state: State): State {
  const blocks = formKinds[meta.what].fields(ground, meta, state).map(inputOf);
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
    return [[block.block_id ?? '', element.type.startsWith('multi') ? (values ?? []) : value] as const];
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
  const state = { ...submitted(ground, form.meta, form.state), ...change };
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
  })
  .map(({ roles, conditions, set, match, members, actions, parameter, people }) =>
    Config.safeParse(
      structuredClone({
        ...base,
        settings: { ...base.settings, admins: people, protected: people, channel: ' #odd ' },
        roles: roles.map((one) => ({ name: one, apps: ['crm'], members })),
        mappings: [
          { name: 'One', match, conditions, roles, set },
          { name: 'Two', roles: [roles[0]] },
        ],
        apps: base.apps.map((app) => ({
          ...app,
          rules: [{ name: 'R', match, conditions, actions }],
          parameters: [parameter],
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
  { what: 'settings', act: 'edit' },
  { what: 'mapping', act: 'new' },
  { what: 'rule', act: 'new', app: 'crm' },
];

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
        { numRuns: runs.numRuns / 4 },
      );
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
    const next = configOf(base, ids, {
      quorum: '2',
      'deletionThreshold.percent': '2.5',
      admins: 'ada@acme.test\nbea@acme.test',
    });
    expect(next.settings).toMatchObject({
      quorum: 2,
      deletionThreshold: { percent: 2.5, count: 25 },
      admins: ['ada@acme.test', 'bea@acme.test'],
    });
    const daily = configOf(base, ids, { 'digest.channel': '#access', 'digest.at': '09:00' });
    expect(daily.settings.digest).toMatchObject({ channel: '#access', at: '09:00', timezone: 'UTC' });
    const none = { 'digest.channel': '', 'digest.at': '', 'digest.timezone': '' };
    expect(configOf(daily, ids, none).settings.digest).toBeUndefined();
    expect(edited(base, ids, { quorum: 'many' })).toEqual({ quorum: expect.any(String) });
    expect(edited(base, ids, { quorum: '9' })).toEqual({ quorum: expect.any(String) });
    expect(edited(base, ids, { 'digest.channel': '#access' })).toEqual({ 'digest.at': expect.any(String) });
    expect(() => edited(base, ids, { admins: '' })).toThrow('nobody would be an admin any more');
  });
});
