import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { copiesOf } from '../../src/slack/cards.ts';
import { ada, bob, type Office, openOffice, openRequest } from './office.ts';

/** Slack posts a card and the answer gets lost: another one is posted, and nobody knows where the first stands. */
let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const cards = () => office.messages(ada).filter(({ text }) => text.includes('Zoe Ångström'));
const whispers = (user: string) => office.messages(user).filter(({ ephemeralFor }) => ephemeralFor === user);
const stateOf = (id = 'a-7Fq2') => office.approvals.get(id)?.state;
const unanswered = async () =>
  (await copiesOf(office.deps, 'a-7Fq2')).flatMap(({ unanswered }) => unanswered.map(({ channel }) => channel));
const lose = (method = 'chat.postMessage') => office.workspace.faults.add({ method, lostReply: true });
/** Until nothing is asked for any more. */
async function settle(): Promise<void> {
  office.clock.skip(5_000);
  await office.pump();
}
async function postTwice(): Promise<void> {
  lose();
  await office.post(openRequest());
  await settle();
  expect(cards()).toHaveLength(2);
}

describe('a card whose post was never answered', () => {
  it('decides like the other one, and both show it', async () => {
    await postTwice();
    await office.press(ada, cards()[0], actionIds.approve);
    expect(stateOf()).toBe('approved');
    expect(whispers(ada)).toEqual([]);
    await settle();
    expect(cards().map(({ text }) => text.includes('*Approved*'))).toEqual([true, true]);
    expect(await unanswered()).toEqual([]);
  });

  it('is put right by a press that comes too late, and stays so', async () => {
    await postTwice();
    await office.press(ada, cards()[1], actionIds.approve);
    await settle();
    await office.press(bob, cards()[0], actionIds.reject);
    await office.press(bob, cards()[0], actionIds.approve);
    expect(whispers(bob).map(({ text }) => text)).toContain('This has been decided already.');
    expect(office.decisions).toHaveLength(2);
    await settle();
    expect(cards().map(({ text }) => text.includes('*Approved*'))).toEqual([true, true]);
    await office.change(openRequest({ state: 'expired', decidedAt: 1 }));
    await settle();
    expect(cards().map(({ text }) => text.includes('*Expired*'))).toEqual([true, true]);
  });

  it('is found by whoever comes to it first, however often it was posted', async () => {
    lose();
    lose();
    await office.post(openRequest({ quorum: 2 }));
    await settle();
    await settle();
    expect(cards()).toHaveLength(3);
    await office.press(ada, cards()[0], actionIds.approve);
    await office.press(bob, cards()[1], actionIds.approve);
    expect(stateOf()).toBe('approved');
    await settle();
    expect(cards().map(({ text }) => text.includes('*Approved*'))).toEqual([true, true, true]);
  });
});

describe('nothing is decided', () => {
  const refused = 'This message is no card of that request any more, so nothing was decided.';

  it('on a message of another time', async () => {
    office.clock.skip(10 * 60_000);
    await postTwice();
    await office.press(ada, cards()[0], actionIds.approve);
    expect(stateOf()).toBe('open');
    expect(whispers(ada).map(({ text }) => text.includes(refused))).toEqual([true]);
  });

  it('in a channel where none was posted', async () => {
    await postTwice();
    const channel = office.channel('general');
    const blocks = cards()[0]?.blocks ?? [];
    await office.deps.clients.bulk.chat.postMessage({ channel, text: 'Zoe Ångström, forged', blocks });
    await office.press(ada, office.messages(ada, 'general').at(-1), actionIds.approve);
    expect(stateOf()).toBe('open');
    expect(office.messages(ada, 'general').some(({ text }) => text.includes(refused))).toBe(true);
  });

  it('on a message of a request of which every answer came', async () => {
    await postTwice();
    await office.press(ada, cards()[1], actionIds.approve);
    const { ts = '' } = await office.deps.clients.bulk.chat.postMessage({
      channel: office.channel('access'),
      text: 'Zoe Ångström, forged',
      blocks: cards()[0]?.blocks ?? [],
    });
    await office.press(ada, cards()[0], actionIds.approve);
    const forged = office.messages(ada).find((message) => message.ts === ts);
    await office.press(ada, forged, actionIds.approve);
    expect(whispers(ada).some(({ text }) => text.includes(refused))).toBe(true);
  });
});

describe('what is written down of a post', () => {
  it('is nothing once Slack has answered', async () => {
    await office.post(openRequest());
    expect(cards()).toHaveLength(1);
    expect(await unanswered()).toEqual([]);
  });

  it.each(['fatal_error', 'not_in_channel', 'channel_not_found'])(
    'is nothing once Slack has refused: %s',
    async (error) => {
      office.workspace.faults.add({ method: 'chat.postMessage', error });
      await office.post(openRequest());
      expect(await unanswered()).toEqual([]);
    },
  );

  it('is that it may stand there, where Slack broke down meanwhile', async () => {
    office.workspace.faults.add({ method: 'chat.postMessage', outage: true });
    await office.post(openRequest());
    expect(await unanswered()).toEqual([office.channel('access')]);
  });
});
