import { describe } from 'vitest';
import { tellsEach } from './config-sample.ts';

describe('conditions', () => {
  const place = 'mappings[0].conditions[0]';
  const title = { attribute: 'title', operator: '=' };
  const simpler = 'write a simpler regular expression, or use contains, starts-with or in';
  const only = 'write a number, or a date such as 2026-03-31';
  const inner = { match: 'any', conditions: [title] };
  const inRule = 'apps[0].rules[0].conditions[0].attribute';
  tellsEach([
    [
      'another spelling of a canonical name',
      { [`${place}.attribute`]: 'Given Name' },
      `${place}.attribute`,
      'write givenName',
    ],
    ['nothing to compare with', { [place]: title }, `${place}.value`, 'add a `value`'],
    ['a blank to compare with', { [place]: { ...title, value: ' ' } }, `${place}.value`, 'add a `value`'],
    ['an order of words', { [place]: { ...title, operator: '>', value: 'Clerk' } }, `${place}.value`, only],
    [
      'a day that does not exist',
      { [place]: { ...title, operator: '<', value: '2026-02-30' } },
      `${place}.value`,
      only,
    ],
    ['an invalid pattern', { [place]: { ...title, operator: 'matches', value: '(' } }, `${place}.value`, simpler],
    [
      'a pattern that runs away',
      { [place]: { ...title, operator: 'matches', value: '(a+)+' } },
      `${place}.value`,
      simpler,
    ],
    [
      'exists of a word',
      { [place]: { ...title, operator: 'exists', value: 'x' } },
      `${place}.value`,
      'write true or false, or leave the value out',
    ],
    ['one deep within', { [place]: inner }, `${place}.conditions[0].value`, 'add a `value`'],
    ['one of a rule', { [inRule]: 'given_name' }, inRule, 'write givenName'],
  ]);
});
