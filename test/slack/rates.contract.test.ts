import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { cardId, wantCard } from '../../src/slack/cards.ts';
import { slackMemory } from '../../src/slack/deps.ts';
import { ada, bob, type Office, openOffice, openRequest, person } from './office.ts';

/** A workspace that counts calls as Slack does, and one time for it and the bot, which passes when the test says so. */
let office: Office;
let ahead: number;
beforeEach(async () => {
  ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  office = await openOffice(undefined, { rates: 'slack', clock });
});
afterEach(() => office.close());

function pass(milliseconds: number): void {
  ahead += milliseconds;
  office.clock.skip(milliseconds);
}
const request = (index: number, change = {}) => openRequest({ id: `a-${index}`, ...change });
const many = (count: number) => Array.from({ length: count }, (_, index) => request(index));
const calls = (method: string) => office.workspace.log.calls(method);
const refused = () => office.workspace.log.calls().filter(({ error }) => error === 'ratelimited');
/** Every card as people see it, by its request. */
const shown = () => office.messages(ada).map(({ blocks }) => /"(a-\d+:\d+)"/.exec(JSON.stringify(blocks))?.[1] ?? '');

/** Pumps, and lets the time pass that the outbox asks for, until nothing is left. Answers how long it took. */
async function bringAll(atTurn: (turn: number) => void | Promise<void> = () => undefined): Promise<number> {
  const began = office.clock.now();
  for (let turn = 0; turn < 500; turn += 1) {
    await atTurn(turn);
    const { nextAt } = await office.pump();
    if (nextAt === null) return office.clock.now() - began;
    pass(Math.max(1, nextAt - office.clock.now()));
  }
  throw new Error('the outbox does not come to an end');
}

describe('under Slack’s rate limits', () => {
  it('forty cards for one channel are all posted, once each, at the pace Slack allows, and no call is refused', async () => {
    for (const one of many(40)) await office.change(one);
    const took = await bringAll();
    expect([...shown()].sort()).toEqual(
      many(40)
        .map(({ id }) => `${id}:1`)
        .sort(),
    );
    expect(refused()).toEqual([]);
    // Real time passes as well: a slow machine may take longer, and none less.
    expect(took).toBeGreaterThanOrEqual(36_000);
  });

  it('a busy channel holds no other one up', async () => {
    for (const one of many(30)) await office.change(one);
    office.place.settings = { channel: '#general' };
    await office.change(request(99));
    await office.pump();
    expect(office.messages(ada, 'general')).toHaveLength(1);
    expect(office.messages(ada).length).toBeLessThan(10);
  });

  it('what changes again and again is drawn a few times, the newest at the end, and no call is refused', async () => {
    for (const one of many(20)) await office.change(one);
    await bringAll();
    office.workspace.log.clear();
    await bringAll(async (turn) => {
      if (turn >= 30) return;
      for (const { id } of many(20)) await office.change(openRequest({ id, edition: turn + 2 }));
    });
    expect(refused()).toEqual([]);
    expect([...shown()].sort()).toEqual(
      many(20)
        .map(({ id }) => `${id}:31`)
        .sort(),
    );
    expect(calls('chat.update').length).toBeLessThan(20 * 30 * 0.25);
  });

  it('a process that starts anew in the middle posts what is missing and nothing twice', async () => {
    for (const one of many(30)) await office.change(one);
    await bringAll((turn) => {
      if (turn % 5 === 4) Object.assign(office.deps, { memory: slackMemory() });
    });
    expect([...shown()].sort()).toEqual(
      many(30)
        .map(({ id }) => `${id}:1`)
        .sort(),
    );
  });
});

describe('a message for each of many people', () => {
  const crowd = Array.from({ length: 80 }, (_, index) => `p${index}`);
  const userOf = (name: string): string => `U0${name.toUpperCase()}00`;

  const standing = {
    app: 'wiki',
    title: 'Wiki',
    numbers: [17, 42, 63],
    from: '203.0.113.7',
    state: 'open' as const,
    text: '',
  };

  const wantFor = (to: string, kind: 'notice' | 'numbers' | 'welcome', id: string, body: string | null = null) =>
    office.store.outbox.want({ id, kind, subject: id, to, body }, office.clock.now());

  /** The first lines of what the bot wrote to somebody alone. */
  async function told(user: string): Promise<string[]> {
    const id = await office.workspace.actions.openDirectMessage(user);
    return office.workspace.state.messages(id, user).map(({ text }) => text.split('\n')[0] ?? '');
  }

  async function writeToAll(): Promise<void> {
    const everybody = crowd.map((name) => ({
      id: userOf(name),
      name,
      realName: name,
      email: `${name}@acme.test`,
      timeZone: 'UTC',
    }));
    await office.close();
    const clock = { now: () => Date.now() + ahead };
    office = await openOffice(
      { channel: '#access' },
      { rates: 'slack', clock, people: everybody, channels: [{ name: 'access' }] },
    );
    office.useCases.person = async (id) => ({ ...person(id, null), id });
    for (const name of crowd) await wantFor(name, 'notice', `n-${name}`, 'Hello.');
    office.approvals.set('a-1', request(1));
    await wantCard(office.deps, request(1));
  }

  it('holds no card up, and asks Slack for no more than it gives', async () => {
    await writeToAll();
    await office.pump();
    expect(office.messages(userOf('p0'))).toHaveLength(1);
    await bringAll();
    const posted = calls('chat.postMessage').filter(({ error }) => error === undefined);
    expect(posted).toHaveLength(81);
    expect(refused()).toEqual([]);
  });

  it('that cannot be looked up just now holds no card up either', async () => {
    await writeToAll();
    office.workspace.faults.add({ method: 'users.lookupByEmail', retryAfter: 30 });
    expect((await office.pump()).sent).toBe(1);
    expect(office.messages(userOf('p0'))).toHaveLength(1);
    expect(calls('users.lookupByEmail')).toHaveLength(1);
    pass(30_000);
    await bringAll();
    expect(calls('chat.postMessage')).toHaveLength(81);
  });

  it('needs no second look for them a moment later', async () => {
    await writeToAll();
    await bringAll();
    office.workspace.log.clear();
    const lately = crowd.slice(-30);
    for (const name of lately) await wantFor(name, 'notice', `again-${name}`, 'Again.');
    expect((await office.pump()).sent).toBe(30);
    expect(calls('conversations.open')).toEqual([]);
    for (const name of lately) expect(await told(userOf(name))).toEqual(['Hello.', 'Again.']);
    expect(refused()).toEqual([]);
  });

  it('goes to whom Slack says they are now, not to whom it said before', async () => {
    await writeToAll();
    await bringAll();
    office.useCases.person = async (id) => ({ ...person(id, userOf('p1')), id });
    await wantFor('p79', 'notice', 'moved', 'For you alone.');
    await bringAll();
    expect(await told(userOf('p1'))).toEqual(['Hello.', 'For you alone.']);
    expect(await told(userOf('p79'))).toEqual(['Hello.']);
  });

  it('holds up nobody who stands before a sign-on page', async () => {
    await writeToAll();
    for (let index = 0; index < 600; index += 1) await wantFor(`p${index % 80}`, 'welcome', `w-${index}`);
    await office.pump();
    pass(2_000);
    office.useCases.numbersMessage = async (id) => ({ ...standing, id });
    await wantFor('p79', 'numbers', 'request');
    await office.pump();
    expect(await told(userOf('p79'))).toEqual(['*p79*: a browser wants to sign on to *Wiki* as you.', 'Hello.']);
  });
});

describe('when Slack asks to wait', () => {
  /** Another program with the same token has used up what there is. */
  async function useUp(): Promise<void> {
    const post = () => office.deps.clients.bulk.chat.postMessage({ channel: office.channel('access'), text: 'x' });
    while (refused().length === 0) await post().catch(() => undefined);
  }

  it('the outbox asks once, comes back when it may, and loses nothing', async () => {
    await useUp();
    office.workspace.log.clear();
    await office.change(request(1));
    await bringAll();
    // On a slow machine its turn may have come before it asks.
    expect(refused().length).toBeLessThanOrEqual(1);
    expect(shown().filter(Boolean)).toEqual(['a-1:1']);
  });

  it('who answers people says so at once instead of waiting, decides nothing on a guess, and cards go on', async () => {
    await office.post(request(1));
    const card = () => office.messages(bob)[0];
    office.workspace.faults.add({ method: 'users.info', retryAfter: 3 });
    await office.press(bob, card(), actionIds.approve);
    expect(office.decisions).toEqual([]);
    expect(office.messages(bob).at(-1)?.text).toContain('Slack did not say who you are just now');
    await office.change(request(2));
    expect((await office.pump()).sent).toBe(1);
    pass(3_000);
    await office.press(bob, card(), actionIds.approve);
    await bringAll();
    expect(office.messages(bob)[0]?.text).toContain('*Approved*');
  });
});

describe('cards that nobody can trust any more', () => {
  it('are repaired under the limits: deleted, frozen and overwritten ones, thirty at once', async () => {
    for (const one of many(30)) await office.change(one);
    await bringAll();
    const cards = office.messages(ada);
    const bulk = office.deps.clients.bulk;
    for (const { channel, ts } of cards.slice(0, 10)) await bulk.chat.delete({ channel, ts });
    pass(60_000);
    for (const { channel, ts } of cards.slice(10, 20)) await bulk.chat.update({ channel, ts, text: 'something else' });
    pass(60 * 60_000);
    Object.assign(office.deps, { memory: slackMemory() });
    for (const { id } of many(30)) await wantCard(office.deps, openRequest({ id }));
    office.workspace.faults.add({ method: 'chat.update', error: 'edit_window_closed', times: 3 });
    await bringAll();
    const whole = shown().filter(Boolean);
    expect([...new Set(whole)].sort()).toEqual(
      many(30)
        .map(({ id }) => `${id}:1`)
        .sort(),
    );
    const copies = await Promise.all(many(30).map(({ id }) => office.store.outbox.get(cardId(id, '#access'))));
    const present = new Set(office.messages(ada).map(({ ts }) => ts));
    expect(copies.every((copy) => present.has(copy?.ts ?? ''))).toBe(true);
    expect(refused()).toEqual([]);
  });
});
