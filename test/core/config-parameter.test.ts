import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

const place = 'apps[0].parameters[3]';

describe('a parameter', () => {
  tellsEach([
    [
      'an unknown filter of a template',
      { [place]: { target: 'email', template: '{{ email | downcas }}' } },
      `${place}.template`,
      'did you mean downcase?',
    ],
    [
      'a tag that loops',
      { [place]: { target: 'email', template: '{% for x in memberOf %}{{ x }}{% endfor %}' } },
      `${place}.template`,
      'the tags there are: if, unless',
    ],
    [
      'an attribute of a template that people do not have',
      { [place]: { target: 'email', template: '{{ given_name }}' } },
      `${place}.template`,
      'write givenName',
    ],
    [
      'a part of an attribute',
      { [place]: { target: 'email', template: '{{ manager.email }}' } },
      `${place}.template`,
      'use one of: first, last, size, a number',
    ],
    [
      'a template that does not end',
      { [place]: { target: 'email', template: '{{ email' } },
      `${place}.template`,
      'write it as in `{{ givenName | downcase }}.{{ familyName | downcase }}`',
    ],
    [
      'a template that reads nothing',
      { [place]: { target: 'email', template: '{email}' } },
      `${place}.template`,
      'write `{{ givenName }}` for one, or use `value`',
    ],
    [
      'a bad Liquid text where a constant may stand',
      { [place]: { target: 'email', value: '{{ email | nope! }}' } },
      `${place}.value`,
      'write it as in `{{ givenName | downcase }}.{{ familyName | downcase }}`',
    ],
    [
      'a source beside a template',
      { [place]: { target: 'email', from: 'email', template: '{{ email }}' } },
      `${place}.template`,
      'take one of them out',
    ],
    [
      'an entitlement only at first',
      { [place]: { target: 'groups', from: 'memberOf', createOnly: true } },
      `${place}.createOnly`,
      'take it out: Rollcall takes back what it gave, and nothing else',
    ],
    [
      'an entitlement cleared',
      { [place]: { target: 'groups', from: 'memberOf', clearWhenEmpty: true } },
      `${place}.clearWhenEmpty`,
      'take it out: Rollcall takes back what it gave, and nothing else',
    ],
    [
      'only at first, and cleared later',
      { [place]: { target: 'email', from: 'email', createOnly: true, clearWhenEmpty: true } },
      `${place}.clearWhenEmpty`,
      'take one of them out',
    ],
  ]);

  it('may have a template with a default, and be written only at first', () => {
    const template = '{{ givenName | slice: 0 | downcase }}{% if familyName %}.{{ familyName }}{% endif %}';
    expect(problemsWith({ [place]: { target: 'email', template, default: 'x@y', createOnly: true } })).toEqual([]);
    expect(problemsWith({ [place]: { target: 'email', from: 'email', clearWhenEmpty: true } })).toEqual([]);
  });
});
