import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

describe('a mapping', () => {
  const place = 'mappings[0].set';
  tellsEach([
    [
      'sets an attribute in a spelling nobody reads',
      {
        [place]: [
          { attribute: 'Cost Center', value: 1 },
          { attribute: 'given_name', value: 'x' },
        ],
      },
      'mappings[0].set[1].attribute',
      'write givenName',
    ],
    [
      'takes a value from an attribute people do not have',
      { [place]: [{ attribute: 'level', value: ['a', '{Title}'] }] },
      'mappings[0].set[0].value',
      'write title',
    ],
    [
      'has a bad template',
      { [place]: [{ attribute: 'level', value: '{{ title | upcas }}' }] },
      'mappings[0].set[0].value',
      'did you mean upcase?',
    ],
    ['gives nothing', { 'mappings[0].roles': [] }, 'mappings[0]', 'say what it gives: `roles` or `set`'],
  ]);

  it('may set an attribute and give no role', () => {
    expect(problemsWith({ 'mappings[0].roles': [], [place]: [{ attribute: 'level', value: '{title}' }] })).toEqual([]);
  });
});

describe('contractors', () => {
  const place = 'settings.contractors';
  const conditions = [{ attribute: 'employeeType', operator: '=', value: 'Contractor' }];
  tellsEach([
    [
      'are nobody in particular',
      { [place]: {} },
      `${place}.conditions`,
      'add a condition, such as `{ attribute: employeeType, operator: "=", value: Contractor }`',
    ],
    [
      'have a sponsor nobody reads',
      { [place]: { conditions, sponsor: 'Manager' } },
      `${place}.sponsor`,
      'write manager',
    ],
    [
      'are told by a condition without a value',
      { [place]: { conditions: [{ attribute: 'title', operator: '=' }] } },
      `${place}.conditions[0].value`,
      'add a `value`',
    ],
  ]);

  it('may be anybody conditions tell', () => {
    expect(problemsWith({ [place]: { conditions, longest: '26 weeks' } })).toEqual([]);
  });
});
