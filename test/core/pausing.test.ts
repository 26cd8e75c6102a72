import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { system } from '../../src/core/event.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { OperationKind, OperationState } from '../../src/core/model.ts';
import { holdUpOf, isOn, isWaiting, pauseId, pauseText, type StoredPause, waitOf } from '../../src/core/pausing.ts';
import { explain, wordOf } from '../../src/core/status.ts';
import { ChangeWindow } from '../../src/core/time-schema.ts';
import { aLogin, anOperation } from '../contracts/store/builders.ts';

const noon = Date.parse('2026-07-06T12:00:00Z');
const hour = 3_600_000;
const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;

const pause = (change: Partial<StoredPause> = {}): StoredPause => {
  const subject = { app: 'crm', person: null, ...change };
  return {
    ...{ id: pauseId(subject.app, subject.person), version: 0, outbox: [], until: noon + hour, reason: null },
    ...{ by: ada, at: noon - hour, ended: false },
    ...subject,
    ...change,
  };
};
const approved = (kind: OperationKind = 'update', state: OperationState = 'approved'): Login =>
  aLogin('p-zoe', 'crm', { nextAt: noon, operation: anOperation('p-zoe', 'crm', { kind, state }) });
const held = (login: Login, pauses: readonly StoredPause[], now = noon) => waitOf(login, { pauses, window: null }, now);

describe('a pause', () => {
  it('holds up changes of its app, its person, or its person in its app, and no others', () => {
    const subjects: [string | null, string | null, boolean][] = [
      ['crm', null, true],
      [null, 'p-zoe', true],
      ['crm', 'p-zoe', true],
      ['erp', null, false],
      [null, 'p-max', false],
      ['erp', 'p-zoe', false],
      ['crm', 'p-max', false],
    ];
    for (const [app, person, holds] of subjects)
      expect(held(approved(), [pause({ app, person })]) !== null, `${app} ${person}`).toBe(holds);
  });

  it('never holds up leaving', () => {
    for (const kind of ['suspend', 'delete'] as const) expect(held(approved(kind), [pause()])).toBeNull();
    for (const kind of ['create', 'update', 'reactivate', 'adopt'] as const)
      expect(held(approved(kind), [pause()]), kind).not.toBeNull();
  });

  it('holds up only what would go: what is planned or asked goes on', () => {
    for (const state of ['planned', 'awaiting', 'applying', 'failed', 'held', 'rejected'] as const)
      expect(held(approved('update', state), [pause()]), state).toBeNull();
  });

  it('ends by itself, or when it is ended', () => {
    expect(held(approved(), [pause()], noon + hour - 1)).not.toBeNull();
    expect(held(approved(), [pause()], noon + hour)).toBeNull();
    expect(held(approved(), [pause({ ended: true })])).toBeNull();
    expect(isOn(pause({ until: null }), noon + 1_000 * hour)).toBe(true);
  });

  it('is waited for until the last of several is over, and one without an end is looked at again', () => {
    const two = [pause(), pause({ app: null, person: 'p-zoe', until: noon + 5 * hour })];
    expect(held(approved(), two)?.until).toBe(noon + 5 * hour);
    const endless = held(approved(), [...two, pause({ until: null })]);
    expect(endless?.until).toBeGreaterThan(noon);
    expect(endless?.until).toBeLessThanOrEqual(noon + 24 * hour);
  });

  it('reads held, with until when, by whom and why', () => {
    const wait = held(approved(), [pause({ reason: 'the vendor migrates' })]);
    const login = approved();
    if (wait === null || login.operation === null) throw new Error('not held');
    const waits = { ...login, operation: { ...login.operation, trouble: wait.trouble } };
    expect(wordOf(waits)).toBe('held');
    expect(isWaiting(waits)).toBe(true);
    expect(explain(waits)).toBe(
      'crm is paused until 2026-07-06 13:00 UTC by Ada: the vendor migrates. ' +
        'It goes on by itself then, or once somebody resumes it; leaving goes on meanwhile.',
    );
    expect(pauseText(pause({ app: null, person: 'p-zoe', until: null, by: system('test') }), 'Zoe')).toBe(
      'Zoe is paused by Rollcall (test)',
    );
  });
});

describe('a change window', () => {
  const window = ChangeWindow.parse({ from: '20:00', to: '22:00', timezone: 'Europe/Berlin' });

  it('is waited for until it opens, and never by leaving', () => {
    const wait = waitOf(approved(), { pauses: [], window }, noon);
    expect(wait?.until).toBe(noon + 6 * hour);
    expect(wait?.trouble).toMatchObject({
      kind: 'window',
      message: 'waits for the change window of crm, which opens 2026-07-06 20:00 (Europe/Berlin)',
    });
    expect(waitOf(approved(), { pauses: [], window }, noon + 6 * hour)).toBeNull();
    expect(waitOf(approved('suspend'), { pauses: [], window }, noon)).toBeNull();
  });
});

it('whatever is paused and shut, leaving goes, and everything else waits for a time to come', () => {
  const pauses = fc.array(
    fc.record({
      app: fc.constantFrom('crm', 'erp', null),
      person: fc.constantFrom('p-zoe', 'p-max', null),
      until: fc.option(fc.integer({ min: noon - hour, max: noon + 100 * hour }), { nil: null }),
      ended: fc.boolean(),
    }),
    { maxLength: 5 },
  );
  const kinds = fc.constantFrom<OperationKind[]>('create', 'update', 'suspend', 'reactivate', 'delete', 'adopt');
  const windows = fc.option(fc.constant(ChangeWindow.parse({ from: '20:00', to: '22:00' })), { nil: null });
  fc.assert(
    fc.property(pauses, kinds, windows, (some, kind, window) => {
      const wait = waitOf(approved(kind), { pauses: some.map((one) => pause(one)), window }, noon);
      if (kind === 'suspend' || kind === 'delete') expect(wait).toBeNull();
      if (wait !== null) expect(wait.until).toBeGreaterThan(noon);
    }),
    { numRuns: 2_000 },
  );
});

describe('what holds an app up', () => {
  const nights = ChangeWindow.parse({ days: ['monday'], from: '22:00', to: '23:00', timezone: 'UTC' });
  const heldUp = (pauses: readonly StoredPause[], window: ChangeWindow | null = null, now = noon) =>
    holdUpOf('crm', { pauses, window }, now);

  it('is its longest pause, and how many people are paused besides', () => {
    const long = pause({ until: null, reason: 'the vendor migrates' });
    const pauses = [
      pause({ person: 'p-zoe' }),
      pause({ app: null, person: 'p-zoe' }),
      pause({ app: null, person: 'p-max' }),
    ];
    expect(heldUp([...pauses, pause(), long, pause({ app: 'erp' }), pause({ app: 'erp', person: 'p-moe' })])).toEqual({
      ...{ pause: { until: null, by: 'Ada', reason: 'the vendor migrates' }, people: 2, window: null },
    });
    expect(heldUp([pause({ ended: true }), pause()], null, noon + hour)).toEqual({
      ...{ pause: null, people: 0, window: null },
    });
  });

  it('is its change window, and when that opens next', () => {
    const opens = noon + 10 * hour;
    expect(heldUp([], nights).window).toEqual({ open: false, opens });
    expect(heldUp([], nights, opens).window).toEqual({ open: true, opens });
    expect(heldUp([], { ...nights, days: [] }).window).toEqual({ open: false, opens: null });
  });
});
