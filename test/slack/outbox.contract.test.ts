import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEvent } from '../../src/core/event.ts';
import type { RollcallEvent } from '../../src/core/model.ts';
import { wantCard, wantLine } from '../../src/slack/cards.ts';
import { pumpOutbox } from '../../src/slack/outbox.ts';
import { ada, bob, type Office, openOffice, openRequest, person, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const texts = (viewer: string, name = 'access') => office.messages(viewer, name).map(({ text }) => text.split('\n')[0]);
const direct = async (user: string) => {
  const id = await office.workspace.actions.openDirectMessage(user);
  return office.workspace.state.messages(id, user);
};
const notice = (id: string, to: string, body = 'Hello.') =>
  office.store.outbox.want({ id, kind: 'notice', subject: id, to, body }, office.clock.now());

describe('where a card goes', () => {
  it('joins and moves: to the channel', async () => {
    await office.post(openRequest());
    expect(texts(zoe)).toEqual(['Create an account for *Zoe Ångström* in *CRM*.']);
  });

  it('leaving: to the private channel for it, and nowhere public', async () => {
    await office.post(openRequest({ leaving: true }));
    expect(texts(ada, 'leavers')).toHaveLength(1);
    expect(texts(ada)).toEqual([]);
  });

  it.each([
    ['none is named', { channel: '#access' }],
    ['the one named is public', { channel: '#access', leaverChannel: '#open-leavers' }],
    ['the one named is missing', { channel: '#access', leaverChannel: '#nowhere' }],
  ])('leaving: to each who may decide, when %s', async (_why, settings) => {
    office.place.settings = settings;
    await office.post(openRequest({ leaving: true }));
    expect(await direct(ada)).toHaveLength(1);
    expect(await direct(bob)).toHaveLength(1);
    for (const name of ['access', 'open-leavers', 'leavers']) expect(texts(ada, name)).toEqual([]);
  });

  it.each(['#partners', '#nowhere'])('to direct messages when the channel is %s', async (channel) => {
    office.place.settings = { channel };
    await office.post(openRequest());
    expect(await direct(ada)).toHaveLength(1);
    expect(office.workspace.state.messages(office.channel('partners'), ada)).toEqual([]);
  });

  it('urgent: to the channel and to each who may decide', async () => {
    await office.post(openRequest({ urgent: true }));
    expect(texts(ada)).toHaveLength(1);
    expect(await direct(bob)).toHaveLength(1);
  });

  it('finds approvers who are not pinned yet by their address, and no guests', async () => {
    office.place.settings = { channel: '#nowhere' };
    const unpinned = { ...person('zoe', null), id: 'p-new' };
    const guest = { ...person('gus', null), id: 'p-gus' };
    const known = office.useCases.person;
    office.useCases.person = async (id) => [unpinned, guest].find((each) => each.id === id) ?? known(id);
    await office.post(openRequest({ circle: ['p-new', 'p-gus'] }));
    expect(await direct(zoe)).toHaveLength(1);
    expect(office.workspace.log.calls('chat.postMessage')).toHaveLength(1);
    expect(office.lines.some(({ level }) => level === 'error')).toBe(true);
  });

  it('finds them by each of their addresses', async () => {
    office.place.settings = { channel: '#nowhere' };
    const email = ['z.lee@acme.test', 'zoe@acme.test'];
    const unpinned = { ...person('zoe', null), id: 'p-new', attributes: { displayName: 'Zoe', email } };
    office.useCases.person = async () => unpinned;
    await office.post(openRequest({ circle: ['p-new'] }));
    expect(await direct(zoe)).toHaveLength(1);
  });

  it('calls approvers who are not pinned yet by their Slack name', async () => {
    const known = office.useCases.person;
    office.useCases.person = async (id) => (id === 'p-new' ? { ...person('zoe', null), id } : known(id));
    await office.post(openRequest({ circle: ['p-ada', 'p-new', 'p-nobody'] }));
    expect(office.messages(ada)[0]?.text).toContain(`May decide: <@${ada}>, <@${zoe}> and p-nobody`);
    await wantCard(office.deps, openRequest({ circle: ['p-ada', 'p-new', 'p-nobody'] }));
    await office.pump();
    expect(office.workspace.log.calls('users.lookupByEmail')).toHaveLength(1);
  });

  it('a gathering request is not shown yet', async () => {
    await office.post(openRequest({ state: 'gathering' }));
    expect(texts(ada)).toEqual([]);
  });
});

describe('keeping a card in step', () => {
  it('draws many changes once, always the newest', async () => {
    await office.post(openRequest());
    for (let edition = 2; edition <= 6; edition += 1) {
      office.approvals.set('a-7Fq2', openRequest({ edition }));
      await wantCard(office.deps, openRequest({ edition }));
    }
    office.workspace.log.clear();
    expect(await office.pump()).toMatchObject({ sent: 1 });
    expect(office.workspace.log.calls('chat.update')).toHaveLength(1);
    expect(JSON.stringify(office.messages(ada)[0]?.blocks)).toContain('a-7Fq2:6');
  });

  it('leaves a message alone that shows the newest state already', async () => {
    await office.post(openRequest());
    await wantCard(office.deps, openRequest());
    expect(await office.pump()).toMatchObject({ sent: 1 });
    expect(office.workspace.log.calls('chat.update')).toEqual([]);
  });

  it('updates every copy', async () => {
    await office.post(openRequest({ urgent: true }));
    office.approvals.set('a-7Fq2', openRequest({ urgent: true, state: 'expired', decidedAt: 1 }));
    await wantCard(office.deps, openRequest({ urgent: true, state: 'expired' }));
    await office.pump();
    for (const [card] of [office.messages(ada), await direct(ada), await direct(bob)])
      expect(card?.text).toContain('*Expired*');
  });

  it('asks nobody in person once it is decided', async () => {
    const gone = openRequest({ urgent: true, state: 'rejected', decidedAt: 1 });
    await office.post(gone);
    expect(texts(ada)).toHaveLength(1);
    expect(await direct(bob)).toEqual([]);
    await wantCard(office.deps, gone);
    await office.pump();
    expect(await direct(bob)).toEqual([]);
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])('posts anew after %s', async (error) => {
    await office.post(openRequest());
    await office.change(openRequest({ edition: 2 }));
    office.workspace.faults.add({ method: 'chat.update', error });
    await office.pump();
    expect(texts(ada)).toHaveLength(2);
    await office.change(openRequest({ edition: 3 }));
    office.clock.skip(10_000);
    await office.pump();
    expect(texts(ada)).toHaveLength(2);
  });

  it('moves to direct messages when the channel cannot be posted to any more', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    await wantCard(office.deps, openRequest());
    office.place.settings = { channel: '#nowhere' };
    office.workspace.faults.add({ method: 'chat.postMessage', error: 'is_archived' });
    await office.pump();
    await office.pump();
    expect(texts(ada)).toEqual([]);
    expect(await direct(ada)).toHaveLength(1);
  });
});

describe('going easy on Slack', () => {
  it('posts a few at once and then one a second in each channel', async () => {
    for (let index = 0; index < 6; index += 1) await notice(`n-${index}`, '#access');
    await notice('other', '#general');
    const now = office.clock.now();
    const pumpAt = (at: number) => pumpOutbox(office.deps, at);
    expect(await pumpAt(now)).toEqual({ sent: 4, nextAt: now + 1_000 });
    expect((await pumpAt(now + 999)).sent).toBe(0);
    expect((await pumpAt(now + 1_000)).sent).toBe(1);
    expect(await pumpAt(now + 3_000)).toEqual({ sent: 2, nextAt: null });
    expect(texts(ada)).toHaveLength(6);
  });

  it('waits as long as Slack asks, and loses nothing', async () => {
    await notice('a', '#access');
    await notice('b', '#general');
    office.workspace.faults.add({ method: 'chat.postMessage', retryAfter: 7 });
    const { sent, nextAt } = await office.pump();
    expect(sent).toBe(0);
    expect((nextAt ?? 0) - office.clock.now()).toBeGreaterThan(0);
    office.clock.skip(6_000);
    expect((await office.pump()).sent).toBe(0);
    office.clock.skip(1_100);
    expect((await office.pump()).sent).toBe(2);
  });

  it('tries again after an outage, and one bad item holds up no other', async () => {
    await notice('bad', 'p-nobody');
    await notice('good', '#access');
    office.workspace.faults.add({ method: 'chat.postMessage', outage: true });
    expect((await office.pump()).sent).toBe(0);
    await expect(office.store.outbox.get('good')).resolves.toMatchObject({ shown: 0, attempts: 1 });
    office.clock.skip(2_000);
    expect((await office.pump()).sent).toBe(1);
    expect(texts(ada)).toEqual(['Hello.']);
  });

  it('escapes what a notice says', async () => {
    await notice('n', '#access', '<!channel> <@U0BOB00001> & more');
    await office.pump();
    expect(texts(ada)).toEqual(['&lt;!channel&gt; &lt;@U0BOB00001&gt; &amp; more']);
  });

  it('joins a public channel it is not in', async () => {
    await notice('n', '#general');
    office.workspace.faults.add({ method: 'chat.postMessage', error: 'not_in_channel' });
    await office.pump();
    await office.pump();
    expect(texts(ada, 'general')).toEqual(['Hello.']);
  });

  it('forgets a request that is no more', async () => {
    await wantCard(office.deps, openRequest());
    expect(await office.pump()).toEqual({ sent: 0, nextAt: null });
    expect(await office.pump()).toEqual({ sent: 0, nextAt: null });
  });
});

describe('the thread of a card', () => {
  const event = (type: string, change: Partial<RollcallEvent> = {}): RollcallEvent =>
    makeEvent(
      {
        type,
        message: 'create approved',
        actor: { kind: 'system', name: 'x' },
        person: 'p-zoe',
        app: 'crm',
        operation: 'o-1',
        approval: 'a-7Fq2',
        ...change,
      },
      `e-${type}`,
      office.clock.now(),
    );

  it('tells what happened, once', async () => {
    await office.post(openRequest());
    const approved = event('operation.succeed');
    office.useCases.history = async () => [approved as never];
    await wantLine(office.deps, approved);
    await wantLine(office.deps, event('operation.start'));
    await wantLine(office.deps, event('directory.read', { approval: null }));
    await office.pump();
    await wantLine(office.deps, approved);
    await office.pump();
    const [card, ...replies] = office.messages(ada);
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatchObject({ threadTs: card?.ts });
    expect(replies[0]?.text).toContain('*Rollcall*: create approved (zoe in Customer Base)');
  });

  it('waits for its card, and counts a batch instead of telling it', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    const approved = event('operation.succeed');
    office.useCases.history = async () => [approved as never];
    await wantLine(office.deps, approved);
    expect((await office.pump()).sent).toBe(0);
    await wantCard(office.deps, openRequest());
    office.clock.skip(3_000);
    await office.pump();
    office.clock.skip(3_000);
    await office.pump();
    expect(office.messages(ada)).toHaveLength(2);
    office.approvals.set('a-7Fq2', openRequest({ kind: 'batch' }));
    await wantLine(office.deps, event('operation.fail'));
    expect(await office.pump()).toEqual({ sent: 0, nextAt: null });
  });
});
