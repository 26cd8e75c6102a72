import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { RollcallError } from '../../src/core/errors.ts';
import { ada, type Office, openOffice, openRequest, pressOf } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

type Sent = { body: string; seconds?: number; secret?: string; type?: string; headers?: Record<string, string> };

/** A request signed as Slack signs, with whatever is to be wrong about it. */
async function send({
  body,
  seconds = Math.floor(Date.now() / 1000),
  secret = office.signingSecret,
  type,
  headers,
}: Sent) {
  const hash = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  const response = await fetch(office.botUrl, {
    method: 'POST',
    body,
    headers: {
      'content-type': type ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': `v0=${hash}`,
      ...headers,
    },
  });
  await office.idle();
  return response.status;
}

const form = (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

/** The request's card stands where the press says it does. */
async function standingCard(): Promise<void> {
  const item = { id: 'card:a-7Fq2:#access', kind: 'card' as const, subject: 'a-7Fq2', to: '#access', body: null };
  await office.store.outbox.want(item, 0);
  await office.store.outbox.shown(item.id, 1, { channel: office.channel('access'), ts: '1.000100', at: 0 });
}

/** A press on *Approve*, as Slack sends it. */
const press = (change: object = {}) => ({
  type: 'block_actions',
  team: { id: office.deps.team.id },
  user: { id: ada, team_id: office.deps.team.id },
  api_app_id: 'A1',
  token: 'verification-token',
  trigger_id: '1.2.3',
  container: { type: 'message', message_ts: '1.000100', channel_id: office.channel('access') },
  channel: { id: office.channel('access') },
  message: { ts: '1.000100', text: 'Create an account for somebody else', blocks: [] },
  actions: [{ type: 'button', action_id: actionIds.approve, block_id: 'b', action_ts: '1.5', value: 'a-7Fq2:1' }],
  ...change,
});

describe('authenticity', () => {
  beforeEach(async () => {
    office.approvals.set('a-7Fq2', openRequest());
    await standingCard();
  });

  it('takes what Slack signed', async () => {
    expect(await send({ body: form(press()) })).toBe(200);
    expect(office.decisions).toHaveLength(1);
  });

  it.each([-600_000, 600_000])('goes by the machine’s own clock, where the store’s is %i ms off', async (off) => {
    office.clock.skip(off);
    expect(await send({ body: form(press()) })).toBe(200);
    expect(office.decisions).toHaveLength(1);
    expect(await send({ body: form(press()), seconds: Math.floor(Date.now() / 1000) + 360 })).toBe(401);
  });

  it.each([
    ['another secret', { secret: 'wrong' }],
    ['a timestamp of six minutes ago', { seconds: Math.floor(Date.now() / 1000) - 360 }],
    ['a timestamp six minutes ahead', { seconds: Math.floor(Date.now() / 1000) + 360 }],
    ['a timestamp of tomorrow', { seconds: Math.floor(Date.now() / 1000) + 86_400 }],
    ['no timestamp', { headers: { 'x-slack-request-timestamp': '' } }],
    ['an endless timestamp', { headers: { 'x-slack-request-timestamp': 'Infinity' } }],
    ['no signature', { headers: { 'x-slack-signature': '' } }],
    ['a signature of another version', { headers: { 'x-slack-signature': 'v1=00' } }],
  ])('refuses %s', async (_what, wrong) => {
    expect(await send({ body: form(press()), ...wrong })).toBe(401);
    expect(office.decisions).toEqual([]);
  });

  it('refuses any change to a signed body', async () => {
    const body = form(press());
    const seconds = Math.floor(Date.now() / 1000);
    const hash = createHmac('sha256', office.signingSecret).update(`v0:${seconds}:${body}`).digest('hex');
    const place = fc.nat(body.length - 1);
    await fc.assert(
      fc.asyncProperty(place, fc.constantFrom('0', 'x', '%', '&'), async (at, char) => {
        fc.pre(body[at] !== char);
        const changed = body.slice(0, at) + char + body.slice(at + 1);
        expect(await send({ body: changed, seconds, headers: { 'x-slack-signature': `v0=${hash}` } })).toBe(401);
      }),
      { numRuns: 60 },
    );
    expect(office.decisions).toEqual([]);
  });

  it('runs nothing of another workspace, however well it is signed', async () => {
    const foreign = press({ team: { id: 'T0OTHER' } });
    expect(await send({ body: form(foreign) })).toBe(200);
    expect(office.decisions).toEqual([]);
    expect(await office.store.inbox.waiting(Number.POSITIVE_INFINITY, 10)).toEqual([]);
  });

  it('refuses bodies too large to be Slack’s, and what is no payload', async () => {
    expect(await send({ body: `payload=${'x'.repeat(1_100_000)}` })).toBe(413);
    expect(await send({ body: 'payload={' })).toBe(400);
    expect(await send({ body: '[]', type: 'application/json' })).not.toBe(200);
    const other = await fetch(office.botUrl.replace('/slack/events', '/elsewhere'), { method: 'POST', body: '' });
    expect(other.status).toBe(404);
  });

  it('answers Slack’s own checks', async () => {
    expect(await send({ body: 'ssl_check=1&token=x' })).toBe(200);
    expect(
      await send({ body: JSON.stringify({ type: 'url_verification', challenge: 'c' }), type: 'application/json' }),
    ).toBe(200);
  });
});

describe('the inbox', () => {
  beforeEach(async () => {
    office.approvals.set('a-7Fq2', openRequest({ quorum: 5 }));
    await standingCard();
  });
  const stored = () => office.store.inbox.waiting(Number.POSITIVE_INFINITY, 10);

  it('keeps a payload before it is acknowledged, without token and texts', async () => {
    const { add } = office.store.inbox;
    const kept: unknown[] = [];
    office.store.inbox.add = async (item) => {
      kept.push(item.payload);
      return add(item);
    };
    await send({ body: form(press()) });
    expect(JSON.stringify(kept)).toContain('a-7Fq2:1');
    expect(JSON.stringify(kept)).not.toMatch(/verification-token|somebody else/);
    expect(await stored()).toEqual([]);
  });

  it('acknowledges nothing while the store is down, and runs nothing', async () => {
    office.store.inbox.add = async () => {
      throw new Error('store down');
    };
    expect(await send({ body: form(press()) })).toBe(500);
    expect(office.decisions).toEqual([]);
  });

  it('runs a replayed request once, and acknowledges it each time', async () => {
    const body = form(press());
    for (let time = 0; time < 3; time += 1) expect(await send({ body })).toBe(200);
    expect(office.decisions).toHaveLength(1);
  });

  it('runs an event delivered again once', async () => {
    const body = JSON.stringify({
      type: 'event_callback',
      team_id: office.deps.team.id,
      event_id: 'Ev1',
      event: { type: 'app_home_opened', user: ada, tab: 'home', channel: 'D1', event_ts: '1.1' },
    });
    for (let time = 0; time < 2; time += 1) expect(await send({ body, type: 'application/json' })).toBe(200);
    expect(office.workspace.log.calls('views.publish')).toHaveLength(1);
  });

  it('reads nothing from the message but the button’s own value', async () => {
    const { message, ...rest } = press();
    await send({
      body: form({
        ...rest,
        message: {
          ...message,
          blocks: [{ type: 'section', text: { text: 'a-OTHER:9' } }],
          metadata: { id: 'a-OTHER' },
        },
      }),
    });
    expect(office.decisions).toMatchObject([{ approval: 'a-7Fq2', edition: 1 }]);
  });

  it.each(['', 'a-7Fq2', ':1', 'a-7Fq2:', 'a-7Fq2:1.5', 'a-7Fq2:-1', 'a-7Fq2:99999999999'])(
    'decides nothing on the forged value “%s”',
    async (value) => {
      const actions = [{ type: 'button', action_id: actionIds.approve, block_id: 'b', action_ts: '1.5', value }];
      expect(await send({ body: form(press({ actions })) })).toBe(200);
      expect(office.decisions).toEqual([]);
      expect(await stored()).toEqual([]);
    },
  );

  it('runs again what a crash left: decisions at any age', async () => {
    const at = office.clock.now();
    await office.store.inbox.add({ id: 'press:1', payload: press(), at, attempts: 0, doneAt: null });
    expect(await office.drain()).toBe(0);
    office.clock.skip(3_600_000);
    expect(await office.drain()).toBe(1);
    expect(office.decisions).toMatchObject([{ approval: 'a-7Fq2', decision: 'approve' }]);
    expect(await stored()).toEqual([]);
  });

  const typed = (text: string) => ({
    command: '/provision',
    text,
    team_id: office.deps.team.id,
    user_id: ada,
    channel_id: office.channel('access'),
    trigger_id: '1.2.3',
  });

  it.each([
    ['approve a-7Fq2', 86_400_000, 1],
    ['reject a-7Fq2', 86_400_000, 1],
    ['sync', 600_000, 1],
    ['sync', 1_900_000, 0],
  ])('of commands: “%s” after %i ms', async (text, age, runs) => {
    await office.store.inbox.add({
      id: 'command:1',
      payload: typed(text),
      at: office.clock.now(),
      attempts: 0,
      doneAt: null,
    });
    office.clock.skip(age);
    expect(await office.drain()).toBe(runs);
    expect(office.decisions.length + office.calls.length).toBe(runs);
    expect(await stored()).toEqual([]);
  });

  it('lets go what nobody waits for, and what fails again and again', async () => {
    const details = press({ actions: [{ action_id: actionIds.details, action_ts: '1', value: 'a-7Fq2:1' }] });
    await office.store.inbox.add({
      id: 'press:2',
      payload: details,
      at: office.clock.now(),
      attempts: 0,
      doneAt: null,
    });
    await office.store.inbox.add({
      id: 'press:3',
      payload: press(),
      at: office.clock.now(),
      attempts: 0,
      doneAt: null,
    });
    office.useCases.decide = async () => {
      throw new Error('down');
    };
    let runs = 0;
    for (let minutes = 1; minutes <= 48 * 60; minutes += 1) {
      office.clock.skip(61_000);
      runs += await office.drain();
    }
    expect(runs).toBe(11);
    expect(await stored()).toEqual([]);
    expect(office.lines.filter(({ message }) => message.includes('let go'))).toHaveLength(2);
  });

  it('keeps a decision over hours in which it cannot be made, and makes it then', async () => {
    const { decide } = office.useCases;
    office.useCases.decide = async () => {
      throw new RollcallError('slack-unavailable', 'retry', 'Slack did not say who is a member', 'It is tried again.');
    };
    await office.store.inbox.add({
      id: 'press:4',
      payload: press(),
      at: office.clock.now(),
      attempts: 0,
      doneAt: null,
    });
    for (let minutes = 1; minutes <= 8 * 60; minutes += 1) {
      office.clock.skip(61_000);
      await office.drain();
    }
    expect(office.decisions).toEqual([]);
    office.useCases.decide = decide;
    office.clock.skip(10 * 3_600_000);
    expect(await office.drain()).toBe(1);
    expect(office.decisions).toMatchObject([{ approval: 'a-7Fq2', decision: 'approve' }]);
    expect(await stored()).toEqual([]);
  });

  it('is not kept from a decision by any number that fail again and again', async () => {
    const { decide } = office.useCases;
    office.useCases.decide = async (input) => {
      if (input.approval === 'a-7Fq2') return decide(input);
      throw new Error('down');
    };
    const pressed = (value: string) => press({ actions: [{ action_id: actionIds.approve, action_ts: '1', value }] });
    const add = (id: string, payload: unknown, at: number) =>
      office.store.inbox.add({ id, payload, at, attempts: 0, doneAt: null });
    const began = office.clock.now();
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => add(`press:${index}`, pressed(`a-${index}down:1`), began)),
    );
    for (let minutes = 1; minutes <= 20; minutes += 1) {
      office.clock.skip(60_001);
      await office.drain();
    }
    await add('press:late', pressed('a-7Fq2:1'), office.clock.now());
    office.clock.skip(60_001);
    expect(await office.drain()).toBe(1);
    expect(office.decisions).toMatchObject([{ approval: 'a-7Fq2' }]);
  });
});

it('works when it is mounted below its path, as Express does', async () => {
  await office.post(openRequest());
  await standingCard();
  const [card] = office.messages(ada);
  expect(pressOf(ada, card, actionIds.approve).blockId).not.toBe('');
  const url = office.botUrl;
  office.botUrl = url.replace('/slack/events', '/');
  expect(await send({ body: form(press()) })).toBe(200);
  expect(office.decisions).toHaveLength(1);
});
