import { describe, expect, it } from 'vitest';
import { fill, namesIn } from '../../src/core/template.ts';

const zoe = { givenName: 'Zoe ', familyName: ['Quill', 'Q.'], memberOf: ['VPN', 'Sales'], 'cost center': 7, blank: '' };

describe('fill', () => {
  it.each<[string | number | boolean, unknown[]]>([
    ['Staff', ['Staff']],
    [3, [3]],
    [false, [false]],
    ['{givenName}.{familyName}', ['Zoe.Quill']],
    ['{memberOf}', ['VPN', 'Sales']],
    ['app-{memberOf}', ['app-VPN']],
    ['{cost center}', [7]],
    ['{givenName} {missing}', []],
    ['{blank}', []],
    ['{missing}', []],
    ['{"json": 1}', ['{"json": 1}']],
    ['{}', ['{}']],
    ['  ', []],
  ])('%j', (template, values) => {
    expect(fill(template, zoe)).toEqual(values);
  });

  it('looks into values no second time', () => {
    expect(fill('{a} {b}', { a: '{b}', b: '$&' })).toEqual(['{b} $&']);
  });
});

it('tells the attributes a template reads', () => {
  expect(namesIn('{givenName} {family name}, {1}')).toEqual(['givenName', 'family name']);
});
