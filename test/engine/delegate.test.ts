import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approval-model.ts';
import type { Person } from '../../src/core/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const day = 86_400_000;
const asking = configOf({ approval: { create: true } }, { approvers: ['ada@acme.test'] });
const staff = ['ada', 'bob', 'eve', 'zoe'].map((name) => row(name));
const actorOf = ({ id }: Person) => ({ kind: 'person', person: id, name: id, via: 'slack' }) as const;

async function acmeWith(config = asking) {
  const acme = await company(staff, config);
  await acme.sync();
  return acme;
}
async function handOn(acme: Acme, from: string, to: string, until = acme.time.clock.now() + 7 * day) {
  const [person, other] = [await acme.personOf(from), await acme.personOf(to)];
  return acme.engine.useCases.delegate(other.id, until, actorOf(person));
}
async function cardFor(acme: Acme, externalId: string): Promise<Approval> {
  const { id } = await acme.personOf(externalId);
  const card = (await acme.openCards()).find((open) => open.person === id);
  if (card === undefined) throw new Error(`no card about ${externalId}`);
  return card;
}
const press = async (acme: Acme, card: Approval, by: string) =>
  acme.engine.useCases.decide({
    ...{ approval: card.id, edition: card.edition, decision: 'approve', reason: null },
    actor: await acme.personOf(by),
  });

describe('a delegate', () => {
  it('decides in the place of who handed it on, and the record says for whom', async () => {
    const acme = await acmeWith();
    const card = await cardFor(acme, 'zoe');
    expect(await press(acme, card, 'bob')).toMatchObject({ why: 'not-allowed' });
    expect((await handOn(acme, 'ada', 'bob')).text).toContain('Person bob may decide in your place until 2023-11-');
    await acme.decide(card, 'bob');
    expect(await acme.word('zoe')).toBe('provisioned');
    const stored = await acme.store.approvals.get(card.id);
    expect(stored?.votes).toMatchObject([{ name: 'Person bob', for: { name: 'Person ada' } }]);
    const events = await acme.store.events.list({ approval: card.id }, null, 20);
    expect(events.map(({ message }) => message)).toContain('approved by Person bob for Person ada');
    await acme.stop();
  });

  it('sees what waits, and stands on the card beside who handed it on', async () => {
    const acme = await acmeWith();
    const card = await cardFor(acme, 'zoe');
    await handOn(acme, 'ada', 'bob');
    const view = await acme.engine.useCases.approval(card.id, 1);
    expect(view?.circle).toMatchObject([{ name: 'Person ada' }, { name: 'Person bob', for: 'Person ada' }]);
    const bob = await acme.personOf('bob');
    const pending = await acme.engine.useCases.pending(bob, { admin: false, approver: false, auditor: false }, 10);
    expect(pending.map(({ approval }) => approval.id)).toContain(card.id);
    const own = await cardFor(acme, 'bob');
    expect(pending.map(({ approval }) => approval.id)).not.toContain(own.id);
    await acme.stop();
  });

  it('decides nothing about themself, whoever’s place they take', async () => {
    const acme = await acmeWith();
    await handOn(acme, 'ada', 'bob');
    expect(await press(acme, await cardFor(acme, 'bob'), 'bob')).toMatchObject({ why: 'self' });
    await acme.stop();
  });

  it('counts with who handed it on as one', async () => {
    const acme = await acmeWith(
      configOf({ approval: { create: true } }, { quorum: 2, approvers: ['ada@acme.test', 'eve@acme.test'] }),
    );
    const card = await cardFor(acme, 'zoe');
    await handOn(acme, 'ada', 'bob');
    expect(await press(acme, card, 'bob')).toMatchObject({ result: 'voted', missing: 1 });
    expect(await press(acme, card, 'ada')).toMatchObject({ why: 'already' });
    expect(await press(acme, card, 'bob')).toMatchObject({ why: 'already' });
    await acme.decide(card, 'eve');
    expect(await acme.word('zoe')).toBe('provisioned');
    await acme.stop();
  });

  it('takes nobody’s place who may be somebody else', async () => {
    const acme = await acmeWith();
    const card = await cardFor(acme, 'zoe');
    await handOn(acme, 'ada', 'bob');
    const ada = await acme.personOf('ada');
    await acme.store.people.swap([{ before: ada, after: { ...ada, version: ada.version + 1, twins: ['p-9'] } }]);
    expect(await press(acme, card, 'bob')).toMatchObject({ why: 'not-allowed' });
    expect((await acme.engine.useCases.approval(card.id, 1))?.circle).toEqual([]);
    expect(await acme.engine.useCases.delegations()).toEqual([]);
    const powers = { admin: false, approver: false, auditor: false };
    expect(await acme.engine.useCases.pending(await acme.personOf('bob'), powers, 10)).toEqual([]);
    await acme.stop();
  });

  it('hands on nothing', async () => {
    const acme = await acmeWith();
    await handOn(acme, 'ada', 'bob');
    await handOn(acme, 'bob', 'eve');
    expect(await press(acme, await cardFor(acme, 'zoe'), 'eve')).toMatchObject({ why: 'not-allowed' });
    await acme.stop();
  });

  it('is none any more when the time is over, taken back, or who handed it on is gone', async () => {
    const acme = await acmeWith();
    const card = await cardFor(acme, 'zoe');
    const ada = await acme.personOf('ada');
    await handOn(acme, 'ada', 'bob', acme.time.clock.now() + 3_600_000);
    await acme.time.advance(3_600_000);
    expect(await press(acme, card, 'bob')).toMatchObject({ why: 'not-allowed' });
    await handOn(acme, 'ada', 'bob');
    expect((await acme.engine.useCases.endDelegation(actorOf(ada))).text).toContain('no longer decides');
    expect(await press(acme, card, 'bob')).toMatchObject({ why: 'not-allowed' });
    expect((await acme.engine.useCases.endDelegation(actorOf(ada))).text).toContain('nothing to do');
    await handOn(acme, 'ada', 'bob');
    acme.directory.state.rows = [row('ada', {}, 'suspended'), row('bob'), row('eve'), row('zoe')];
    await acme.sync();
    expect(await press(acme, card, 'bob')).toMatchObject({ why: 'not-allowed' });
    expect(await acme.engine.useCases.delegations()).toEqual([]);
    await acme.stop();
  });

  it('is written down: set, replaced, over by itself, each with its event and once', async () => {
    const acme = await acmeWith();
    await handOn(acme, 'ada', 'bob', acme.time.clock.now() + 3_600_000);
    await handOn(acme, 'ada', 'eve', acme.time.clock.now() + 3_600_000);
    await handOn(acme, 'ada', 'eve', acme.time.clock.now() + 3_600_000);
    await acme.time.advance(3_700_000);
    for (let round = 0; round < 2; round += 1) {
      const swept = acme.engine.alarms.approvals();
      await acme.time.advance(60_000);
      await swept;
    }
    const { id } = await acme.personOf('ada');
    const events = (await acme.store.events.list({ person: id }, null, 50)).filter(({ type }) =>
      type.startsWith('delegation.'),
    );
    expect(events.map(({ type, actor }) => [type, actor.kind])).toEqual([
      ['delegation.ended', 'system'],
      ['delegation.set', 'person'],
      ['delegation.set', 'person'],
    ]);
    await acme.stop();
  });

  it.each([
    ['oneself', 'ada', 1, 'delegate-self'],
    ['until a day that has passed', 'bob', -1, 'delegate-past'],
    ['somebody who does not work here', 'old', 1, 'delegate-gone'],
    ['somebody who has a delegate', 'eve', 1, 'delegate-chain'],
  ])('cannot be %s', async (_, to, days, code) => {
    const acme = await company([...staff, row('old', {}, 'suspended')], asking);
    await acme.sync();
    await handOn(acme, 'eve', 'zoe');
    await expect(handOn(acme, 'ada', to, acme.time.clock.now() + days * day)).rejects.toMatchObject({ code });
    const { id } = await acme.personOf('bob');
    const operator = { kind: 'operator', name: 'ops', via: 'cli' } as const;
    const handing = acme.engine.useCases.delegate(id, acme.time.clock.now() + day, operator);
    await expect(handing).rejects.toMatchObject({ code: 'not-a-person' });
    await acme.stop();
  });
});
