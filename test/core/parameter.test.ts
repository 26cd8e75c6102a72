import { describe, expect, it } from 'vitest';
import { Parameter } from '../../src/core/app-schema.ts';
import { contributionOf, converted, effectiveParameters } from '../../src/core/parameter.ts';
import { attributes as declared } from './samples.ts';

const zoe = { email: 'zoe@acme.test', department: ' sales ', title: '', level: '7', memberOf: ['VPN', 'Sales'] };
const byName = new Map(declared.map((attribute) => [attribute.name, attribute]));
const title = { name: 'title', kind: 'value', type: 'string' } as const;

function say(parameter: object, target = 'title') {
  const attribute = byName.get(target) ?? title;
  const { values, unusable, reasons } = contributionOf(Parameter.parse({ target, ...parameter }), attribute, zoe);
  return { values, unusable, because: reasons[0]?.because, kind: reasons[0]?.kind };
}

describe('a parameter', () => {
  it.each<[string, object, string, unknown]>([
    ['takes an attribute', { from: 'email' }, 'title', ['zoe@acme.test']],
    ['takes a constant', { value: 'Staff' }, 'title', ['Staff']],
    ['takes a template', { value: '{email} ({level})' }, 'title', ['zoe@acme.test (7)']],
    [
      'translates, trimmed and in any case',
      { from: 'department', translate: { SALES: 'Sales and Marketing' } },
      'title',
      ['Sales and Marketing'],
    ],
    [
      'translates each of many',
      { from: 'memberOf', translate: { vpn: 'Remote', sales: 'S' } },
      'groups',
      ['Remote', 'S'],
    ],
    [
      'drops what it cannot translate of many',
      { from: 'memberOf', translate: { vpn: 'Remote' } },
      'groups',
      ['Remote'],
    ],
    ['defaults without a value', { from: 'title', default: 'Staff' }, 'title', ['Staff']],
    [
      'defaults without a translation',
      { from: 'department', translate: { Ops: 'O' }, default: 'Other' },
      'title',
      ['Other'],
    ],
    [
      'does not translate the default',
      { from: 'title', translate: { Staff: 'X' }, default: 'Staff' },
      'title',
      ['Staff'],
    ],
    ['becomes a number', { from: 'level' }, 'seats', [7]],
    ['becomes a boolean', { value: 'Yes' }, 'external', [true]],
  ])('%s', (_, parameter, target, values) => {
    expect(say(parameter, target).values).toEqual(values);
  });

  it('says why there is no value', () => {
    expect(say({ from: 'title' })).toMatchObject({ values: [], unusable: false, because: 'no value: title is empty' });
    expect(say({ from: 'department', translate: { Ops: 'O' } })).toMatchObject({
      values: [],
      unusable: true,
      because: 'no value: sales has no translation and there is no default',
    });
    expect(say({ from: 'email' }, 'seats')).toMatchObject({
      values: [],
      unusable: true,
      because: 'no value: zoe@acme.test is not a number',
    });
  });

  it('says where the value comes from', () => {
    expect(say({ from: 'email' })).toMatchObject({ kind: 'parameter', because: 'from email' });
    expect(say({ from: 'department', translate: { sales: 'S' } }).because).toBe('department sales, translated');
    expect(say({ from: 'title', default: 'Staff' })).toMatchObject({
      kind: 'default',
      because: 'no title, so the default',
    });
    expect(say({ default: 'Staff' }).because).toBe('always the default');
  });
});

describe('types', () => {
  it.each<['string' | 'number' | 'boolean', string | number | boolean, unknown[]]>([
    ['string', 7, ['7']],
    ['string', '  ', []],
    ['number', ' 1.5 ', [1.5]],
    ['number', 'Infinity', []],
    ['number', '', []],
    ['boolean', 0, [false]],
    ['boolean', 'maybe', []],
  ])('%s from %j', (type, value, expected) => {
    expect(converted(value, { type })).toEqual(expected);
  });
});

it('the app’s own parameters replace the connector’s for the same target', () => {
  const connector = {
    parameters: [
      { target: 'userName', from: 'userName' },
      { target: 'email', from: 'email' },
    ],
  };
  const own = {
    parameters: [
      { target: 'userName', from: 'email' },
      { target: 'title', value: 'Staff' },
    ],
  };
  expect(effectiveParameters(own, connector)).toEqual([
    { target: 'email', from: 'email' },
    { target: 'userName', from: 'email' },
    { target: 'title', value: 'Staff' },
  ]);
});
