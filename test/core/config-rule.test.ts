import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

const place = 'apps[0].rules[0].actions[1]';
const extract = { from: 'memberOf', pattern: '^CN=App-([^,]+)', value: '$1' };

describe('an action', () => {
  tellsEach([
    [
      'two acts',
      { [place]: { target: 'groups', add: ['A'], remove: ['B'] } },
      place,
      'an action has one of `add`, `set`, `remove` and `extract`',
    ],
    ['none', { [place]: { target: 'groups' } }, place, 'an action has one of `add`, `set`, `remove` and `extract`'],
    [
      'taking out for an attribute of one value',
      { [place]: { target: 'title', extract } },
      `${place}.extract`,
      'name an entitlement, or use a parameter with `from`',
    ],
    [
      'a pattern that may run away',
      { [place]: { target: 'groups', extract: { ...extract, pattern: '(a+)+$', value: '$0' } } },
      `${place}.extract.pattern`,
      'write a simpler regular expression, or use contains, starts-with or in',
    ],
    [
      'a group the pattern has not',
      { [place]: { target: 'groups', extract: { ...extract, value: '$2' } } },
      `${place}.extract.value`,
      'use $0 to $1',
    ],
    [
      'a group of a pattern without any',
      { [place]: { target: 'groups', extract: { ...extract, pattern: 'CN=(?:App|Web)', value: '$1' } } },
      `${place}.extract.value`,
      'put the part that is meant in ( )',
    ],
    [
      'an attribute people do not have',
      { [place]: { target: 'groups', extract: { ...extract, from: 'member_of' } } },
      `${place}.extract.from`,
      'write memberOf',
    ],
    [
      'nor one in what is taken back',
      { [place]: { target: 'groups', remove: ['{Department}'] } },
      `${place}.remove`,
      'write department',
    ],
    [
      'a bad template in what is given',
      { [place]: { target: 'groups', add: ['{{ department | shout }}'] } },
      `${place}.add`,
      'the filters there are: abs, append, ascii, at_least, at_most, capitalize, ceil, compact, default, divided_by, downcase, first, floor, join, last, lstrip, minus, modulo, plus, prepend, remove, remove_first, remove_last, replace, replace_first, replace_last, reverse, round, rstrip, size, slice, split, squish, strip, times, truncate, uniq, upcase',
    ],
  ]);

  it('may take back values or everything, and take values out by pattern', () => {
    expect(problemsWith({ [place]: { target: 'groups', remove: true } })).toEqual([]);
    expect(problemsWith({ [place]: { target: 'title', remove: ['Clerk'] } })).toEqual([]);
    expect(problemsWith({ [place]: { target: 'groups', extract } })).toEqual([]);
  });

  it('that takes back does not fill what the app requires', () => {
    const plain = { 'apps[0].connector': 'plain', 'apps[0].provisioning': { enabled: false } };
    const removing = problemsWith({ ...plain, [place]: { target: 'userName', remove: true } });
    expect(removing.map(({ path }) => path)).toEqual(['apps[0].parameters']);
    expect(problemsWith({ ...plain, [place]: { target: 'userName', set: '{email}' } })).toEqual([]);
  });
});
