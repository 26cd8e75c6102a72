import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

describe('parameters', () => {
  const place = 'apps[0].parameters[3]';
  tellsEach([
    [
      'no such attribute of the app',
      { [place]: { target: 'emial', from: 'email' } },
      `${place}.target`,
      'did you mean email?',
    ],
    ['no such attribute of people', { [place]: { target: 'email', from: 'E-Mail' } }, `${place}.from`, 'write email'],
    [
      'nor in a template',
      { [place]: { target: 'email', value: '{given_name}@x' } },
      `${place}.value`,
      'write givenName',
    ],
    [
      'two sources',
      { [place]: { target: 'email', from: 'email', value: 'x' } },
      `${place}.value`,
      'take one of them out',
    ],
    ['a constant of another type', { [place]: { target: 'seats', value: 'many' } }, `${place}.value`, 'write a number'],
    [
      'a default of another type',
      { [place]: { target: 'seats', from: 'x', default: 'many' } },
      `${place}.default`,
      'write a number',
    ],
    [
      'a translation of another type',
      { [place]: { target: 'seats', from: 'x', translate: { a: 1, b: 'two' } } },
      `${place}.translate`,
      'write a number',
    ],
    [
      'several values for one',
      { [place]: { target: 'email', value: ['a', 'b'] } },
      `${place}.value`,
      'write one value',
    ],
    [
      'one attribute filled twice',
      { [place]: { target: 'title', value: 'x' } },
      `${place}.target`,
      'keep one parameter, and use rules for exceptions',
    ],
  ]);

  it('may translate constants of any type, and fill an entitlement several times', () => {
    expect(problemsWith({ [place]: { target: 'seats', value: '{title}', translate: { Clerk: 1 } } })).toEqual([]);
    expect(problemsWith({ [place]: { target: 'groups', value: ['A', '{department}'] } })).toEqual([]);
  });
});

describe('rules', () => {
  const place = 'apps[0].rules[0].actions[1]';
  tellsEach([
    ['no such attribute', { [place]: { target: 'group', add: ['x'] } }, `${place}.target`, 'did you mean groups?'],
    ['adding to a single value', { [place]: { target: 'title', add: ['x'] } }, `${place}.add`, 'use `set`'],
    ['setting several for one', { [place]: { target: 'title', set: ['x', 'y'] } }, `${place}.set`, 'write one value'],
    ['setting another type', { [place]: { target: 'external', set: 'maybe' } }, `${place}.set`, 'write a boolean'],
  ]);
});

describe('provisioning', () => {
  const place = 'apps[0].provisioning';
  const nothing = { enabled: true, onSuspend: 'nothing', onDelete: 'nothing', onRoleLoss: 'nothing' };
  const plain = { 'apps[0].connector': 'plain', 'apps[0].parameters[3]': { target: 'userName', from: 'email' } };
  tellsEach([
    [
      'what the app cannot do',
      { ...plain, [place]: { ...nothing, onSuspend: 'suspend' } },
      `${place}.onSuspend`,
      'write nothing',
    ],
    [
      'entitlements it has not',
      { ...plain, [place]: { ...nothing, entitlements: true } },
      `${place}.entitlements`,
      'write false, or use another connector for crm',
    ],
    [
      'a grace where nothing can be deleted',
      { ...plain, [place]: { ...nothing, grace: { delete: '30 days' } } },
      `${place}.grace`,
      'leave `grace` out',
    ],
    [
      'a reminder after the deletion',
      { [`${place}.grace`]: { remind: '4 weeks', delete: '28 days' } },
      `${place}.grace.remind`,
      'remind earlier than `delete`',
    ],
    [
      'a required attribute nothing fills',
      { 'apps[0].connector': 'plain', [place]: nothing },
      'apps[0].parameters',
      'add a parameter with target userName',
    ],
    [
      'privileged values of no attribute',
      { [`${place}.privileged`]: { grups: ['x'] } },
      `${place}.privileged.grups`,
      'did you mean groups?',
    ],
    [
      'privileged values of a plain one',
      { [`${place}.privileged`]: { title: ['x'] } },
      `${place}.privileged.title`,
      'name an entitlement',
    ],
  ]);

  it('that is not switched on may be half done', () => {
    const off = { ...plain, [place]: { enabled: false, onDelete: 'delete' }, 'apps[0].owners': [], settings: {} };
    expect(problemsWith(off)).toEqual([]);
  });
});
