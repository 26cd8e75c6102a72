import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import type { Proposal } from '../../src/core/proposal.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const started: Acme[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

const minute = 60_000;
const names = ['ada', 'bea', 'cem', 'zoe'];
const admins = ['ada@acme.test', 'bea@acme.test', 'cem@acme.test'];
const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };

/** Ada, Bea and Cem are admins; requests wait ten minutes. Ada, or who is named, has proposed a quorum of 2. */
async function proposed(settings: object = {}, by: 'ada' | Actor = 'ada') {
  const acme = await company(
    names.map((name) => row(name)),
    configOf({}, { admins, approvalExpiry: '10 minutes', reminders: { repeat: '20 minutes' }, ...settings }),
  );
  started.push(acme);
  await acme.sync();
  const ada: Actor = { kind: 'person', person: (await acme.personOf('ada')).id, name: 'ada', via: 'slack' };
  const change = async (next: object, actor: Actor) => {
    const config = (await acme.store.config.read())?.config;
    const changing = acme.engine.configure(
      Config.parse({ ...config, settings: { ...config?.settings, ...next } }),
      actor,
    );
    await acme.time.advance(1_000);
    return changing;
  };
  const outcome = await change({ quorum: 2 }, by === 'ada' ? ada : by);
  if (outcome.result !== 'proposed') throw new Error(outcome.text);
  return { ...acme, ada, change, proposal: outcome.proposal };
}

/** The alarm of a moment so much later. */
async function sweepAfter(acme: Acme, milliseconds: number): Promise<void> {
  await acme.time.advance(milliseconds);
  const swept = acme.engine.alarms.approvals();
  await acme.time.advance(1_000);
  await swept;
}

/** Who has been told of it again, each as often as they were. */
async function told(acme: Acme, { id }: Proposal): Promise<string[]> {
  const people = new Map(await Promise.all(names.map(async (name) => [(await acme.personOf(name)).id, name] as const)));
  const items = await acme.store.outbox.about(id);
  return items
    .filter(({ kind }) => kind === 'notice')
    .map(({ to }) => people.get(to) ?? to)
    .sort();
}

async function leave(acme: Acme, ...who: string[]): Promise<void> {
  const { state } = acme.directory;
  state.rows = state.rows.map((one) => (who.includes(one.externalId) ? row(one.externalId, {}, 'suspended') : one));
  await acme.sync();
}

describe('a proposed change that nobody decides', () => {
  it('is told again at half the time of a request, and again and again after, to those who may agree', async () => {
    const acme = await proposed();
    await sweepAfter(acme, 4 * minute);
    expect(await told(acme, acme.proposal)).toEqual([]);
    await sweepAfter(acme, minute);
    expect(await told(acme, acme.proposal)).toEqual(['bea', 'cem']);
    await sweepAfter(acme, 15 * minute);
    expect(await told(acme, acme.proposal)).toEqual(['bea', 'cem']);
    await sweepAfter(acme, 5 * minute);
    expect(await told(acme, acme.proposal)).toEqual(['bea', 'bea', 'cem', 'cem']);
    const [notice] = (await acme.store.outbox.about(acme.proposal.id)).filter(({ kind }) => kind === 'notice');
    expect(notice?.body).toContain('ada proposes a change of the configuration: quorum: 1 → 2.');
    expect(notice?.body).toContain(`/provision approve ${acme.proposal.id}`);
    const events = (await acme.store.events.list({}, null, 1_000)).filter(({ type }) => type === 'proposal.reminded');
    expect(events).toHaveLength(2);
    expect(events[0]?.message).toMatch(/^the change of the configuration that ada proposed is unanswered for /);
  });

  it('is told once after a long sleep, and once by however many alarms', async () => {
    const acme = await proposed();
    await acme.time.advance(100 * minute);
    const sweeps = [1, 2, 3].map(() => acme.engine.alarms.approvals());
    await acme.time.advance(60_000);
    await Promise.all(sweeps);
    expect(await told(acme, acme.proposal)).toEqual(['bea', 'cem']);
    // A crash between telling and writing that it was told: the same again shows once.
    const before = await acme.store.proposals.get(acme.proposal.id);
    if (before === null) throw new Error('no proposal');
    await acme.store.proposals.swap([{ before, after: { ...before, version: before.version + 1, remindedAt: null } }]);
    await sweepAfter(acme, 0);
    const bodies = (await acme.store.outbox.about(acme.proposal.id)).filter(({ kind }) => kind === 'notice');
    expect(new Set(bodies.map(({ to, id }) => `${to} ${id}`)).size).toBe(bodies.length);
  });

  it('is told to nobody once it is decided, and not where reminders are off', async () => {
    const acme = await proposed();
    const deciding = acme.engine.useCases.decideProposal({
      ...{ id: acme.proposal.id, decision: 'withdraw' as const, shown: null, reason: null },
      actor: acme.ada,
    });
    await acme.time.advance(1_000);
    expect((await deciding).result).toBe('withdrawn');
    await sweepAfter(acme, 10 * minute);
    expect(await told(acme, acme.proposal)).toEqual([]);
    const silent = await proposed({ reminders: { remind: false, repeat: '20 minutes' } });
    await sweepAfter(silent, 100 * minute);
    expect(await told(silent, silent.proposal)).toEqual([]);
  });

  it('is shown to whoever becomes an admin meanwhile, once', async () => {
    const acme = await proposed({ admins: admins.slice(0, 2) });
    await acme.change({ admins: [...admins.slice(0, 2), 'zoe@acme.test'] }, { kind: 'system', name: 'test' });
    await sweepAfter(acme, 0);
    await sweepAfter(acme, minute);
    const zoe = await acme.personOf('zoe');
    const cards = (await acme.store.outbox.about(acme.proposal.id)).filter(({ kind }) => kind === 'proposal');
    expect(cards.map(({ to }) => to)).toContain(zoe.id);
    expect((await acme.store.proposals.get(acme.proposal.id))?.shown.filter((id) => id === zoe.id)).toHaveLength(1);
    await sweepAfter(acme, 5 * minute);
    expect(await told(acme, acme.proposal)).toEqual(['bea', 'zoe']);
  });

  it('is told to who proposed it where nobody is left who may agree', async () => {
    const acme = await proposed();
    await leave(acme, 'bea', 'cem');
    await sweepAfter(acme, 6 * minute);
    expect(await told(acme, acme.proposal)).toEqual(['ada']);
    const [notice] = (await acme.store.outbox.about(acme.proposal.id)).filter(({ kind }) => kind === 'notice');
    expect(notice?.body).toContain('Nobody is left who may agree');
    expect(notice?.body).toContain(`/provision withdraw ${acme.proposal.id}`);
  });

  it('by the operating-system user is told to every admin', async () => {
    const acme = await proposed({}, ops);
    await sweepAfter(acme, 5 * minute);
    expect(await told(acme, acme.proposal)).toEqual(['ada', 'bea', 'cem']);
  });
});
