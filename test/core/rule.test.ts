import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/core/app-schema.ts';
import { extracted, highestGroup, ruleContributions } from '../../src/core/rule.ts';
import { app, attributes as declared, person, sales, wishOf } from './samples.ts';

const zoe = { email: 'zoe@acme.test', department: ' sales ', title: '', level: '7', memberOf: ['VPN', 'Sales'] };
const byName = new Map(declared.map((attribute) => [attribute.name, attribute]));
const mapped = { attributes: zoe, setBy: new Map() };

it('rules that hold speak in their order, of declared targets only', () => {
  const { rules } = app({
    rules: [
      {
        name: 'never',
        conditions: [{ attribute: 'level', operator: '>', value: 9 }],
        actions: [{ target: 'groups', add: ['X'] }],
      },
      {
        name: 'all',
        actions: [
          { target: 'groups', add: ['{memberOf}', 'A'] },
          { target: 'seats', set: 'many' },
          { target: 'ghost', set: 1 },
        ],
      },
    ],
  });
  expect(ruleContributions({ rules }, byName, mapped)).toMatchObject([
    {
      target: 'groups',
      values: ['VPN', 'Sales', 'A'],
      act: 'add',
      reasons: [{ kind: 'rule', name: 'all', because: 'everybody' }],
    },
    { target: 'seats', values: [], unusable: true, act: 'set' },
  ]);
});

const given = (actions: object[], parameters: object[] = [], previous = null as ReturnType<typeof wishOf> | null) =>
  wishOf(person({ attributes: { ...person().attributes, memberOf: groups } }), {
    app: app({
      parameters: [{ target: 'userName', from: 'email' }, ...parameters],
      rules: actions.map((action, index) => ({ name: `rule ${index}`, conditions: sales, actions: [action] })),
    }),
    previous,
  });
const groups = ['CN=App-CRM-Sales,OU=Groups', 'CN=App-CRM-Board,OU=Groups', 'CN=VPN,OU=Groups'];

describe('a rule that removes', () => {
  const everybody = { target: 'groups', value: ['Everybody', 'Sales'] };

  it('takes back what parameters and earlier rules give, in any case', () => {
    const found = given(
      [
        { target: 'groups', add: ['Board'] },
        { target: 'groups', remove: ['everybody', 'Board'] },
      ],
      [everybody],
    );
    expect(found.entitlements.groups).toEqual(['Sales']);
    expect(found.reasons.at(-1)).toEqual({
      kind: 'rule',
      name: 'rule 1',
      because: 'department is Sales: takes back everybody, Board',
      target: 'groups',
    });
  });

  it('takes back everything, and a later one may give again', () => {
    const found = given(
      [
        { target: 'groups', remove: true },
        { target: 'groups', add: ['Later'] },
      ],
      [everybody],
    );
    expect(found.entitlements.groups).toEqual(['Later']);
  });

  it('makes a plain attribute one that is not wished, and takes back what we gave', () => {
    const title = { target: 'title', from: 'title' };
    const before = given([], [title]);
    expect(before.attributes.title).toBe('Clerk');
    expect(given([{ target: 'title', remove: true }], [title]).attributes).not.toHaveProperty('title');
    expect(given([{ target: 'title', remove: true }], [title], before).attributes.title).toEqual([]);
    expect(given([{ target: 'title', remove: ['Boss'] }], [title]).attributes.title).toBe('Clerk');
  });
});

describe('a rule that takes values out by pattern', () => {
  const extract = { from: 'memberOf', pattern: '^CN=App-CRM-([^,]+)', value: 'CRM $1' };

  it('gives one for each match, and says from what', () => {
    const found = given([{ target: 'groups', extract }], [{ target: 'groups', value: 'Everybody' }]);
    expect(found.entitlements.groups).toEqual(['CRM Board', 'CRM Sales', 'Everybody']);
    expect(found.reasons.at(-1)?.because).toBe('department is Sales: memberOf gives CRM Sales, CRM Board');
  });

  it.each<[string, Partial<NonNullable<Rule['actions'][number]['extract']>>, string[]]>([
    ['the whole match', { pattern: 'VPN' }, ['VPN']],
    ['several matches of one value, each once', { pattern: '(CN|OU)=', value: '$1' }, ['CN', 'OU']],
    ['a group that did not match is nothing', { pattern: 'VPN(x)?', value: 'a$1b' }, ['ab']],
    ['no match', { pattern: 'nobody' }, []],
    ['a refused pattern', { pattern: '(a+)+' }, []],
    ['the wrong way round of replacement signs', { pattern: 'VPN', value: '$& $$' }, ['$& $$']],
  ])('%s', (_, change, expected) => {
    expect(extracted({ ...extract, value: '$0', ...change }, groups).sort()).toEqual(expected);
  });

  it('says nothing where nothing matches', () => {
    const none = given([{ target: 'groups', extract: { ...extract, pattern: 'nobody' } }]);
    expect(none.entitlements.groups).toEqual([]);
    expect(none.reasons.at(-1)?.because).toBe('department is Sales: memberOf gives nothing');
  });
});

it('the highest group a value names', () => {
  expect([highestGroup('$0'), highestGroup('$2 and $1'), highestGroup('none')]).toEqual([0, 2, 0]);
});
