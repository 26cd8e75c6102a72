import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { system } from '../../src/core/event.ts';
import { company, configOf } from '../engine/company.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { row } from '../fakes/memory-directory.ts';
import { mostWithin } from '../fakes/most-within.ts';
import { limitedApp } from './limited-app.ts';
import { seeded } from './random.ts';

const people = 10_000;
const minute = 60_000;
const someone = system('test');

/** A first import under way, on a clock that only moves when told. */
async function importing(seed: number) {
  const time: { clock?: Awaited<ReturnType<typeof company>>['time']['clock'] } = {};
  const clock = () => {
    if (time.clock === undefined) throw new Error('the company has not begun');
    return time.clock;
  };
  const limited = limitedApp({
    ...{ app: memoryApp({ groups: ['Sales and Marketing'] }), perSecond: 10, fraction: seeded(seed).fraction, clock },
    rate: { all: { calls: 10, seconds: 1, burst: 10 }, concurrency: 8 },
  });
  const config = configOf({ approval: { update: true } });
  const [crm] = config.apps;
  const staff = Array.from({ length: people }, (_, index) => row(`p${index + 1}`, { department: 'Support' }));
  const rows = [row('ada', { department: 'Support' }), row('bea', { department: 'Support' }), ...staff];
  const acme = await company(rows, Config.parse({ ...config, apps: [{ ...crm, connector: 'limited' }] }), {
    also: limited.connector,
  });
  time.clock = acme.time.clock;
  return { acme, ...limited };
}

describe('an app that takes ten calls a second, and 10,000 changes', () => {
  it('is never called faster, lets those who leave and what people asked for go first, and is told the end of', async () => {
    const { acme, arrivals } = await importing(7);
    const begun = acme.engine.useCases.sync(null, someone);
    const told: { at: number; until: number; text: string }[] = [];
    const waits = { leaving: [] as number[], asked: [] as number[] };
    const now = () => acme.time.clock.now();
    const inProgress = async () => (await acme.engine.useCases.overview()).apps[0];
    await acme.time.advance(minute);
    await begun;

    /** Somebody who has an account leaves in the directory; another gets a new title, which is asked and approved. */
    async function disturb(round: number): Promise<void> {
      const deciders = new Set([(await acme.personOf('ada')).id, (await acme.personOf('bea')).id]);
      const provisioned = await acme.store.logins.list({ app: 'crm', account: 'active' }, null, 100);
      const [leaves, moves] = provisioned
        .filter(({ operation, person }) => operation?.state === 'applied' && !deciders.has(person))
        .slice(round * 2);
      const who = await acme.store.people.many([leaves?.person ?? '', moves?.person ?? '']);
      const recordOf = (id = '') => who.find((one) => one.id === id)?.records[0]?.externalId;
      const [leaver, mover] = [recordOf(leaves?.person), recordOf(moves?.person)];
      expect([leaver, mover]).not.toContain(undefined);
      acme.directory.state.rows = acme.directory.state.rows.map((one) => {
        if (one.externalId === leaver) return { ...one, status: 'suspended' as const };
        return one.externalId === mover ? { ...one, attributes: { ...one.attributes, title: 'Lead' } } : one;
      });
      const syncing = acme.engine.useCases.sync(null, someone);
      const since = now();
      const accounts = { leaver: leaves?.remoteId, mover: moves?.remoteId };
      const reached = (kind: string, id: string | null | undefined, from: number) =>
        arrivals.find((one) => one.kind === kind && one.remoteId === id && one.at >= from && one.answer === 'done')?.at;
      let decided: number | null = null;
      for (let step = 0; step < 120; step += 1) {
        await acme.time.advance(500);
        const [card] = await acme.openCards();
        if (decided === null && card !== undefined) {
          decided = now();
          const actor = await acme.personOf('ada');
          const { id: approval, edition } = card;
          void acme.engine.useCases.decide({ approval, edition, decision: 'approve', reason: null, actor });
        }
        const [left, moved] = [reached('suspend', accounts.leaver, since), reached('update', accounts.mover, since)];
        if (left === undefined || moved === undefined || decided === null) continue;
        waits.leaving.push(left - since);
        waits.asked.push(moved - decided);
        break;
      }
      await syncing;
    }

    for (let round = 0; ; round += 1) {
      if (round < 4) await disturb(round);
      const app = await inProgress();
      if (app?.underWay == null) break;
      told.push({ at: now(), ...app.underWay });
      await acme.time.advance(minute);
      expect(round).toBeLessThan(60);
    }
    const end = Math.max(...arrivals.filter(({ kind }) => kind === 'create').map(({ at }) => at));
    const created = arrivals.filter(({ kind, answer }) => kind === 'create' && answer === 'done');
    expect(created).toHaveLength(people + 2);

    const times = arrivals.map(({ at }) => at);
    expect(mostWithin(times, 1_000)).toBeLessThanOrEqual(10);
    expect(mostWithin(times, minute)).toBeLessThanOrEqual(600);
    expect(arrivals.filter(({ answer }) => answer === 'over')).toEqual([]);
    expect(new Set(arrivals.map(({ answer }) => answer))).toEqual(new Set(['done', '429', '503']));

    expect(waits.leaving).toHaveLength(4);
    expect(Math.max(...waits.leaving)).toBeLessThan(10_000);
    expect(Math.max(...waits.asked)).toBeLessThan(10_000);
    expect(end - (created[0]?.at ?? 0)).toBeGreaterThan(10 * minute);

    const early = told.filter(({ at }) => end - at > 2 * minute);
    expect(early.length).toBeGreaterThan(5);
    const off = early.map(({ at, until }) => Math.abs((until - at) / (end - at) - 1));
    expect(told.map(({ text }) => text).join()).toMatch(/^about \d+ minutes, at 10 calls a second/);
    expect(Math.max(...off), `${off}`).toBeLessThanOrEqual(0.1);
    await acme.stop();
  });
});
