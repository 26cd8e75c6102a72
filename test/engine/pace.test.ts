import { describe, expect, it } from 'vitest';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

const rate = { writes: { calls: 6, seconds: 60, burst: 2 } };
const people = Array.from({ length: 12 }, (_, index) => row(`p${index + 1}`, { department: 'Support' }));
const staff = [row('ada', { department: 'Support' }), row('bea', { department: 'Support' }), ...people];

describe('an app that documents how fast it may be called', () => {
  it('is called no faster, and in the end everybody has an account', async () => {
    const acme = await company(staff, configOf(), { rate });
    const sync = acme.engine.useCases.sync(null, { kind: 'system', name: 'test' });
    const made: number[] = [];
    for (let step = 0; step < 30; step += 1) {
      await acme.time.advance(10_000);
      made.push(acme.app.calls.filter(({ kind }) => kind === 'create').length);
    }
    await sync;
    for (const [index, count] of made.entries())
      for (const [later, then] of made.slice(index).entries())
        expect(then - count, `${index} and ${later} steps after`).toBeLessThanOrEqual(2 + later + 1);
    expect(made[2]).toBeLessThan(14);
    expect(made.at(-1)).toBe(14);
    await acme.stop();
  });

  it('lets a leaver go before those who wait for an account', async () => {
    const acme = await company(staff.slice(0, 4), configOf(), { rate });
    await acme.sync(120_000);
    acme.app.calls.length = 0;
    acme.directory.state.rows = [
      ...staff.slice(0, 3),
      { ...staff[3], status: 'suspended' } as (typeof staff)[number],
      ...staff.slice(4),
    ];
    const sync = acme.engine.useCases.sync(null, { kind: 'system', name: 'test' });
    await acme.time.advance(60_000);
    await sync;
    await acme.time.advance(600_000);
    const kinds = acme.app.calls.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'create')).toHaveLength(10);
    expect(kinds.indexOf('suspend')).toBeLessThan(4);
    await acme.stop();
  });

  it('says in a plan how long that takes', async () => {
    const acme = await company(staff, configOf(), { rate });
    acme.app.breakDown(null);
    const pausing = acme.engine.useCases.pause({ app: 'crm' }, null, null, { kind: 'system', name: 'test' });
    await acme.time.advance(1_000);
    await pausing;
    await acme.sync();
    const previewing = acme.engine.useCases.preview({}, 5);
    await acme.time.advance(1_000);
    const { counts, durations } = await previewing;
    expect(counts).toMatchObject([{ app: 'crm', kind: 'create', count: 14 }]);
    expect(durations).toEqual([{ app: 'crm', text: 'about 2 minutes, at 6 changes a minute' }]);
    await acme.stop();
  });

  it('says nothing where nothing is documented', async () => {
    const acme = await company(staff, configOf());
    const previewing = acme.engine.useCases.preview({}, 5);
    await acme.time.advance(1_000);
    expect((await previewing).durations).toEqual([]);
    await acme.stop();
  });
});
