import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, reasonInput } from '../../blocks/ids.ts';
import { batch } from '../blocks/samples.ts';
import { ada, bob, gus, type Office, openOffice, openRequest, pressOf, sam, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const card = (viewer: string = ada, where = 'access') =>
  office.messages(viewer, where).find((message) => message.ephemeralFor === undefined);
const whispers = (viewer: string, where = 'access') =>
  office.messages(viewer, where).flatMap((message) => (message.ephemeralFor === viewer ? [message.text] : []));

describe('Approve', () => {
  it('decides, redraws the card at once and says nothing more', async () => {
    await office.post(openRequest());
    expect(card()?.text).toContain('Create an account for *Zoe Ångström* in *CRM*.');
    expect(await office.press(ada, card(), actionIds.approve)).toEqual({ ok: true });
    expect(office.decisions).toMatchObject([
      { approval: 'a-7Fq2', edition: 1, decision: 'approve', actor: { id: 'p-ada' } },
    ]);
    expect(card()?.text).toContain('✅ *Approved* by *ada*');
    expect(whispers(ada)).toEqual([]);
    expect(office.rings).toContain('outbox');
  });

  it('counts votes on the card until the quorum is there', async () => {
    await office.post(openRequest({ quorum: 2 }));
    await office.press(ada, card(), actionIds.approve);
    expect(card()?.text).toContain('1 of 2 votes (ada)');
    await office.press(bob, card(), actionIds.approve);
    expect(card()?.text).toContain('✅ *Approved* by *bob*');
  });

  it('asks Slack anew who presses, each time', async () => {
    await office.post(openRequest({ quorum: 2 }));
    office.workspace.log.clear();
    await office.press(ada, card(), actionIds.approve);
    await office.press(ada, card(), actionIds.approve);
    expect(office.workspace.log.calls('users.info')).toHaveLength(2);
  });

  it.each([
    ['a guest', gus, 'does not answer guests'],
    ['somebody of another organisation', sam, 'only people of its own organisation'],
  ])('is refused to %s, in words, and never reaches the engine', async (_who, user, sentence) => {
    await office.post(openRequest());
    await office.press(user, card(user), actionIds.approve);
    expect(office.decisions).toEqual([]);
    expect(whispers(user).join()).toContain(sentence);
    expect(card()?.text).toContain('May decide');
  });

  it('is refused to somebody outside the circle, and only they hear it', async () => {
    await office.post(openRequest());
    await office.press(zoe, card(zoe), actionIds.approve);
    expect(whispers(zoe)).toEqual(['You may not decide this.']);
    expect(whispers(ada)).toEqual([]);
    expect(office.approvals.get('a-7Fq2')?.state).toBe('open');
  });

  it('is refused while Slack does not say who presses', async () => {
    await office.post(openRequest());
    office.workspace.faults.add({ method: 'users.info', error: 'internal_error', times: 3 });
    await office.press(ada, card(), actionIds.approve);
    expect(office.decisions).toEqual([]);
    expect(whispers(ada).join()).toContain('nothing was done');
  });

  it('decides nothing from an older card, and repairs it', async () => {
    await office.post(openRequest());
    const old = card();
    office.approvals.set('a-7Fq2', openRequest({ edition: 2, operations: 3 }));
    await office.press(ada, old, actionIds.approve);
    expect(whispers(ada)).toEqual(['This has changed since.']);
    expect(JSON.stringify(card()?.blocks)).toContain('a-7Fq2:2');
  });

  it('of a card whose request has been decided elsewhere tells and repairs', async () => {
    await office.post(openRequest());
    office.approvals.set('a-7Fq2', openRequest({ state: 'expired', decidedAt: 1 }));
    await office.press(ada, card(), actionIds.approve);
    expect(whispers(ada)).toEqual(['This has been decided already.']);
    expect(card()?.text).toContain('*Expired*');
  });

  it('is not taken in a channel that has become shared with outsiders', async () => {
    await office.post(openRequest());
    office.workspace.faults.add({ method: 'conversations.info', error: 'internal_error' });
    await office.press(ada, card(), actionIds.approve);
    expect(office.decisions).toEqual([]);
    expect(whispers(ada).join()).toContain('did not say whether this channel is shared');
    const shared = await office.workspace.actions.command(ada, office.channel('partners'), '/provision pending');
    expect(shared).toEqual({ ok: true });
    await office.idle();
    await office.press(ada, office.messages(ada, 'partners').at(-1), actionIds.approve);
    expect(office.decisions).toEqual([]);
    expect(whispers(ada, 'partners').join()).toContain('shared with another organisation');
  });

  it('doubled or delivered twice decides once', async () => {
    await office.post(openRequest());
    office.workspace.faults.add({ delivery: 'block_actions', effect: 'duplicate' });
    await office.press(ada, card(), actionIds.approve);
    expect(office.decisions).toHaveLength(1);
    expect(whispers(ada)).toEqual([]);
  });

  it('ten people at once: one decision, the others are told', async () => {
    await office.post(openRequest());
    const presses = Array.from({ length: 10 }, (_, index) =>
      pressOf(index % 2 === 0 ? ada : bob, card(), actionIds.approve),
    );
    await Promise.all(presses.map((press) => office.workspace.actions.press(press)));
    await office.idle();
    expect([...office.approvals.values()].map(({ state }) => state)).toEqual(['approved']);
    const told = [...whispers(ada), ...whispers(bob)];
    expect(new Set(told)).toEqual(new Set(['This has been decided already.']));
    expect(told.length).toBe(office.decisions.length - 1);
  });

  it('that breaks in the engine is told, kept, and run again', async () => {
    await office.post(openRequest());
    const { decide } = office.useCases;
    office.useCases.decide = async () => {
      throw new Error('the store went away');
    };
    await office.press(ada, card(), actionIds.approve);
    expect(whispers(ada).join()).toContain('A decision is kept and tried again');
    expect(office.approvals.get('a-7Fq2')?.state).toBe('open');
    office.useCases.decide = decide;
    expect(await office.drain()).toBe(0);
    office.clock.skip(61_000);
    expect(await office.drain()).toBe(1);
    expect(card()?.text).toContain('✅ *Approved* by *ada*');
    expect(await office.drain()).toBe(0);
  });
});

describe('Reject', () => {
  const submit = async (user: string, reason: string | null) => {
    const view = office.workspace.state.modal(user)?.id ?? '';
    const values = { [reasonInput.block]: { [reasonInput.action]: { type: 'plain_text_input', value: reason } } };
    const outcome = await office.workspace.actions.submit(user, view, values);
    await office.idle();
    return outcome;
  };

  it('asks why, and shows the reason on the card', async () => {
    await office.post(openRequest());
    await office.press(ada, card(), actionIds.reject);
    expect(office.decisions).toEqual([]);
    expect(await submit(ada, ' She starts in May. ')).toEqual({ ok: true });
    expect(office.decisions).toMatchObject([{ decision: 'reject', reason: 'She starts in May.', edition: 1 }]);
    expect(card()?.text).toContain('🚫 *Rejected* by *ada*');
    expect(card()?.text).toContain('She starts in May.');
  });

  it('goes without a reason', async () => {
    await office.post(openRequest());
    await office.press(ada, card(), actionIds.reject);
    await submit(ada, null);
    expect(office.decisions).toMatchObject([{ decision: 'reject', reason: null }]);
  });

  it('by somebody outside the circle is refused like an approval', async () => {
    await office.post(openRequest());
    await office.press(zoe, card(zoe), actionIds.reject);
    await submit(zoe, 'no');
    expect(office.approvals.get('a-7Fq2')?.state).toBe('open');
    expect(whispers(zoe)).toEqual(['You may not decide this.']);
  });

  it('opens no modal for a guest or for a request that is decided', async () => {
    await office.post(openRequest());
    await office.press(gus, card(gus), actionIds.reject);
    expect(office.workspace.state.modal(gus)).toBeUndefined();
    office.approvals.set('a-7Fq2', openRequest({ state: 'approved', decidedAt: 1 }));
    await office.press(ada, card(), actionIds.reject);
    expect(office.workspace.state.modal(ada)).toBeUndefined();
    expect(card()?.text).toContain('*Approved*');
  });

  it('says what to type when the modal came too late', async () => {
    await office.post(openRequest());
    office.workspace.faults.add({ method: 'views.open', error: 'expired_trigger_id' });
    await office.press(ada, card(), actionIds.reject);
    expect(whispers(ada).join()).toContain('/provision reject a-7Fq2 [reason]');
  });
});

describe('Details and See all', () => {
  it('show the change, the reasons and the hash to those who may decide', async () => {
    await office.post(openRequest());
    await office.press(bob, card(), actionIds.details);
    const view = JSON.stringify(office.workspace.state.modal(bob)?.view);
    expect(view).toContain('0123456789ab');
    expect(view).toContain('department is Sales');
  });

  it('are not shown to everybody in the channel', async () => {
    await office.post(openRequest({ person: 'p-other' }));
    await office.press(zoe, card(zoe), actionIds.details);
    expect(office.workspace.state.modal(zoe)).toBeUndefined();
    expect(whispers(zoe).join()).toContain('Only those who may decide');
  });

  it('page through a batch', async () => {
    const whole = office.useCases.approval;
    const big = { ...batch(59), approval: openRequest({ kind: 'batch', operations: 59, people: 59, person: null }) };
    office.useCases.approval = async () => big;
    await office.post(big.approval);
    await office.press(ada, card(), actionIds.seeAll);
    const modal = () => office.workspace.state.modal(ada);
    expect(JSON.stringify(modal()?.view)).toContain('Page 1 of 2');
    const block = modal()?.view.blocks.findLast((each) => each.type === 'actions');
    const press = {
      user: ada,
      container: { view: modal()?.id ?? '' },
      blockId: block?.block_id ?? '',
      actionId: actionIds.nextPage,
    };
    expect(await office.workspace.actions.press(press)).toEqual({ ok: true });
    await office.idle();
    expect(JSON.stringify(modal()?.view)).toContain('Page 2 of 2');
    expect(JSON.stringify(modal()?.view)).toContain('Person 59');
    office.useCases.approval = whole;
  });
});
