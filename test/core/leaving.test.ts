import { describe, expect, it } from 'vitest';
import { leavingOf } from '../../src/core/leaving.ts';
import type { Person } from '../../src/core/model.ts';
import { goesByName, stopReason, underStop } from '../../src/core/stop.ts';
import { app, config, noon, operation, person, record, robot } from './samples.ts';

const by = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const stop = { by, at: noon, reason: 'laptop stolen' };
const appWith = (onSuspend: string, onDelete = 'suspend') =>
  app({ provisioning: { enabled: true, onSuspend, onDelete } });
const someone = (status: Person['status'], change: Partial<Person> = {}) =>
  person({ status, records: [record({ status })], ...change });
const leaving = (who: Person, onSuspend = 'suspend', onDelete = 'suspend') =>
  leavingOf(who, appWith(onSuspend, onDelete), config(), noon);

describe('what becomes of an account', () => {
  it.each([
    ['active', null],
    ['suspended', { state: 'deleted', cause: 'suspended' }],
    ['left', { state: 'kept', cause: 'left' }],
  ] as const)('of somebody %s follows the app’s setting for it', (status, expected) => {
    const found = leaving(someone(status), 'delete', 'nothing');
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it('of somebody whose last day is over is that of a leaver', () => {
    const who = someone('active', { attributes: { endDate: '2026-03-14' } });
    expect(leaving(who, 'delete', 'nothing')).toMatchObject({ state: 'kept', cause: 'left' });
  });
});

describe('disabled by name', () => {
  it.each([
    ['active', 'nothing', 'suspended'],
    ['active', 'delete', 'suspended'],
    ['suspended', 'nothing', 'suspended'],
    ['suspended', 'delete', 'deleted'],
  ] as const)('and %s by the directory with onSuspend: %s is %s', (recorded, onSuspend, state) => {
    const who = someone('suspended', { records: [record({ status: recorded })], stop });
    expect(leaving(who, onSuspend)).toMatchObject({ state, cause: 'suspended' });
  });

  it('says who and why', () => {
    const who = someone('suspended', { records: [record()], stop });
    expect(leaving(who)?.reason.because).toBe('disabled by Ada: laptop stolen');
    expect(stopReason({ ...stop, reason: null }).because).toBe('disabled by Ada');
    expect(stopReason({ ...stop, by: robot, reason: null }).because).toBe('disabled by Rollcall (test)');
  });

  it('is at least suspended, and said explicitly', () => {
    expect(underStop({ status: 'active', said: 'explicit' }, stop)).toEqual({ status: 'suspended', said: 'explicit' });
    expect(underStop({ status: 'left', said: 'absent' }, stop)).toEqual({ status: 'left', said: 'explicit' });
    expect(underStop({ status: 'active', said: 'absent' }, null)).toEqual({ status: 'active', said: 'absent' });
  });

  it('lets suspensions go past every threshold, and nothing else', () => {
    expect(goesByName({ stop }, operation({ kind: 'suspend' }))).toBe(true);
    expect(goesByName({ stop }, operation({ kind: 'delete' }))).toBe(false);
    expect(goesByName({ stop: null }, operation({ kind: 'suspend' }))).toBe(false);
  });
});
