import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approval-model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const hour = 3_600_000;
const settings = {
  admins: ['ada@acme.test'],
  approvers: ['bea@acme.test', 'cem@acme.test'],
  approvalExpiry: '10 hours',
};
const staff = ['ada', 'bea', 'cem', 'zoe'].map((name) => row(name));

async function sweepAfter(acme: Acme, milliseconds: number): Promise<void> {
  await acme.time.advance(milliseconds);
  const swept = acme.engine.alarms.approvals();
  await acme.time.advance(1_000);
  await swept;
}
async function cardFor(acme: Acme, externalId: string): Promise<Approval> {
  const { id } = await acme.personOf(externalId);
  const card = (await acme.openCards()).find((open) => open.person === id);
  if (card === undefined) throw new Error(`no card about ${externalId}`);
  return card;
}
/** Who was told what, of this request: `bea remind`. */
async function told(acme: Acme, { id }: Approval): Promise<string[]> {
  const names = new Map<string, string>();
  for (const name of ['ada', 'bea', 'cem', 'zoe']) names.set((await acme.personOf(name)).id, name);
  const due = await acme.store.outbox.due(acme.time.clock.now() + 1, 1_000);
  return due
    .filter((item) => item.kind === 'notice' && item.subject === id)
    .map((item) => `${names.get(item.to)} ${item.id.split(':')[0]}`)
    .sort();
}

describe('a request nobody answers', () => {
  it('is told again at half its time, to those who have not answered; then the admins are asked; then it lapses', async () => {
    const acme = await company(staff, configOf({ approval: { create: true } }, { ...settings, quorum: 2 }));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    const actor = await acme.personOf('bea');
    await acme.engine.useCases.decide({ approval: card.id, edition: 1, decision: 'approve', reason: null, actor });
    await sweepAfter(acme, 4 * hour);
    expect(await told(acme, card)).toEqual([]);
    await sweepAfter(acme, hour);
    expect(await told(acme, card)).toEqual(['cem remind']);
    await sweepAfter(acme, hour);
    expect(await told(acme, card)).toEqual(['cem remind']);
    await sweepAfter(acme, 2 * hour);
    expect(await told(acme, card)).toEqual(['ada asked', 'cem remind']);
    const wide = await acme.store.approvals.get(card.id);
    expect(wide?.circle).toContain((await acme.personOf('ada')).id);
    expect(wide?.steps[0]?.fellBack).toBe(true);
    await sweepAfter(acme, 2 * hour);
    expect((await acme.store.approvals.get(card.id))?.state).toBe('expired');
    await acme.stop();
  });

  it('asks the fallback of its step before the admins', async () => {
    const steps = [{ who: ['bea@acme.test'], fallback: ['cem@acme.test'] }];
    const acme = await company(staff, configOf({ approval: { create: { steps } } }, settings));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await sweepAfter(acme, 8 * hour);
    await sweepAfter(acme, 0);
    expect(await told(acme, card)).toEqual(['bea remind', 'cem asked']);
    await acme.decide(card, 'cem');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('about a leaver never lapses, and is told every day to all who may decide by then', async () => {
    const acme = await company(staff, configOf({ approval: { create: false, suspend: true } }, settings));
    await acme.sync();
    acme.directory.state.rows = staff.map((one) => (one.externalId === 'zoe' ? row('zoe', {}, 'suspended') : one));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    for (let sweep = 0; sweep < 60; sweep += 1) await sweepAfter(acme, hour);
    expect(await acme.store.approvals.get(card.id)).toMatchObject({ state: 'open', expiresAt: null });
    expect(await told(acme, card)).toEqual([
      ...['ada asked', 'ada remind', 'ada remind', 'bea remind', 'bea remind', 'bea remind'],
      ...['cem remind', 'cem remind', 'cem remind'],
    ]);
    await acme.decide(card, 'ada');
    expect(await acme.word('zoe')).toBe('suspended');
    await acme.stop();
  });

  it('is told once, however often the alarm rings and whatever process rings it', async () => {
    const acme = await company(staff, configOf({ approval: { create: true } }, settings));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await acme.time.advance(5 * hour);
    const sweeps = [acme.engine.alarms.approvals(), acme.engine.alarms.approvals(), acme.engine.alarms.approvals()];
    await acme.time.advance(60_000);
    await Promise.all(sweeps);
    expect(await told(acme, card)).toEqual(['bea remind', 'cem remind']);
    const reminded = await acme.store.approvals.get(card.id);
    // A crash between telling and writing that it was told: the same again shows once.
    if (reminded !== null)
      await acme.store.approvals.swap([
        { before: reminded, after: { ...reminded, version: reminded.version + 1, remindedAt: null } },
      ]);
    await sweepAfter(acme, 0);
    expect(await told(acme, card)).toEqual(['bea remind', 'cem remind']);
    await acme.stop();
  });

  it('is not told where reminders are off', async () => {
    const off = { remind: false, escalate: false };
    const acme = await company(staff, configOf({ approval: { create: true } }, { ...settings, reminders: off }));
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    await sweepAfter(acme, 9 * hour);
    expect(await told(acme, card)).toEqual([]);
    await acme.stop();
  });

  it('reminds delegates with those who handed it on', async () => {
    const acme = await company(
      staff,
      configOf({ approval: { create: true } }, { ...settings, approvers: ['bea@acme.test'] }),
    );
    await acme.sync();
    const card = await cardFor(acme, 'zoe');
    const [bea, cem] = [await acme.personOf('bea'), await acme.personOf('cem')];
    const actor = { kind: 'person', person: bea.id, name: 'Bea', via: 'slack' } as const;
    await acme.engine.useCases.delegate(cem.id, acme.time.clock.now() + 100 * hour, actor);
    await sweepAfter(acme, 5 * hour);
    expect(await told(acme, card)).toEqual(['bea remind', 'cem remind']);
    await acme.stop();
  });
});
