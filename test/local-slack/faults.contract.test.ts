import type { App } from '@slack/bolt';
import { afterEach, describe, expect, test } from 'vitest';
import { ada, buttons, manualClock } from './fixtures.ts';
import { channelId, refusal, startAlone, startWithBolt, transports, until, type WithBolt } from './harness.ts';

let running: WithBolt[] = [];

const start = async (
  register: (bolt: App) => void = () => undefined,
  options: Parameters<typeof startWithBolt>[1] = {},
) => {
  const workspace = await startWithBolt(register, options);
  running.push(workspace);
  return { ...workspace, access: channelId(workspace, 'access') };
};

afterEach(async () => {
  await Promise.all(running.map((workspace) => workspace.stop()));
  running = [];
});

test('calls fail as they are told to, the given number of times', async () => {
  const { client, faults, log, access, state } = await start();
  const say = () => client.chat.postMessage({ channel: access, text: 'x' });
  faults.add({ method: 'chat.postMessage', error: 'fatal_error', times: 2 });
  expect((await refusal(say())).error).toBe('fatal_error');
  expect((await refusal(say())).error).toBe('fatal_error');
  await say();
  faults.add({ method: '*', retryAfter: 7 });
  await expect(say()).rejects.toMatchObject({ retryAfter: 7 });
  faults.add({ method: 'chat.postMessage', outage: true });
  await expect(say()).rejects.toMatchObject({ statusCode: 500 });
  faults.add({ method: 'chat.postMessage', error: 'never' });
  faults.clear();
  await say();
  expect(state.messages(access, ada)).toHaveLength(2);
  const outcomes = log.calls('chat.postMessage').map((call) => call.error);
  expect(outcomes).toEqual(['fatal_error', 'fatal_error', undefined, 'ratelimited', 'outage', undefined]);
});

test('a lost reply leaves the caller not knowing, with the message posted', async () => {
  const { client, faults, state, access } = await start();
  faults.add({ method: 'chat.postMessage', lostReply: true });
  await expect(client.chat.postMessage({ channel: access, text: 'x' })).rejects.toMatchObject({
    code: 'slack_webapi_request_error',
  });
  expect(state.messages(access, ada)).toHaveLength(1);
});

test('a slow reply comes late', async () => {
  const clock = manualClock();
  const { client, faults, access, state } = await start(() => undefined, { clock });
  faults.add({ method: 'chat.postMessage', delay: 2_000 });
  let answered = false;
  const slow = client.chat.postMessage({ channel: access, text: 'x' }).then(() => {
    answered = true;
  });
  await until(() => state.messages(access, ada).length === 1);
  expect(answered).toBe(false);
  clock.advance(2_000);
  await slow;
});

describe.each(transports)('over %s', (transport) => {
  test('a doubled click reaches the bot twice; a dropped acknowledgement looks like a timeout', async () => {
    let clicks = 0;
    const { client, actions, faults, access, log } = await start(
      (bolt) => {
        bolt.action('go', async ({ ack }) => {
          clicks += 1;
          await ack();
        });
      },
      { transport },
    );
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'x', blocks: [buttons('row', 'go')] });
    const click = () =>
      actions.press({ user: ada, container: { message: { channel: access, ts } }, blockId: 'row', actionId: 'go' });
    faults.add({ delivery: 'block_actions', effect: 'duplicate' });
    expect(await click()).toEqual({ ok: true });
    await until(() => clicks === 2);
    faults.add({ delivery: 'block_actions', effect: 'drop-ack' });
    expect(await click()).toEqual({ ok: false, error: 'operation_timeout' });
    expect(clicks).toBe(3);
    expect(log.deliveries('block_actions')).toHaveLength(3);
  });

  test('a trigger loses none of its time while it is held up on purpose', async () => {
    const clock = manualClock();
    const { client, actions, faults, access, state } = await start(
      (bolt) => {
        bolt.action('go', async ({ ack, body, client }) => {
          await ack();
          const { trigger_id = '' } = body as { trigger_id?: string };
          const title = { type: 'plain_text', text: 'Late' } as const;
          await client.views.open({ trigger_id, view: { type: 'modal', title, blocks: [] } });
        });
      },
      { transport, clock },
    );
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'x', blocks: [buttons('row', 'go')] });
    faults.add({ delivery: 'block_actions', effect: 'delay', milliseconds: 5_000 });
    const at = { user: ada, container: { message: { channel: access, ts } }, blockId: 'row', actionId: 'go' };
    const pressed = actions.press(at);
    clock.advance(5_000);
    expect(await pressed).toEqual({ ok: true });
    await until(() => state.modal(ada) !== null);
    expect(faults.tally()).toEqual({ delay: 1 });
  });

  test('an event is tried again at once, after one minute and after five more, with the same id', async () => {
    const clock = manualClock();
    const attempts: (string | undefined)[] = [];
    const { actions, access, log, settled } = await start(
      (bolt) => {
        bolt.use(async ({ context }) => {
          attempts.push(`${context.retryNum ?? 0} ${context.retryReason ?? ''}`);
        });
      },
      { clock, transport },
    );
    const { faults } = running[0] ?? {};
    faults?.add({ delivery: 'event', effect: 'drop-ack', times: 10 });
    await actions.say(ada, access, 'hello');
    await settled();
    clock.advance(60_000);
    await settled();
    clock.advance(300_000);
    await settled();
    clock.advance(600_000);
    await settled();
    const reason = { http: 'http_timeout', socket: 'timeout' }[transport];
    expect(attempts).toEqual(['0 ', `1 ${reason}`, `2 ${reason}`, `3 ${reason}`]);
    const ids = new Set(log.deliveries('event').map((record) => record.payload.event_id));
    expect(ids.size).toBe(1);
  });

  test('a click whose connection breaks is heard once, and looks like a timeout', async () => {
    let clicks = 0;
    const { client, actions, faults, access } = await start(
      (bolt) => {
        bolt.action('go', async ({ ack }) => {
          clicks += 1;
          await ack().catch(() => undefined);
        });
      },
      { transport },
    );
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'x', blocks: [buttons('row', 'go')] });
    faults.add({ delivery: 'block_actions', effect: 'cut' });
    const at = { user: ada, container: { message: { channel: access, ts } }, blockId: 'row', actionId: 'go' };
    expect(await actions.press(at)).toEqual({ ok: false, error: 'operation_timeout' });
    await until(() => clicks === 1);
  });
});

test('without a bot, interactions fail at once and events are tried again', async () => {
  const clock = manualClock();
  const { actions, log, settled, state, stop } = await startAlone({ clock });
  const access = state.channels[0]?.id ?? '';
  expect(await actions.command(ada, access, '/helper')).toEqual({ ok: false, error: 'dispatch_failed' });
  expect(await actions.say(ada, access, 'anyone?')).toEqual({ ok: true });
  await settled();
  clock.advance(60_000);
  await settled();
  expect(log.deliveries().map(({ kind, attempt, outcome }) => `${kind} ${attempt} ${outcome}`)).toEqual([
    'command 0 connection_failed',
    'event 0 connection_failed',
    'event 1 connection_failed',
    'event 2 connection_failed',
  ]);
  await stop();
});
