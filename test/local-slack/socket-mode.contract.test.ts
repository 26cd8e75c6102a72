import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request } from 'node:http';
import type { SocketModeReceiver } from '@slack/bolt';
import { WebSocket } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { ada, buttons, manifest, manualClock } from './fixtures.ts';
import {
  channelId,
  clientFor,
  onSocketMode,
  type Running,
  refusal,
  socketReceiver,
  startAlone,
  until,
} from './harness.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function start(options: Parameters<typeof startAlone>[0] = {}) {
  const workspace = await startAlone({ manifest: onSocketMode(manifest()), rates: 'none', ...options });
  open.push({ close: () => workspace.stop() });
  return { ...workspace, access: channelId(workspace, 'access'), app: clientFor(workspace, workspace.tokens.appToken) };
}
type Started = Awaited<ReturnType<typeof start>>;

/** Slack's own client, connected. */
async function connect(workspace: Running, clientPingTimeout = 1_000) {
  const receiver: SocketModeReceiver = socketReceiver(workspace, { clientPingTimeout });
  open.push({ close: () => receiver.client.disconnect() });
  await receiver.client.start();
  return receiver.client;
}

type Envelope = Record<string, unknown> & { envelope_id: string; payload: Record<string, unknown> };

/** A bare WebSocket that hears everything and says only what it is told to. */
async function listen(workspace: Started, address?: string) {
  const heard: Record<string, unknown>[] = [];
  const socket = new WebSocket(address ?? (await workspace.app.apps.connections.open()).url ?? '');
  let ended = false;
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(data)));
  socket.addEventListener('close', () => {
    ended = true;
  });
  socket.addEventListener('error', () => undefined);
  open.push({ close: () => socket.close() });
  await until(() => heard.length > 0 || ended);
  const envelopes = () => heard.filter((each): each is Envelope => 'envelope_id' in each);
  const say = (what: unknown) => socket.send(typeof what === 'string' ? what : JSON.stringify(what));
  return { heard, envelopes, say, isOpen: () => !ended };
}

test('only the app-level token opens connections, and only in the header; it opens nothing else', async () => {
  const workspace = await start();
  expect((await workspace.app.apps.connections.open()).url).toMatch(
    /^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=\w+&app_id=A/,
  );
  expect((await refusal(workspace.client.apps.connections.open())).error).toBe('not_allowed_token_type');
  expect((await refusal(workspace.app.auth.test())).error).toBe('not_allowed_token_type');
  expect((await refusal(clientFor(workspace, 'xapp-other').apps.connections.open())).error).toBe('invalid_auth');
  const inBody = await fetch(`${workspace.url}/api/apps.connections.open`, {
    method: 'POST',
    body: new URLSearchParams({ token: workspace.tokens.appToken }),
  });
  expect(await inBody.json()).toMatchObject({ ok: false, error: 'invalid_auth' });
});

test('an app whose manifest does not turn Socket Mode on has no connections', async () => {
  const { app } = await start({ manifest: manifest() });
  expect((await refusal(app.apps.connections.open())).error).toBe('access_denied');
});

test('an address is good once, for half a minute', async () => {
  const clock = manualClock();
  const workspace = await start({ clock });
  const { url = '' } = await workspace.app.apps.connections.open();
  expect((await listen(workspace, url.replace('/link/', '/other/'))).isOpen()).toBe(false);
  expect((await listen(workspace, url)).heard).toHaveLength(1);
  expect((await listen(workspace, url)).isOpen()).toBe(false);
  const { url: late = '' } = await workspace.app.apps.connections.open();
  clock.advance(30_001);
  expect((await listen(workspace, late)).isOpen()).toBe(false);
});

/** What a request for an upgrade is answered. */
const upgradeStatus = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(url.replace(/^ws/, 'http'), {
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', ...headers },
    });
    asked.once('response', ({ statusCode = 0 }) => resolve(statusCode)).once('error', reject);
    asked.once('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.end();
  });

test('no other host name and no broken handshake gets in, even with a ticket', async () => {
  const { app } = await start();
  const key = { 'sec-websocket-key': Buffer.alloc(16).toString('base64') };
  const address = async () => (await app.apps.connections.open()).url ?? '';
  expect(await upgradeStatus(await address(), key)).toBe(101);
  expect(await upgradeStatus(await address(), { ...key, host: 'evil.example' })).toBe(403);
  expect(await upgradeStatus(await address(), { ...key, 'sec-websocket-version': '8' })).toBe(400);
  expect(await upgradeStatus(await address(), { 'sec-websocket-key': 'short' })).toBe(400);
  expect(await upgradeStatus(await address(), { ...key, upgrade: 'h2c' })).toBe(400);
});

test('hello says whose connection it is, and how many there are', async () => {
  const workspace = await start();
  await listen(workspace);
  const { heard } = await listen(workspace);
  expect(heard).toMatchObject([
    { type: 'hello', num_connections: 2, connection_info: { app_id: workspace.tokens.appId } },
  ]);
  expect(workspace.sockets.count).toBe(2);
});

test('commands, presses and events come in their envelopes, and are acknowledged by them', async () => {
  const workspace = await start();
  const { actions, access, client, state } = workspace;
  const { envelopes, say } = await listen(workspace);
  const command = actions.command(ada, access, '/helper status');
  const [typed] = await until(() => envelopes().length === 1 && envelopes());
  expect(typed).toMatchObject({
    type: 'slash_commands',
    accepts_response_payload: true,
    payload: { command: '/helper', text: 'status', user_id: ada },
  });
  say({ envelope_id: typed?.envelope_id, payload: { text: 'Fine.' } });
  expect(await command).toEqual({ ok: true });
  expect(state.messages(access, ada)).toMatchObject([{ text: 'Fine.', ephemeralFor: ada }]);

  const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'x', blocks: [buttons('row', 'go')] });
  const [, posted] = await until(() => envelopes().length === 2 && envelopes());
  expect(posted).toMatchObject({
    ...{ type: 'events_api', accepts_response_payload: false, retry_attempt: 0, retry_reason: '' },
    payload: { type: 'event_callback', event: { type: 'message', ts } },
  });
  say({ envelope_id: posted?.envelope_id });
  const press = actions.press({
    ...{ user: ada, container: { message: { channel: access, ts } } },
    ...{ blockId: 'row', actionId: 'go' },
  });
  const [, , pressed] = await until(() => envelopes().length === 3 && envelopes());
  expect(pressed).toMatchObject({ type: 'interactive', payload: { type: 'block_actions', user: { id: ada } } });
  expect(pressed).not.toHaveProperty('retry_attempt');
  say({ envelope_id: pressed?.envelope_id, payload: {} });
  expect(await press).toEqual({ ok: true });
});

test('an acknowledgement counts on its own connection, within three seconds', async () => {
  const clock = manualClock();
  const workspace = await start({ clock });
  const [first, second] = [await listen(workspace), await listen(workspace)];
  const command = workspace.actions.command(ada, workspace.access, '/helper');
  const [typed] = await until(() => first.envelopes().length === 1 && first.envelopes());
  second.say({ envelope_id: typed?.envelope_id });
  for (const nonsense of ['not JSON', 'null', '[]', '{"envelope_id":7}', '{"envelope_id":"unknown"}']) {
    first.say(nonsense);
  }
  // Both connections are heard again before time is put forward.
  const { log, client, access } = workspace;
  await client.chat.postMessage({ channel: access, text: 'a' });
  await until(() => second.envelopes().length === 1);
  second.say({ envelope_id: second.envelopes()[0]?.envelope_id });
  await until(() => log.deliveries('event').length === 1);
  clock.advance(3_000);
  expect(await command).toEqual({ ok: false, error: 'operation_timeout' });
  expect(log.deliveries('command')).toMatchObject([{ outcome: 'timeout' }]);
});

test('payloads go round the connections; the eleventh connection is one too many', async () => {
  const workspace = await start();
  const ten: Awaited<ReturnType<typeof listen>>[] = [];
  for (let count = 0; count < 10; count += 1) ten.push(await listen(workspace));
  const { heard, isOpen } = await listen(workspace);
  await until(() => !isOpen());
  expect(heard.at(-1)).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  for (let count = 0; count < 20; count += 1) void workspace.actions.command(ada, workspace.access, '/helper');
  await until(() => ten.every(({ envelopes }) => envelopes().length === 2));
  expect(workspace.sockets.count).toBe(10);
});

test.each(['warning', 'refresh_requested'] as const)('Slack’s client comes back after %s', async (reason) => {
  const workspace = await start();
  const client = await connect(workspace);
  let opened = 0;
  client.on('connected', () => {
    opened += 1;
  });
  workspace.sockets.disconnect(reason);
  await until(() => opened === 1);
  expect(workspace.sockets.count).toBe(1);
});

test('a warned connection serves for ten seconds more', async () => {
  const clock = manualClock();
  const workspace = await start({ clock });
  const { heard, envelopes, isOpen } = await listen(workspace);
  workspace.sockets.disconnect('warning');
  await until(() => heard.some(({ reason }) => reason === 'warning'));
  void workspace.actions.command(ada, workspace.access, '/helper');
  await until(() => envelopes().length === 1);
  clock.advance(10_000);
  await until(() => !isOpen());
});

test('with Socket Mode turned off there is no way back in until it is on again', async () => {
  const workspace = await start();
  const { heard, isOpen } = await listen(workspace);
  workspace.sockets.disconnect('link_disabled');
  await until(() => !isOpen());
  expect(heard.at(-1)).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
  expect((await refusal(workspace.app.apps.connections.open())).error).toBe('access_denied');
  workspace.sockets.enable();
  expect((await listen(workspace)).isOpen()).toBe(true);
});

test('an event on a connection that breaks comes again at once by another, and says so', async () => {
  const workspace = await start();
  const [first, second] = [await listen(workspace), await listen(workspace)];
  workspace.faults.add({ delivery: 'event', effect: 'cut' });
  await workspace.client.chat.postMessage({ channel: workspace.access, text: 'x' });
  const [again] = await until(() => second.envelopes().length === 1 && second.envelopes());
  await until(() => !first.isOpen());
  expect(again).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
  expect(again?.payload.event_id).toBe(first.envelopes()[0]?.payload.event_id);
  expect(again?.envelope_id).not.toBe(first.envelopes()[0]?.envelope_id);
});

test('a doubled payload is one envelope twice; one answer is enough', async () => {
  const workspace = await start();
  const { envelopes, say } = await listen(workspace);
  workspace.faults.add({ delivery: 'command', effect: 'duplicate' });
  const command = workspace.actions.command(ada, workspace.access, '/helper');
  const [one, other] = await until(() => envelopes().length === 2 && envelopes());
  expect(other).toEqual(one);
  say({ envelope_id: one?.envelope_id });
  expect(await command).toEqual({ ok: true });
});

test('a delayed payload comes late', async () => {
  const clock = manualClock();
  const workspace = await start({ clock });
  const { envelopes, say } = await listen(workspace);
  workspace.faults.add({ delivery: 'command', effect: 'delay', milliseconds: 5_000 });
  const slow = workspace.actions.command(ada, workspace.access, '/helper slow');
  const quick = workspace.actions.command(ada, workspace.access, '/helper quick');
  await until(() => envelopes().length === 1);
  clock.advance(5_000);
  await until(() => envelopes().length === 2);
  expect(envelopes().map(({ payload }) => payload.text)).toEqual(['quick', 'slow']);
  for (const { envelope_id } of envelopes()) say({ envelope_id });
  expect(await slow).toEqual({ ok: true });
  // The quick one was left waiting for longer than three seconds of that clock.
  expect(await quick).toEqual({ ok: false, error: 'operation_timeout' });
});

test('without a connection, people are told at once and events wait for one', async () => {
  const clock = manualClock();
  const workspace = await start({ clock });
  const { actions, access, log, settled } = workspace;
  expect(await actions.command(ada, access, '/helper')).toEqual({ ok: false, error: 'dispatch_failed' });
  await actions.say(ada, access, 'anyone?');
  await settled();
  const { envelopes } = await listen(workspace);
  clock.advance(60_000);
  await until(() => envelopes().length === 1);
  expect(envelopes()).toMatchObject([{ retry_attempt: 2, retry_reason: 'connection_failed' }]);
  expect(log.deliveries('event').map(({ outcome }) => outcome)).toEqual(['connection_failed', 'connection_failed']);
});

test('both ends keep a quiet connection up: our pings are heard, and theirs answered', async () => {
  const clock = manualClock();
  const workspace = await start({ clock });
  const counts = { pings: 0, pongs: 0 };
  const ping = () => {
    counts.pings += 1;
  };
  const pong = () => {
    counts.pongs += 1;
  };
  subscribe('undici:websocket:ping', ping);
  subscribe('undici:websocket:pong', pong);
  open.push({ close: () => unsubscribe('undici:websocket:ping', ping) && unsubscribe('undici:websocket:pong', pong) });
  await connect(workspace, 900);
  clock.advance(20_000);
  await until(() => counts.pings === 2 && counts.pongs >= 4);
  expect(workspace.sockets.count).toBe(1);
});
