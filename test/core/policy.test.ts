import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountView, OperationKind } from '../../src/core/model.ts';
import {
  type Case,
  isProtected,
  isRemoval,
  needsApproval,
  privilegedGains,
  threshold,
  verdict,
} from '../../src/core/policy.ts';
import { DeletionThreshold } from '../../src/core/settings-schema.ts';
import * as any from './arbitraries.ts';
import { app, attributes, person, record, wish } from './samples.ts';

const view = (groups: string[] = []): AccountView => ({
  active: true,
  attributes: { userName: 'zoe' },
  entitlements: { groups },
});
const draft = (kind: OperationKind, groups: string[] = []) => ({ kind, before: view(), after: view(groups) });
const kinds = ['create', 'update', 'suspend', 'reactivate', 'delete', 'adopt'] as const;
const unasked = { create: false, update: false, suspend: false, reactivate: false, delete: false };
const free = app({ provisioning: { enabled: true, approval: unasked, privileged: { groups: ['Admins'] } } });

describe('approval', () => {
  it('follows the app’s settings; taking over an account always asks', () => {
    const asked = (setting: ReturnType<typeof app>) =>
      kinds.filter((kind) => needsApproval(kind, setting, draft(kind)) !== null);
    expect(asked(app())).toEqual(['create', 'reactivate', 'delete', 'adopt']);
    expect(asked(free)).toEqual(['adopt']);
  });

  it('is always asked for a gain of privileged access, in any case', () => {
    expect(needsApproval('update', free, draft('update', ['admins', 'Sales']))).toBe(
      'gives privileged access (groups: admins)',
    );
    expect(needsApproval('update', free, draft('update', ['Sales']))).toBeNull();
  });

  it('is not asked for privileged access that is already there, or that is lost', () => {
    expect(privilegedGains(free, { kind: 'update', before: view(['Admins']), after: view(['Admins', 'X']) })).toEqual(
      [],
    );
    expect(privilegedGains(free, { kind: 'update', before: view(['Admins']), after: view() })).toEqual([]);
    expect(privilegedGains(free, { kind: 'delete', before: view(['Admins']), after: null })).toEqual([]);
  });
});

describe('a verdict', () => {
  const one = (change: Partial<Case>): Case => ({
    ...{
      draft: draft('update'),
      app: free,
      person: person(),
      wish: wish(),
      attributes,
      protectedPeople: new Set<string>(),
    },
    ...change,
  });

  it('lets go, asks, or holds, and says why', () => {
    expect(verdict(one({}))).toEqual({ act: 'go', why: 'update in crm needs no approval' });
    expect(verdict(one({ app: app(), draft: draft('create') }))).toEqual({
      act: 'ask',
      why: 'create in crm needs approval',
    });
    const nameless = wish({ attributes: {} });
    expect(verdict(one({ draft: draft('create'), wish: nameless }))).toMatchObject({
      act: 'hold',
      why: expect.stringContaining('userName'),
    });
  });

  it('asks before protected people and the last admin are removed, and only then', () => {
    const protectedPeople = new Set(['zoe@acme.test']);
    expect(verdict(one({ draft: draft('suspend'), protectedPeople })).act).toBe('ask');
    expect(verdict(one({ draft: draft('delete'), lastAdmin: true })).act).toBe('ask');
    expect(verdict(one({ draft: draft('suspend') })).act).toBe('go');
    expect(verdict(one({ protectedPeople, lastAdmin: true })).act).toBe('go');
  });

  it('never holds leaving for want of an attribute', () => {
    for (const kind of kinds.filter((kind) => isRemoval({ kind }))) {
      expect(verdict(one({ draft: draft(kind), wish: wish({ attributes: {} }) })).act).toBe('go');
    }
  });
});

it('people are protected by any of their addresses', () => {
  const two = person({ attributes: { email: ['z@acme.test', ' ZOE@acme.test '] } });
  expect(isProtected(two, new Set(['zoe@acme.test']))).toBe(true);
  expect(isProtected(person({ attributes: {}, records: [] }), new Set(['zoe@acme.test']))).toBe(false);
  const other = record({ directory: 'ad', attributes: { email: 'Z.Lee@acme.test' } });
  expect(isProtected(person({ records: [record(), other] }), new Set(['z.lee@acme.test']))).toBe(true);
});

describe('the deletion threshold', () => {
  const setting = DeletionThreshold.parse({});
  const trips = (planned: number, removed: number, managed: number, change: object = {}) =>
    threshold({ planned, removed, managed }, { ...setting, ...change }).tripped;

  it.each<[string, [number, number, number], boolean]>([
    ['a few of few are below the floor', [5, 0, 5], false],
    ['one more is past the floor and more than a tenth', [6, 0, 6], true],
    ['six of a hundred are not', [6, 0, 100], false],
    ['exactly a tenth is not more', [10, 0, 100], false],
    ['more than a tenth is', [11, 0, 100], true],
    ['exactly the count is not more', [25, 0, 10_000], false],
    ['more than the count is, of however many', [26, 0, 10_000], true],
    ['slow bleeding is seen', [1, 25, 10_000], true],
    ['what is over is no plan', [0, 100, 100], false],
    ['nobody is managed', [0, 0, 0], false],
  ])('%s', (_, [planned, removed, managed], tripped) => {
    expect(trips(planned, removed, managed)).toBe(tripped);
  });

  it('says the numbers', () => {
    expect(threshold({ planned: 7, removed: 5, managed: 75 }, setting).text).toBe(
      '12 of 75 accounts (16 %) would be suspended, deleted or stripped within 24 hours; the limit is 25 accounts or 10 %, once there are more than 5',
    );
  });

  it(
    'once tripped, more removals do not untrip it, nor do lower limits',
    () => {
      const small = fc.integer({ min: 0, max: 60 });
      const numbers = fc.record({ planned: small, removed: small, managed: fc.integer({ min: 0, max: 400 }) });
      const limits = fc.record({
        count: fc.integer({ min: 1, max: 40 }),
        percent: small,
        floor: fc.integer({ min: 0, max: 10 }),
      });
      fc.assert(
        fc.property(numbers, limits, small, ({ planned, removed, managed }, limit, more) => {
          if (!trips(planned, removed, managed, limit)) return true;
          const { count, percent, floor } = limit;
          const lower = {
            count: Math.max(1, count - more),
            percent: Math.max(0, percent - more),
            floor: Math.max(0, floor - more),
          };
          return (
            trips(planned + more, removed, managed, limit) &&
            trips(planned, removed + more, managed, limit) &&
            trips(planned, removed, managed, lower)
          );
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
