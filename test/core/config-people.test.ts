import { describe, expect, it } from 'vitest';
import { problemsWith, tellsEach } from './config-sample.ts';

describe('people', () => {
  const address = 'write an e-mail address';
  const approver = 'write an e-mail address, a Slack user id, manager or owners';
  const nobody = { settings: {}, 'apps[0].owners': [] };
  const two = { approvers: ['ada@acme.test', 'ADA@acme.test'], quorum: 2 };
  const digest = { channel: '#x', at: '09:00', timezone: 'Mars/Olympus' };
  tellsEach([
    ['a misspelt approver', { 'settings.approvers[4]': 'manger' }, 'settings.approvers[4]', 'did you mean manager?'],
    ['an approver by name', { 'settings.approvers[4]': 'Ada Lovelace' }, 'settings.approvers[4]', approver],
    ['an admin by name', { 'settings.admins[1]': 'Ada' }, 'settings.admins[1]', address],
    ['a protected person by Slack id', { 'settings.protected': ['U024BE7LH'] }, 'settings.protected[0]', address],
    ['a member by name', { 'roles[0].members[1]': 'Zoe' }, 'roles[0].members[1]', address],
    ['an owner by name', { 'apps[0].owners[1]': 'Zoe' }, 'apps[0].owners[1]', address],
    ['nobody to approve', nobody, 'apps[0].owners', 'name settings.admins, settings.approvers, or owners of the app'],
    ['a quorum nobody reaches', { settings: two }, 'settings.quorum', 'name more approvers, or lower the quorum'],
    [
      'leavers shown to everybody',
      { 'settings.leaverChannel': '#Access' },
      'settings.leaverChannel',
      'name a private channel, or leave it out',
    ],
    [
      'no such time zone',
      { 'settings.digest': digest },
      'settings.digest.timezone',
      'write one such as Europe/Berlin, or UTC',
    ],
    [
      'no such time zone of the company',
      { 'settings.timezone': 'Europe/Berlim' },
      'settings.timezone',
      'write one such as Europe/Berlin, or UTC',
    ],
    [
      'no such time zone of a window',
      { 'apps[0].provisioning.window': { from: '20:00', to: '06:00', timezone: 'Berlin' } },
      'apps[0].provisioning.window.timezone',
      'write one such as Europe/Berlin, or UTC',
    ],
    [
      'a member until a day there is not',
      { 'roles[0].members[1]': { email: 'max@acme.test', until: '2026-02-30' } },
      'roles[0].members[1].until',
      'write a date such as "2026-03-31"',
    ],
    [
      'a member twice',
      { 'roles[0].members[1]': { email: ' ZOE@acme.test', until: '2026-03-31' } },
      'roles[0].members[1]',
      'keep one of the two',
    ],
    [
      'a key attribute in another spelling',
      { 'settings.keyAttributes': ['email', 'employee_id'] },
      'settings.keyAttributes[1]',
      'write employeeId',
    ],
  ]);

  it('may be named by Slack id where they decide', () => {
    expect(problemsWith({ 'settings.admins': ['U024BE7LH'], 'apps[0].owners': ['W012A3CDE'] })).toEqual([]);
  });
});
