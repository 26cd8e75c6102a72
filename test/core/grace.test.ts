import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladderOf, leavingStep, nextWake, reminded } from '../../src/core/grace.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Person, Wish } from '../../src/core/model.ts';
import * as any from './arbitraries.ts';
import { account, app, config, managed, noon, operation, person, record, robot, wish } from './samples.ts';

const day = 86_400_000;
const graceful = app({ provisioning: { enabled: true, grace: { remind: '20 days', delete: '30 days' } } });
const settings = config({ apps: [graceful] });
const gone = wish({ state: 'suspended', cause: 'left', attributes: {} });
const zoe = person({ status: 'left', records: [record({ status: 'left' })], leftAt: noon });
const suspended = (change: Partial<Login> = {}): Login =>
  managed({ active: false }, { wish: gone, removedAt: noon, ...change });
const at = (now: number, change: { person?: Person; login?: Login; app?: typeof graceful } = {}) => ({
  ...{ person: zoe, login: suspended(), app: graceful, config: settings, now, ...change },
});

describe('the ladder', () => {
  it('counts from the suspension, not from the day the person left', () => {
    const login = suspended({ removedAt: noon + 5 * day });
    expect(ladderOf(at(noon + 6 * day, { login }))).toEqual({
      ...{ since: noon + 5 * day, remindAt: noon + 25 * day, deleteAt: noon + 35 * day },
    });
  });

  it('counts from the leaving where an account was suspended long before', () => {
    expect(ladderOf(at(noon, { login: suspended({ removedAt: noon - 900 * day }) }))?.since).toBe(noon);
  });

  it('waits for whoever keeps the account longer, and reminds as long before', () => {
    const ladder = ladderOf(at(noon, { login: suspended({ keepUntil: noon + 90 * day }) }));
    expect(ladder).toMatchObject({ remindAt: noon + 80 * day, deleteAt: noon + 90 * day });
  });

  it.each<[string, Parameters<typeof at>[1]]>([
    ['an app without grace', { app: app({ provisioning: { enabled: true } }) }],
    ['an account that is not ours', { login: suspended({ provenance: 'unmanaged' }) }],
    ['an account unlinked by hand', { login: suspended({ disassociated: true }) }],
    ['somebody who works here', { person: person() }],
    [
      'somebody disabled by name alone',
      { person: person({ status: 'suspended', leftAt: noon, stop: { by: robot, at: noon, reason: null } }) },
    ],
    ['a leaving nobody knows the date of', { person: { ...zoe, leftAt: null }, login: suspended({ removedAt: null }) }],
  ])('is none for %s', (_, change) => {
    expect(ladderOf(at(noon + 900 * day, change))).toBeNull();
  });

  it('starts at the end of the last day of somebody who is still in the directory', () => {
    const ended = person({ attributes: { endDate: '2026-03-10' } });
    const ladder = ladderOf(at(noon, { person: ended, login: suspended({ removedAt: null }) }));
    expect(ladder?.since).toBe(Date.UTC(2026, 2, 11));
  });
});

describe('the step that is due', () => {
  it('is the deletion once the grace is over, with its reason', () => {
    expect(leavingStep(gone, at(noon + 30 * day - 1))).toBe(gone);
    expect(leavingStep(gone, at(noon + 30 * day))).toMatchObject({
      ...{ state: 'deleted', cause: 'left' },
      reasons: [{ because: 'out of use since 2026-03-15: the grace of 30 days is over' }],
    });
    const kept = suspended({ keepUntil: noon + 60 * day });
    expect(leavingStep(gone, at(noon + 60 * day, { login: kept })).reasons[0]?.because).toBe(
      'out of use since 2026-03-15, kept until 2026-05-14: the grace of 30 days is over',
    );
  });

  it('is never a deletion of an account that is still active', () => {
    const login = managed({ active: true }, { wish: gone, removedAt: noon });
    expect(leavingStep(gone, at(noon + 90 * day, { login })).state).toBe('suspended');
  });

  it('is never a deletion for the loss of a role', () => {
    const loss = wish({ state: 'suspended', cause: 'role-loss' });
    expect(leavingStep(loss, at(noon + 90 * day))).toBe(loss);
  });

  it('suspends first whoever is disabled by name and to be deleted', () => {
    const stopped = { ...zoe, stop: { by: robot, at: noon, reason: null } };
    const deleted = wish({ state: 'deleted', cause: 'left' });
    const active = managed({ active: true });
    expect(leavingStep(deleted, at(noon, { person: stopped, login: active })).state).toBe('suspended');
    expect(leavingStep(deleted, at(noon, { person: stopped }))).toBe(deleted);
  });
});

describe('an account to be deleted, where that is asked and a suspension is not', () => {
  const deleted = wish({ state: 'deleted', cause: 'left', attributes: {} });
  const first = { ...deleted, state: 'suspended', beforeDeletion: true };
  const step = (login: Login, wished: Wish = deleted, change: { person?: Person } = {}) =>
    leavingStep(wished, { ...at(noon, { login, ...change }), suspendsFirst: true });
  const active = managed({ active: true }, { revision: 2 });
  const asked = operation({ kind: 'delete', state: 'awaiting', revision: 2, before: account({ active: true }) });

  it.each(['left', 'suspended', 'role-loss'] as const)('is suspended first when its person is out: %s', (cause) => {
    expect(step(active, { ...deleted, cause })).toEqual({ ...first, cause });
    expect(leavingStep(deleted, at(noon, { login: active }))).toBe(deleted);
  });

  it('is deleted once it is suspended', () => {
    expect(step(suspended())).toBe(deleted);
  });

  it('is as somebody pinned it', () => {
    const pinned = { ...deleted, cause: 'role-loss' as const };
    const pin = { wish: pinned, by: robot, at: noon, undoes: null };
    expect(step({ ...active, pin }, pinned)).toBe(pinned);
  });

  it('is deleted as it is where the app refused to suspend it, and not suspended again while that is asked', () => {
    const refused = operation({ kind: 'suspend', state: 'failed', revision: 2 });
    expect(step({ ...active, operation: refused, wish: first as Wish })).toBe(deleted);
    expect(step({ ...active, operation: refused, wish: gone })).toEqual(first);
    expect(step({ ...active, operation: asked, wish: deleted })).toBe(deleted);
    expect(step({ ...active, operation: { ...asked, state: 'rejected' }, wish: deleted })).toBe(deleted);
  });

  it('is suspended again where somebody switched it on, or the person was back meanwhile', () => {
    const off = { ...asked, before: account({ active: false }) };
    expect(step({ ...active, operation: off, wish: deleted })).toEqual(first);
    expect(step({ ...active, operation: asked, wish: wish() })).toEqual(first);
    expect(step({ ...active, operation: asked, wish: deleted, revision: 3 })).toEqual(first);
  });

  it('is looked at again while it is not suspended', () => {
    const waiting = { ...active, wish: first as Wish };
    expect(nextWake(zoe, [waiting], { config: settings, now: noon })).toBe(noon + 600_000);
  });
});

describe('the reminder', () => {
  it('is given once for each suspension, and once more where the account is kept longer', () => {
    expect(reminded(suspended(), at(noon + 20 * day - 1)).outbox).toEqual([]);
    const told = reminded(suspended(), at(noon + 20 * day));
    expect(told.outbox).toMatchObject([
      { id: `p-zoe:crm:reminder:${noon + 20 * day}`, type: 'login.reminder', status: 'suspended' },
    ]);
    expect(told).toMatchObject({ version: 1, remindedAt: noon + 20 * day });
    expect(reminded(told, at(noon + 25 * day))).toBe(told);
    const kept = { ...told, keepUntil: noon + 60 * day };
    expect(reminded(kept, at(noon + 50 * day - 1))).toBe(kept);
    expect(reminded(kept, at(noon + 50 * day)).outbox).toHaveLength(2);
    const again = { ...told, removedAt: noon + 100 * day };
    expect(reminded(again, at(noon + 120 * day)).outbox).toHaveLength(2);
  });

  it('is not given where none is set, nor once the deletion is wished', () => {
    const silent = app({ provisioning: { enabled: true, grace: { delete: '30 days' } } });
    const login = suspended();
    expect(reminded(login, at(noon + 29 * day, { app: silent }))).toBe(login);
    const late = suspended({ wish: wish({ state: 'deleted', cause: 'left' }) });
    expect(reminded(late, at(noon + 40 * day))).toBe(late);
  });
});

describe('waking', () => {
  it.each([
    [0, 20],
    [20, 30],
  ])('after %i days is for the step of day %i', (days, next) => {
    expect(nextWake(zoe, [suspended()], { config: settings, now: noon + days * day })).toBe(noon + next * day);
  });

  it('goes on day by day while the account cannot be suspended', () => {
    const held = managed({ active: true }, { wish: gone, removedAt: null });
    expect(nextWake(zoe, [held], { config: settings, now: noon + 50 * day })).toBe(noon + 51 * day);
  });

  it('is over when the deletion is wished, and never begins for others', () => {
    const deleted = suspended({ wish: wish({ state: 'deleted', cause: 'left' }) });
    expect(nextWake(zoe, [deleted], { config: settings, now: noon + 30 * day })).toBeNull();
    expect(nextWake(person(), [managed({}, { wish: wish() })], { config: settings, now: noon })).toBeNull();
  });

  it(
    'at its own moments is enough to climb the whole ladder, whenever it was begun and however it is kept',
    () => {
      const days = fc.integer({ min: 0, max: 60 });
      fc.assert(
        fc.property(days, fc.option(days), fc.integer({ min: 1, max: 40 }), (late, keep, deleteAfter) => {
          const grace = { remind: '3 days', delete: `${deleteAfter} days` };
          const one = app({ provisioning: { enabled: true, grace } });
          const all = config({ apps: [one] });
          const keepUntil = keep === null ? null : noon + keep * day;
          let login = suspended({ removedAt: noon + late * day, keepUntil });
          let now = noon;
          let reminders = 0;
          for (let turn = 0; turn < 200; turn += 1) {
            const leaver = { person: zoe, app: one, config: all, now };
            const next: Wish = leavingStep(gone, { ...leaver, login });
            login = reminded({ ...login, wish: next }, leaver);
            reminders = login.outbox.length;
            const wake = nextWake(zoe, [login], { config: all, now });
            if (wake === null) {
              const due = Math.max(noon + (late + deleteAfter) * day, keepUntil ?? 0);
              return next.state === 'deleted' && now === due && reminders <= 1;
            }
            if (wake <= now) return false;
            now = wake;
          }
          return false;
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
