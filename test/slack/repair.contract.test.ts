import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import type { Channel, Message } from '../../src/local-slack/model.ts';
import { copiesOf } from '../../src/slack/cards.ts';
import { slackMemory } from '../../src/slack/deps.ts';
import { pumpOutbox } from '../../src/slack/outbox.ts';
import { believed, repairCards } from '../../src/slack/repair.ts';
import { actionBlockOf, ada, bob, type Office, openOffice, openRequest } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const hour = 60 * 60_000;
const request = (change = {}) => openRequest({ expiresAt: null, ...change });
const texts = (user: string, name = 'access') => office.messages(user, name).map(({ text }) => text);
const direct = async (user: string): Promise<readonly Message[]> =>
  office.workspace.state.messages(await office.workspace.actions.openDirectMessage(user), user);
const updates = () => office.workspace.log.calls('chat.update').length;
const posts = () => office.workspace.log.calls('chat.postMessage').length;

/** The workspace's own channel, to do to it what admins of Slack do. */
function channelNamed(name: string): Channel {
  const found = office.workspace.state.channels.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no channel ${name}`);
  return found as Channel;
}
async function remove(message: Message | undefined): Promise<void> {
  await office.deps.clients.bulk.chat.delete({ channel: message?.channel ?? '', ts: message?.ts ?? '' });
}
/** The process that posted is gone: another one knows nothing but the store. */
const restart = () => Object.assign(office.deps, { memory: slackMemory() });
const sweep = async (...approvals: ReturnType<typeof request>[]) => {
  const asked = await repairCards(office.deps, approvals.length > 0 ? approvals : [...office.approvals.values()]);
  await office.pump();
  return asked;
};

describe('the card sweep', () => {
  it('finds nothing to do where all is as it should be', async () => {
    await office.post(request());
    expect([await sweep(), updates(), posts()]).toEqual([0, 0, 1]);
  });

  it('posts a card that nobody asked for: the process died between the request and its card', async () => {
    office.approvals.set('a-7Fq2', request());
    expect(await sweep()).toBe(1);
    expect(texts(ada)).toHaveLength(1);
  });

  it('leaves a card alone that is on its way', async () => {
    office.approvals.set('a-7Fq2', request());
    await office.change(request());
    expect(await repairCards(office.deps, [request()])).toBe(0);
  });

  it('puts back a card that somebody deleted, within the hour, also after a restart', async () => {
    await office.post(request());
    await remove(office.messages(ada)[0]);
    expect(texts(ada)).toEqual([]);
    restart();
    office.clock.skip(believed.open - 1_000);
    expect(await sweep()).toBe(0);
    office.clock.skip(1_000);
    expect(await sweep()).toBe(1);
    expect(texts(ada)).toHaveLength(1);
    expect(actionBlockOf(office.messages(ada)[0]?.blocks ?? [], actionIds.approve)).toBeDefined();
  });

  it('redraws a card over which an older picture came, though nothing is wanted any more', async () => {
    await office.post(request());
    const [card] = office.messages(ada);
    office.approvals.set('a-7Fq2', request({ state: 'approved', decidedAt: office.clock.now() }));
    await office.change(request({ state: 'approved', decidedAt: office.clock.now() }));
    await office.pump();
    expect(texts(ada)[0]).toContain('*Approved*');
    // Another process was slow, and its answer to the press arrives only now.
    const { channel = '', ts = '', text = '', blocks = [] } = card ?? {};
    await office.deps.clients.interactive.chat.update({ channel, ts, text, blocks });
    expect(texts(ada)[0]).not.toContain('*Approved*');
    expect(await sweep()).toBe(0);
    office.clock.skip(believed.decided);
    expect(await sweep()).toBe(1);
    expect(texts(ada)[0]).toContain('*Approved*');
    office.clock.skip(2 * hour);
    expect(await sweep()).toBe(0);
  });

  it('does not post a decided card again that somebody took away', async () => {
    await office.post(request());
    await remove(office.messages(ada)[0]);
    await office.change(request({ state: 'rejected', decidedAt: office.clock.now() }));
    await office.pump();
    office.clock.skip(believed.decided);
    await sweep();
    await office.pump();
    expect(texts(ada)).toEqual([]);
    expect(posts()).toBe(1);
  });

  it('posts anew a card that Slack lets nobody edit any more, open or decided', async () => {
    await office.post(request());
    office.workspace.faults.add({ method: 'chat.update', error: 'edit_window_closed' });
    await office.change(request({ state: 'approved', decidedAt: office.clock.now() }));
    await office.pump();
    expect(texts(ada)).toHaveLength(2);
    expect(texts(ada)[1]).toContain('*Approved*');
  });

  it('moves a card out of an archived channel, and back once there is one again', async () => {
    await office.post(request());
    channelNamed('access').archived = true;
    office.clock.skip(hour);
    expect(await sweep()).toBeGreaterThan(0);
    await office.pump();
    expect([await direct(ada), await direct(bob)].map((each) => each.length)).toEqual([1, 1]);
    channelNamed('access').archived = false;
    office.clock.skip(hour);
    await sweep();
    await office.pump();
    expect(texts(ada)).toHaveLength(2);
    await office.change(request({ state: 'approved', decidedAt: office.clock.now() }));
    office.clock.skip(10_000);
    await office.pump();
    for (const [card] of [office.messages(ada).slice(-1), await direct(ada), await direct(bob)])
      expect(card?.text).toContain('*Approved*');
  });

  it('moves a leaver’s card to those who decide when the bot is removed from the private channel', async () => {
    await office.post(request({ leaving: true }));
    expect(texts(ada, 'leavers')).toHaveLength(1);
    const channel = channelNamed('leavers');
    channel.members = channel.members.filter((member) => member !== office.workspace.tokens.botUser);
    office.clock.skip(hour);
    await sweep();
    await office.pump();
    expect([await direct(ada), await direct(bob)].map((each) => each.length)).toEqual([1, 1]);
  });

  it('joins a public channel again from which the bot was removed', async () => {
    await office.post(request());
    const channel = channelNamed('access');
    channel.members = channel.members.filter((member) => member !== office.workspace.tokens.botUser);
    office.clock.skip(hour);
    await sweep();
    await office.pump();
    expect(office.workspace.log.calls('conversations.join')).toHaveLength(1);
    expect(texts(ada)).toHaveLength(1);
  });

  it('takes names and buttons out of a channel that was shared with outsiders, and asks directly', async () => {
    await office.post(request());
    channelNamed('access').externallyShared = true;
    office.clock.skip(hour);
    await sweep();
    await office.pump();
    const [card] = office.messages(ada);
    expect(card?.text).toContain('This request moved');
    expect(JSON.stringify(card?.blocks)).not.toMatch(/Zoe|approval_approve/);
    expect([await direct(ada), await direct(bob)].map((each) => each.length)).toEqual([1, 1]);
  });

  it('follows the settings to another channel, and keeps no second card there', async () => {
    await office.post(request());
    office.place.settings = { channel: '#general' };
    await sweep();
    office.clock.skip(hour);
    await sweep();
    expect(texts(ada, 'general')).toHaveLength(1);
    expect(texts(ada)[0]).toContain('This request moved');
    office.place.settings = { channel: office.channel('general') };
    office.clock.skip(hour);
    await sweep();
    await office.pump();
    expect(texts(ada, 'general')).toHaveLength(1);
    await office.change(request({ state: 'approved', decidedAt: office.clock.now() }));
    office.clock.skip(10_000);
    await office.pump();
    expect([texts(ada, 'general')[0], texts(ada)[0]].every((text) => text?.includes('*Approved*'))).toBe(true);
  });

  it('waits as long as Slack asks, loses nothing, and draws only the newest state', async () => {
    await office.post(request());
    office.clock.skip(hour);
    office.workspace.faults.add({ method: 'chat.update', retryAfter: 30 });
    restart();
    await sweep();
    expect(updates()).toBe(1);
    for (let edition = 2; edition <= 9; edition += 1) await office.change(request({ edition }));
    await sweep();
    office.clock.skip(29_000);
    await office.pump();
    expect(updates()).toBe(1);
    office.clock.skip(1_500);
    await office.pump();
    expect(updates()).toBe(2);
    expect(JSON.stringify(office.messages(ada)[0]?.blocks)).toContain('a-7Fq2:9');
  });

  it('redraws at most a hundred in one sweep, those shown longest ago first', async () => {
    for (let index = 0; index < 130; index += 1) {
      const one = request({ id: `a-${index}` });
      office.approvals.set(one.id, one);
      await office.change(one);
      const [copy] = await copiesOf(office.deps, one.id);
      await office.store.outbox.shown(copy?.id ?? '', 1, { channel: 'C1', ts: '1.1', at: office.clock.now() + index });
    }
    office.clock.skip(2 * hour);
    expect(await repairCards(office.deps, [...office.approvals.values()])).toBe(100);
    const due = await office.store.outbox.due(office.clock.now(), 500);
    expect(due.map(({ subject }) => Number(subject.slice(2))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index),
    );
  });

  it('goes on with the other requests when one cannot be placed', async () => {
    office.place.settings = { channel: '#access', leaverChannel: '#leavers' };
    office.workspace.faults.add({ method: 'conversations.list', error: 'internal_error' });
    const [one, two] = [request({ id: 'a-1' }), request({ id: 'a-2' })];
    for (const each of [one, two]) office.approvals.set(each.id, each);
    await sweep();
    office.clock.skip(31_000);
    await sweep();
    expect(texts(ada)).toHaveLength(2);
  });
});

describe('several processes', () => {
  it('post a card once: only one of them has the outbox', async () => {
    await office.change(request());
    office.approvals.set('a-7Fq2', request());
    const turns = [true, false, false];
    await Promise.all(turns.map((ours) => pumpOutbox(office.deps, office.clock.now(), async () => ours)));
    expect(texts(ada)).toHaveLength(1);
  });

  it('end a round once another one has it', async () => {
    for (let index = 0; index < 3; index += 1) {
      const item = { id: `n-${index}`, kind: 'notice' as const, subject: 's', to: '#access', body: 'Hello.' };
      await office.store.outbox.want(item, office.clock.now());
    }
    let left = 3;
    expect(await pumpOutbox(office.deps, office.clock.now(), async () => left-- > 0)).toEqual({
      sent: 2,
      nextAt: null,
    });
    expect((await office.pump()).sent).toBe(1);
  });
});

describe('a press', () => {
  it('is followed by the newest picture when the outbox drew it while its own was on its way', async () => {
    await office.post(request());
    const [card] = office.messages(ada);
    const { approval } = office.useCases;
    let reads = 0;
    office.useCases.approval = async (id, sample) => {
      const view = await approval(id, sample);
      reads += 1;
      const isFirst = reads === 1;
      if (isFirst) expect((await office.pump()).sent).toBe(1);
      return isFirst || view === null ? view : { ...view, personName: 'Mia Newer' };
    };
    office.clock.skip(60_000);
    await office.press(ada, card, actionIds.approve);
    expect(reads).toBe(2);
    expect(texts(ada).at(-1)).not.toContain('Mia Newer');
    office.clock.skip(60_000);
    await office.pump();
    expect(texts(ada).at(-1)).toContain('Mia Newer');
  });

  it('is drawn by the outbox alone where that is another process', async () => {
    await office.post(request());
    const [card] = office.messages(ada);
    office.deps.hasOutbox = async () => false;
    await office.press(ada, card, actionIds.approve);
    expect(texts(ada)).toEqual([card?.text]);
    await office.pump();
    expect(texts(ada)).not.toEqual([card?.text]);
  });
});
