import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

const place = 'apps[0].parameters[3]';
const generated = { target: 'password', password: 'generated' };
const sso = { target: 'password', password: 'sso' };

describe('the Password parameter of a configuration', () => {
  it('may be none or generated, and with password mapping the SSO password', () => {
    expect(problemsWith({ [place]: generated })).toEqual([]);
    expect(problemsWith({ [place]: { target: 'password', password: 'none' } })).toEqual([]);
    expect(problemsWith({ [place]: sso, 'settings.passwordMapping': true })).toEqual([]);
  });

  tellsEach([
    [
      'no attribute fills it',
      { [place]: { target: 'password', from: 'employeeId' } },
      `${place}.from`,
      'write `password: none`, `generated` or `sso` instead',
    ],
    [
      'no constant',
      { [place]: { target: 'password', value: 'welcome' } },
      `${place}.value`,
      'write `password: none`, `generated` or `sso` instead',
    ],
    ['no template', { [place]: { ...generated, template: '{{ email }}' } }, `${place}.template`, 'take it out'],
    ['no default', { [place]: { ...generated, default: 'welcome' } }, `${place}.default`, 'take it out'],
    ['no translation', { [place]: { ...generated, translate: { a: 'b' } } }, `${place}.translate`, 'take it out'],
    [
      'and it is not “only at first”',
      { [place]: { ...generated, createOnly: true } },
      `${place}.createOnly`,
      'take it out',
    ],
    [
      'no other target is a password',
      { [place]: { target: 'email', password: 'generated' } },
      `${place}.password`,
      'write `target: password`, or take it out',
    ],
    [
      'the SSO password needs the account setting',
      { [place]: sso },
      `${place}.password`,
      'set `settings.passwordMapping: true`, or write `generated` or `none`',
    ],
    [
      'a connector that takes no passwords gets none',
      {
        'apps[0].connector': 'plain',
        'apps[0].provisioning': { enabled: false },
        [place]: generated,
        'apps[0].parameters[4]': { target: 'userName', from: 'email' },
      },
      `${place}.password`,
      'write `none`, or take the parameter out',
    ],
    [
      'it is there once',
      { [place]: generated, 'apps[0].parameters[4]': generated },
      'apps[0].parameters[4].target',
      'keep one of the two',
    ],
    [
      'no rule writes it',
      { 'apps[0].rules[0].actions[0]': { target: 'password', set: 'welcome' } },
      'apps[0].rules[0].actions[0].target',
      'use a parameter: `target: password, password: generated`',
    ],
    [
      'a misspelt way',
      { [place]: { target: 'password', password: 'generate' } },
      `${place}.password`,
      'did you mean generated?',
    ],
  ]);

  it('repeats no value', () => {
    const told = problemsWith({ [place]: { target: 'password', value: 'welcome-canary' } });
    expect(JSON.stringify(told)).not.toContain('welcome-canary');
  });
});
