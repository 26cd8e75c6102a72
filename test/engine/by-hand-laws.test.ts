import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BadgeCompany, badgeCompany, badges, lab, later, office } from './by-hand.ts';

/** What may happen to Zoe and her badge, in any order. */
const happening = fc.oneof(
  fc.constantFrom('leave', 'done', 'cannot', 'retry', 'plan', 'sweep', 'old').map((what) => ({ what, title: '' })),
  fc.constantFrom('Clerk', 'Lead', 'Head').map((title) => ({ what: 'work', title })),
);
type Happening = { what: string; title: string };

const loginOf = async (acme: BadgeCompany) => acme.store.logins.get(`${(await acme.personOf('zoe')).id}:badges`);

async function happens(acme: BadgeCompany, { what, title }: Happening): Promise<void> {
  if (what === 'work' || what === 'leave') {
    const zoe = what === 'work' ? lab('zoe', { title }) : lab('zoe', {}, 'left');
    acme.directory.state.rows = [...office(), zoe];
    await acme.sync();
  } else if (what === 'done' || what === 'cannot') {
    const [task] = await acme.open();
    if (task !== undefined) await acme.decide(task, 'olga', what === 'done' ? 'approve' : 'reject', 'no blank badges');
  } else if (what === 'old') {
    const [old] = await acme.store.approvals.decidedSince(0, 10);
    if (old !== undefined) expect(await acme.decide(old, 'olga')).toMatchObject({ result: 'refused' });
  } else if (what === 'sweep') await later(acme, 60_000, acme.engine.alarms.approvals);
  else {
    const ada = await acme.actor('ada');
    const zoe = await acme.personOf('zoe');
    if (what === 'retry') await acme.engine.useCases.retry({ app: 'badges' }, ada);
    else await acme.engine.useCases.reprovision(zoe.id, 'badges', ada);
    await acme.time.advance(60_000);
  }
}

/** What waits for people is one open task, and an open task waits for people. */
async function expectBound(acme: BadgeCompany): Promise<void> {
  const operation = (await loginOf(acme))?.operation ?? null;
  const waits = operation?.state === 'handed' ? [operation.ask] : [];
  expect((await acme.open()).map(({ id }) => id)).toEqual(waits.map((ask) => ask?.approval));
  for (const ask of waits) expect(ask?.hash).toBe(operation?.hash);
}

it('whatever happens meanwhile: one task at a time, nothing done twice, nobody quarantined, and in the end all is as wished', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 12 }), async (happenings) => {
      const unasked = badges({ provisioning: { approval: { create: false, reactivate: false } } });
      const acme = await badgeCompany([...office(), lab('zoe', { title: 'Clerk' })], unasked);
      await acme.sync();
      for (const one of happenings) {
        await happens(acme, one);
        await expectBound(acme);
      }
      for (let rounds = 0; rounds < 4; rounds += 1)
        for (const what of ['retry', 'done']) await happens(acme, { what, title: '' });
      expect(await acme.open()).toEqual([]);
      const login = await loginOf(acme);
      const works = happenings.findLast(({ what }) => what === 'work' || what === 'leave')?.what !== 'leave';
      const title = happenings.findLast(({ what }) => what === 'work')?.title ?? 'Clerk';
      if (works) expect(login).toMatchObject({ account: 'active', observed: { attributes: { title } } });
      else expect(login?.account).not.toBe('active');
      const events = await acme.store.events.list({ app: 'badges' }, null, 500);
      const done = events.flatMap(({ type, operation }) => (type === 'operation.succeed' ? [operation] : []));
      expect(new Set(done).size).toBe(done.length);
      expect(await acme.store.health.get('badges')).toBeNull();
      await acme.stop();
    }),
    { numRuns: 40 },
  );
}, 60_000);
