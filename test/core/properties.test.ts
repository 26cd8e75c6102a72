import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExplicitDisable, judge, keyTargets, type Loss, lossOf, type Standing } from '../../src/core/loss.ts';
import { DeletionThreshold } from '../../src/core/settings-schema.ts';
import { milliseconds } from '../../src/core/time-schema.ts';
import * as any from './arbitraries.ts';
import { app, operation } from './samples.ts';

const appNames = ['crm', 'erp', 'wiki'];
const percent = fc.integer({ min: 0, max: 30 });
const setting: fc.Arbitrary<DeletionThreshold> = fc.record({
  count: fc.integer({ min: 1, max: 30 }),
  percent,
  floor: fc.integer({ min: 0, max: 8 }),
  window: fc.constantFrom('1 hour', '24 hours', '3 days'),
});

const loss: fc.Arbitrary<Loss> = fc.record({
  person: fc.integer({ min: 0, max: 40 }).map((n) => `p-${n}`),
  app: fc.constantFrom(...appNames),
  explicit: fc.boolean(),
  named: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  gone: fc.boolean(),
});
const losses = fc.uniqueArray(loss, { maxLength: 60, selector: ({ person, app: name }) => `${person}/${name}` });
const counts = fc
  .record({ standing: fc.integer({ min: 0, max: 300 }), removed: fc.nat(30), share: fc.nat(100) })
  .map(({ standing, removed, share }) => ({
    managed: standing + removed,
    removed,
    explicit: Math.round((removed * share) / 100),
  }));
const ids = fc.uniqueArray(fc.integer({ min: 41, max: 60 }).map((n) => `p-${n}`));
const standing: fc.Arbitrary<Standing> = fc
  .record({ crm: counts, erp: counts, wiki: counts, active: fc.nat(300), removed: ids, said: fc.nat(20) })
  .map(({ crm, erp, wiki, active, removed, said }) => ({
    apps: new Map([
      ['crm', crm],
      ['erp', erp],
      ['wiki', wiki],
    ]),
    people: { active, removed: new Set(removed), explicit: new Set(removed.slice(0, said)) },
  }));

const place = ({ person, app: name }: Loss) => `${person}/${name}`;
const places = (some: readonly Loss[]) => some.map(place).sort();

/** The same, had nothing been lost but what was said. */
const saidIn = ({ apps, people }: Standing): Standing => ({
  apps: new Map([...apps].map(([name, had]) => [name, { ...had, removed: had.explicit }])),
  people: { ...people, removed: people.explicit },
});

describe('what a plan takes away', () => {
  it(
    'goes or is held, each once, whatever the order it is given in',
    () => {
      fc.assert(
        fc.property(
          losses,
          standing,
          setting,
          fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
          (all, there, limit, keys) => {
            const { going, held } = judge(all, there, limit);
            expect(places([...going, ...held.flatMap((card) => card.losses)])).toEqual(places(all));
            expect(held.every(({ text, losses: some }) => text !== '' && some.length > 0)).toBe(true);
            const shuffled = all
              .map((one, index) => ({ one, key: keys[index] ?? 0 }))
              .sort((a, b) => a.key - b.key)
              .map(({ one }) => one);
            const again = judge(shuffled, there, limit);
            expect(places(again.going)).toEqual(places(going));
            expect(again.held.map(({ text, urgent, losses: some }) => [text, urgent, places(some)])).toEqual(
              held.map(({ text, urgent, losses: some }) => [text, urgent, places(some)]),
            );
          },
        ),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'by an explicit disable ends in suspension or is asked urgently, whatever else there is; by name it always goes',
    () => {
      fc.assert(
        fc.property(losses, standing, setting, (all, there, limit) => {
          const { going, held } = judge(all, there, limit);
          const goes = new Set(going.map(place));
          expect(all.filter((one) => one.named).every((one) => goes.has(place(one)))).toBe(true);
          const said = all.filter((one) => one.explicit || one.named);
          for (const one of said) {
            if (goes.has(place(one))) continue;
            expect(held.find((card) => card.losses.some((other) => place(other) === place(one)))?.urgent).toBe(true);
          }
          const alone = judge(said, saidIn(there), limit);
          expect(places(going.filter((one) => one.explicit))).toEqual(
            places(alone.going.filter((one) => one.explicit)),
          );
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('an account that was suspended and is to be deleted', () => {
  it(
    'counts once: as if only its deletion were planned',
    () => {
      fc.assert(
        fc.property(losses, setting, fc.nat(20), (all, limit, more) => {
          const counted = all.map((one) => ({
            ...one,
            counted: one.explicit ? ('explicit' as const) : ('other' as const),
          }));
          const suspended = (name: string) => all.filter((one) => one.app === name);
          const there = (lost: (name: string) => readonly Loss[]): Standing => {
            const had = (name: string) => ({
              ...{ managed: 200, removed: more + lost(name).length },
              explicit: more + lost(name).filter((one) => one.explicit).length,
            });
            const removed = new Set(all.map((one) => one.person));
            return {
              apps: new Map(appNames.map((name) => [name, had(name)])),
              people: { active: 100, removed, explicit: removed },
            };
          };
          const once = judge(
            all,
            there(() => []),
            limit,
          );
          const twice = judge(counted, there(suspended), limit);
          expect(places(twice.going)).toEqual(places(once.going));
          expect(twice.held.map(({ text }) => text)).toEqual(once.held.map(({ text }) => text));
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

/** A company whose directory shrinks by nearly a third, at once or by and by; who is gone is planned until it is let go. */
type Step = { hours: number; absent: number[]; disabled: number[] };
const size = 60;
const person = fc.nat(size - 1);
const step: fc.Arbitrary<Step> = fc.record({
  hours: fc.integer({ min: 0, max: 30 }),
  absent: fc.uniqueArray(person, { maxLength: size * 0.3 }),
  disabled: fc.uniqueArray(person, { maxLength: 4 }),
});

type Lost = { person: string; app: string; at: number; explicit: boolean };

/** Everybody has `crm`, every second one `erp` as well. */
const appsOf = (n: number) => (n % 2 === 0 ? ['crm', 'erp'] : ['crm']);

function standingAt(lost: readonly Lost[], since: number): Standing {
  const recent = lost.filter(({ at }) => at >= since);
  const people = (some: readonly Lost[]) => new Set(some.map((one) => one.person));
  const all = people(lost);
  return {
    apps: new Map(
      ['crm', 'erp'].map((name) => {
        const had = Array.from({ length: size }, (_, n) => n).filter((n) => appsOf(n).includes(name)).length;
        const [here, ever] = [recent, lost].map((some) => some.filter((one) => one.app === name));
        const removed = here?.length ?? 0;
        const explicit = (here ?? []).filter((one) => one.explicit).length;
        return [name, { managed: had - (ever?.length ?? 0) + removed, removed, explicit }];
      }),
    ),
    people: {
      active: size - all.size,
      removed: people(recent),
      explicit: people(recent.filter((one) => one.explicit)),
    },
  };
}

const within = (total: number, base: number, limit: DeletionThreshold): boolean =>
  total <= limit.floor || (total <= limit.count && (100 * total) / Math.max(base, 1) <= limit.percent);

describe('a shrunk directory', () => {
  it(
    'never removes past the threshold, at once or bled over days',
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), setting, (steps, limit) => {
          const lost: Lost[] = [];
          const absent = new Set<number>();
          const disabled = new Set<number>();
          let now = 0;
          for (const { hours, absent: gone, disabled: said } of steps) {
            now += hours * 3_600_000;
            for (const n of gone) absent.add(n);
            for (const n of said) disabled.add(n);
            const since = now - milliseconds(limit.window);
            const there = standingAt(lost, since);
            const isLost = (n: number, name: string) => lost.some((one) => one.person === `p-${n}` && one.app === name);
            const planned: Loss[] = [...new Set([...absent, ...disabled])].flatMap((n) =>
              appsOf(n)
                .filter((name) => !isLost(n, name))
                .map((name) => ({
                  ...{ person: `p-${n}`, app: name, explicit: disabled.has(n), named: false, gone: true },
                })),
            );
            const { going } = judge(planned, there, limit);
            for (const { person: who, app: name, explicit } of going)
              lost.push({ person: who, app: name, at: now, explicit });
            const recent = lost.filter(({ at }) => at >= since);
            for (const [name, { managed }] of there.apps) {
              const here = recent.filter((one) => one.app === name);
              // Judged when something goes: what stands shrinks as the window moves on.
              const went = (said: boolean) => going.some((one) => one.app === name && one.explicit === said);
              if (went(true)) expect(within(here.filter((one) => one.explicit).length, managed, limit)).toBe(true);
              if (went(false)) expect(within(here.length, managed, limit)).toBe(true);
            }
            const unsaid = new Set(recent.filter((one) => !one.explicit).map((one) => one.person));
            expect(within(unsaid.size, size, limit)).toBe(true);
          }
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'of which nearly a third is missing at once removes nobody',
    () => {
      fc.assert(
        fc.property(fc.integer({ min: 20, max: 500 }), (people) => {
          const missing = Array.from({ length: Math.floor(people * 0.3) }, (_, n) => n);
          const planned = missing.map((n) => ({
            ...{ person: `p-${n}`, app: 'crm', explicit: false, named: false, gone: true },
          }));
          const there: Standing = {
            apps: new Map([['crm', { managed: people, removed: 0, explicit: 0 }]]),
            people: { active: people - missing.length, removed: new Set(), explicit: new Set() },
          };
          const { going, held } = judge(planned, there, DeletionThreshold.parse({}));
          expect(going).toEqual([]);
          expect(held.map((card) => card.losses.length)).toEqual([missing.length]);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('a loss', () => {
  const view = (groups: string[], userName = 'zoe') => ({
    active: true,
    attributes: { userName },
    entitlements: { groups },
  });
  const keys = keyTargets(app(), ['email']);
  const of = (kind: 'update' | 'suspend' | 'delete' | 'reactivate', before: object, after: object | null) =>
    lossOf({ kind, before: before as ReturnType<typeof view>, after: after as ReturnType<typeof view> | null }, keys);

  it('is an account, entitlements without any in return, or what somebody is known by', () => {
    expect(of('suspend', view(['A']), view(['A']))).toBe('account');
    expect(of('delete', view([]), null)).toBe('account');
    expect(of('update', view(['A', 'B']), view(['A']))).toBe('entitlements');
    expect(of('update', view(['A']), view(['B']))).toBeNull();
    expect(of('update', view(['A'], 'zoe'), view(['A'], 'zoe.new'))).toBe('key');
    expect(of('update', { ...view([]), attributes: {} }, view([], 'zoe'))).toBeNull();
    expect(of('reactivate', view(['A']), view([]))).toBeNull();
  });

  it('of keys is of the targets that key attributes fill, or that are named so', () => {
    const filled = app({
      parameters: [
        { target: 'userName', template: '{{ email | downcase }}' },
        { target: 'login', from: 'EMAIL' },
        { target: 'title', from: 'title' },
        { target: 'Email', value: 'x' },
      ],
    });
    expect([...keyTargets(filled, ['email'])].sort()).toEqual(['Email', 'email', 'login', 'userName']);
    expect([...keyTargets(filled, [])]).toEqual([]);
  });

  it('is an explicit disable only where somebody said that a person leaves', () => {
    const one = (change: object) => isExplicitDisable(operation({ kind: 'suspend', cause: 'left', ...change }));
    expect([one({}), one({ explicit: false }), one({ cause: 'role-loss' }), one({ kind: 'update' })]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
