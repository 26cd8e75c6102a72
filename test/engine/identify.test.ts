import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify } from '../../src/engine/identify.ts';
import type { PeopleStore } from '../../src/engine/store-ports.ts';
import { row } from '../fakes/memory-directory.ts';
import { company } from './company.ts';

const staff = [row('ada'), row('bea')];

const profile = (email: string) => ({
  ...{ email, name: 'Ada', guest: false, bot: false, deleted: false, stranger: false },
});
const ada = profile('ada@acme.test');

/** The same people; when each answer comes is the scheduler's choice. */
function inAnyOrder(people: PeopleStore, scheduler: fc.Scheduler): PeopleStore {
  const slow = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => scheduler.scheduleFunction(call);
  return { ...people, bySlack: slow(people.bySlack), byKeys: slow(people.byKeys), swap: slow(people.swap) };
}

describe('a Slack user seen for the first time', () => {
  it.each(['guest', 'bot', 'deleted', 'stranger'] as const)(
    'is nobody, and pinned to nobody, as a %s',
    async (sign) => {
      const acme = await company(staff);
      await acme.sync();
      const caller = await acme.engine.useCases.identify({ team: 'T1', user: 'U1' }, { ...ada, [sign]: true });
      expect(caller).toMatchObject({ known: false, reason: 'outsider' });
      expect((await acme.personOf('ada')).slack).toBeNull();
      await acme.stop();
    },
  );

  it('is the person of their address, however many presses come at once and whoever else writes the person meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const acme = await company(staff);
        await acme.sync();
        const store = { ...acme.store, people: inAnyOrder(acme.store.people, scheduler) };
        const deps = { store, clock: acme.time.clock, bell: { ring: () => undefined } };
        const presses = [1, 2, 3].map(() => identify(deps, { team: 'T1', user: 'U1' }, ada));
        const replan = scheduler.schedule(Promise.resolve()).then(() => acme.store.people.dirtyAll(null));
        await scheduler.waitFor(Promise.all([...presses, replan]));
        for (const press of presses) expect(await press).toMatchObject({ known: true, powers: { admin: true } });
        expect((await acme.personOf('ada')).slack).toEqual({ team: 'T1', user: 'U1' });
        await acme.stop();
      }),
      { numRuns: 50 },
    );
  });

  it('is nobody where another Slack user has been that person', async () => {
    const acme = await company([...staff, row('cleo')]);
    await acme.sync();
    const { useCases } = acme.engine;
    expect(await useCases.identify({ team: 'T1', user: 'U1' }, ada)).toMatchObject({ known: true });
    expect(await useCases.identify({ team: 'T1', user: 'U2' }, ada)).toMatchObject({
      known: false,
      reason: 'ambiguous',
    });
    await acme.stop();
  });
});
