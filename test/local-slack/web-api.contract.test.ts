import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ada, buttons, gone, guest, manifest, manualClock, modal, section, stranger, zoe } from './fixtures.ts';
import { channelId, clientFor, type Running, refusal, startAlone } from './harness.ts';

let running: Running[] = [];
let workspace: Running;
let access: string;

const start = async (options = {}): Promise<Running> => {
  const started = await startAlone(options);
  running.push(started);
  return started;
};

beforeEach(async () => {
  workspace = await start();
  access = channelId(workspace, 'access');
});

afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});

const code = async (call: Promise<unknown>): Promise<string> => (await refusal(call)).error;

const post = (path: string, headers: Record<string, string>, body: string) =>
  fetch(`${workspace.url}${path}`, { method: 'POST', headers, body }).then((response) => response.json());

test('the token decides who gets in', async () => {
  expect(await workspace.client.auth.test()).toMatchObject({
    ok: true,
    user_id: workspace.tokens.botUser,
    team_id: workspace.tokens.teamId,
    team: 'Local workspace',
  });
  expect(await code(clientFor(workspace, 'xoxb-other').auth.test())).toBe('invalid_auth');
  expect(await code(clientFor(workspace, '').auth.test())).toBe('not_authed');
  expect(await code(workspace.client.apiCall('chat.meMessage', { channel: access, text: 'x' }))).toBe('unknown_method');
  expect(await code(workspace.client.apiCall('toString'))).toBe('unknown_method');
  expect(await code(workspace.client.apps.connections.open())).toBe('not_allowed_token_type');
  expect(await workspace.client.apiCall('api.test', { greeting: 'hi' })).toMatchObject({
    ok: true,
    args: { greeting: 'hi' },
  });
  expect(await code(workspace.client.api.test({ error: 'my_error' }))).toBe('my_error');
});

test('a method whose scope the manifest lacks says which one', async () => {
  const { client } = await start({
    manifest: manifest({ scopes: ['files:write', 'groups:read', 'users:read.email'] }),
  });
  const refused = await refusal(client.files.getUploadURLExternal({ filename: 'a.csv', length: 3 }));
  expect(refused).toMatchObject({ error: 'missing_scope', needed: 'files:write' });
  expect(String(refused.provided)).toContain('chat:write');
  const both = client.conversations.list({ types: 'public_channel,private_channel' });
  expect(await refusal(both)).toMatchObject({ error: 'missing_scope', needed: 'groups:read' });
  const { user } = await client.users.info({ user: ada });
  expect(user?.profile?.email).toBeUndefined();
});

test('JSON and form bodies do the same; broken ones are refused', async () => {
  const authorization = `Bearer ${workspace.tokens.botToken}`;
  const json = { authorization, 'content-type': 'application/json; charset=utf-8' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const blocks = [section('hello')];
  const call = '/api/chat.postMessage';
  expect(await post(call, json, JSON.stringify({ channel: access, text: 'x', blocks }))).toMatchObject({ ok: true });
  const fields = { token: workspace.tokens.botToken, channel: access, text: 'x', blocks: JSON.stringify(blocks) };
  expect(await post(call, form, new URLSearchParams(fields).toString())).toMatchObject({ ok: true });
  expect(await post(call, json, '{"channel":')).toEqual({ ok: false, error: 'invalid_json' });
  const notJson = new URLSearchParams({ ...fields, blocks: '[{' }).toString();
  expect(await post(call, form, notJson)).toMatchObject({ ok: false, error: 'invalid_blocks_format' });
});

test('arguments are checked and named', async () => {
  const { client } = workspace;
  expect(await refusal(client.apiCall('chat.postMessage', { text: 'x' }))).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: { messages: ['[ERROR] missing required field: channel'] },
  });
  const misspelt = await refusal(client.apiCall('chat.postMessage', { channel: access, txt: 'x' }));
  expect(misspelt).toMatchObject({ response_metadata: { messages: ['[ERROR] unknown argument: txt'] } });
  expect(await code(client.apiCall('conversations.list', { limit: 'many' }))).toBe('invalid_arguments');
});

test('a message is posted by channel id, channel name or person', async () => {
  const { client, state, tokens } = workspace;
  const posted = await client.chat.postMessage({ channel: '#access', text: 'by name' });
  expect(posted).toMatchObject({
    channel: access,
    message: { text: 'by name', user: tokens.botUser, type: 'message' },
  });
  const direct = await client.chat.postMessage({ channel: ada, text: 'to you' });
  expect(direct.channel).toMatch(/^D/);
  expect(state.channels.find((channel) => channel.id === direct.channel)).toMatchObject({ with: ada });
  expect(state.messages(direct.channel ?? '', ada)).toMatchObject([{ text: 'to you' }]);
  const bad = ['C0NOWHERE1', 'nowhere', gone, tokens.botUser, channelId(workspace, 'board')];
  for (const channel of bad)
    expect(await code(client.chat.postMessage({ channel, text: 'x' }))).toBe('channel_not_found');
  expect(await code(client.chat.postMessage({ channel: 'lobby', text: 'x' }))).toBe('not_in_channel');
});

test('without a Messages tab nobody can be written to directly', async () => {
  const declared = manifest();
  const app_home = { home_tab_enabled: false, messages_tab_enabled: false };
  const { client, actions } = await start({ manifest: { ...declared, features: { ...declared.features, app_home } } });
  expect(await code(client.chat.postMessage({ channel: ada, text: 'x' }))).toBe('messages_tab_disabled');
  const direct = await actions.openDirectMessage(ada);
  expect(await actions.say(ada, direct, 'hi')).toEqual({ ok: false, error: 'messages_tab_disabled' });
  expect(await code(client.views.publish({ user_id: ada, view: { type: 'home', blocks: [] } }))).toBe('not_enabled');
  expect(await actions.openHome(ada)).toEqual({ ok: false, error: 'not_enabled' });
});

test('empty and oversized messages are refused', async () => {
  const { client } = workspace;
  const say = (text: string, blocks?: unknown) => client.apiCall('chat.postMessage', { channel: access, text, blocks });
  expect(await code(say(''))).toBe('no_text');
  expect(await code(say('x'.repeat(40_001)))).toBe('msg_too_long');
  await say('x'.repeat(40_000));
  const refused = await refusal(say('x', [section('y'.repeat(3001))]));
  expect(refused).toMatchObject({
    error: 'invalid_blocks',
    errors: ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    response_metadata: { messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'] },
  });
  const long = Array.from({ length: 5 }, () => section('y'.repeat(2900)));
  expect(await code(say('x', long))).toBe('msg_blocks_too_long');
  expect(await code(say('x', { type: 'section' }))).toBe('invalid_blocks_format');
});

test('only its own messages can the bot update and delete', async () => {
  const { client, actions, state, tokens } = workspace;
  const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'first', blocks: [section('first')] });
  await client.chat.update({ channel: access, ts, text: 'second' });
  expect(state.messages(access, ada)).toMatchObject([{ text: 'second', blocks: [], editedAt: expect.any(String) }]);
  expect(await code(client.chat.update({ channel: access, ts, text: 'x'.repeat(4001) }))).toBe('msg_too_long');
  await actions.say(ada, access, 'mine');
  const theirs = state.messages(access, ada)[1]?.ts ?? '';
  expect(await code(client.chat.update({ channel: access, ts: theirs, text: 'x' }))).toBe('cant_update_message');
  expect(await code(client.chat.delete({ channel: access, ts: theirs }))).toBe('cant_delete_message');
  const { message_ts: whisper = '' } = await client.chat.postEphemeral({ channel: access, user: ada, text: 'psst' });
  expect(await code(client.chat.update({ channel: access, ts: whisper, text: 'x' }))).toBe('message_not_found');
  const rich = { type: 'rich_text' as const, elements: [{ type: 'rich_text_section' as const, elements: [] }] };
  const { ts: richTs = '' } = await client.chat.postMessage({ channel: access, text: 'r', blocks: [rich] });
  const plain = client.chat.update({ channel: access, ts: richTs, text: 'r', blocks: [section('r')] });
  expect(await code(plain)).toBe('block_mismatch');
  await client.chat.delete({ channel: access, ts });
  expect(await code(client.chat.delete({ channel: access, ts }))).toBe('message_not_found');
  expect(await code(client.chat.update({ channel: ada, ts, text: 'x' }))).toBe('channel_not_found');
  expect(tokens.botUser).toMatch(/^U/);
});

test('an ephemeral message is for one member of the channel and stays out of the history', async () => {
  const { client, state } = workspace;
  await client.chat.postEphemeral({ channel: access, user: zoe, text: 'psst' });
  expect(state.messages(access, zoe)).toMatchObject([{ text: 'psst', ephemeralFor: zoe }]);
  expect(state.messages(access, ada)).toEqual([]);
  expect((await client.conversations.history({ channel: access })).messages).toEqual([]);
  expect(await code(client.chat.postEphemeral({ channel: access, user: stranger, text: 'x' }))).toBe(
    'user_not_in_channel',
  );
});

test('threads hold their replies; the root of one outlives its deletion', async () => {
  const { client, actions, state } = workspace;
  const { ts: root = '' } = await client.chat.postMessage({ channel: access, text: 'root' });
  const { ts: reply = '' } = await client.chat.postMessage({ channel: access, text: 'one', thread_ts: root });
  await client.chat.postMessage({ channel: access, text: 'two', thread_ts: reply });
  await actions.say(ada, access, 'three', root);
  const { messages } = await client.conversations.replies({ channel: access, ts: root });
  expect(messages?.map((message) => message.text)).toEqual(['root', 'one', 'two', 'three']);
  expect(messages?.[0]).toMatchObject({ reply_count: 3, thread_ts: root });
  expect((await client.conversations.history({ channel: access })).messages).toHaveLength(1);
  await client.chat.delete({ channel: access, ts: root });
  expect(state.messages(access, ada)[0]).toMatchObject({ deleted: true, text: '' });
  const bare = client.chat.postMessage({ channel: access, text: 'x', thread_ts: '1.000000' });
  expect(await code(bare)).toBe('cannot_reply_to_message');
  expect(await code(client.conversations.replies({ channel: access, ts: '1.000000' }))).toBe('thread_not_found');
});

test('history comes newest first, in pages and between times, with metadata when asked', async () => {
  const { client } = workspace;
  const posted: string[] = [];
  for (const number of [1, 2, 3, 4, 5]) {
    const metadata = { event_type: 'numbered', event_payload: { number } };
    posted.push((await client.chat.postMessage({ channel: access, text: `${number}`, metadata })).ts ?? '');
  }
  const texts: (string | undefined)[] = [];
  for await (const page of client.paginate('conversations.history', { channel: access, limit: 2 })) {
    texts.push(...((page as { messages?: { text?: string }[] }).messages ?? []).map((message) => message.text));
  }
  expect(texts).toEqual(['5', '4', '3', '2', '1']);
  const [, second = '', , fourth = ''] = posted;
  const span = { channel: access, oldest: second, latest: fourth };
  const between = await client.conversations.history(span);
  expect(between.messages?.map((message) => message.text)).toEqual(['3']);
  expect(between.messages?.[0]?.metadata).toBeUndefined();
  const inclusive = await client.conversations.history({ ...span, inclusive: true, include_all_metadata: true });
  expect(inclusive.messages?.map((message) => message.metadata?.event_payload)).toEqual([
    { number: 4 },
    { number: 3 },
    { number: 2 },
  ]);
  expect(await code(client.conversations.history({ channel: access, cursor: 'bm9uc2Vuc2U=' }))).toBe('invalid_cursor');
  expect(await code(client.conversations.history({ channel: access, limit: 1001 }))).toBe('invalid_limit');
  expect(await code(client.conversations.history({ channel: access, oldest: 'yesterday' }))).toBe('invalid_ts_oldest');
});

test('conversations are listed by type, without private ones that the bot is not in', async () => {
  const { client } = workspace;
  const names = async (types?: string) =>
    (await client.conversations.list(types === undefined ? {} : { types })).channels?.map((channel) => channel.name);
  expect(await names()).toEqual(['access', 'partners', 'lobby']);
  expect(await names('private_channel')).toEqual(['access-private']);
  expect(await code(client.conversations.list({ types: 'secret' }))).toBe('invalid_types');
  const of = await client.users.conversations({ user: zoe });
  expect(of.channels?.map((channel) => channel.name)).toEqual(['access']);
  const { channel: partners } = await client.conversations.info({ channel: channelId(workspace, 'partners') });
  expect(partners).toMatchObject({ is_ext_shared: true, is_member: true, is_private: false });
  expect(await code(client.conversations.info({ channel: channelId(workspace, 'board') }))).toBe('channel_not_found');
  const { members } = await client.conversations.members({ channel: access });
  expect(members).toEqual([ada, zoe, guest, workspace.tokens.botUser]);
});

test('the bot joins a public channel once', async () => {
  const { client, state } = workspace;
  const lobby = channelId(workspace, 'lobby');
  expect(await client.conversations.join({ channel: lobby })).toMatchObject({ channel: { is_member: true } });
  expect(await client.conversations.join({ channel: lobby })).toMatchObject({ warning: 'already_in_channel' });
  expect(state.channels.find((channel) => channel.id === lobby)?.members).toContain(workspace.tokens.botUser);
  const secret = client.conversations.join({ channel: channelId(workspace, 'access-private') });
  expect(await code(secret)).toBe('method_not_supported_for_channel_type');
});

test('a direct message is opened with people who are there', async () => {
  const { client } = workspace;
  const first = await client.conversations.open({ users: zoe });
  expect(first.channel?.id).toMatch(/^D/);
  expect(await client.conversations.open({ users: zoe, return_im: true })).toMatchObject({
    already_open: true,
    channel: { id: first.channel?.id, is_im: true, user: zoe },
  });
  expect(await code(client.conversations.open({ users: gone }))).toBe('user_disabled');
  expect(await code(client.conversations.open({ users: 'U0NOBODY01' }))).toBe('user_not_found');
  expect(await code(client.apiCall('conversations.open'))).toBe('users_list_not_supplied');
  expect(await code(client.conversations.open({ users: `${ada},${zoe}` }))).toBe('invalid_arguments');
});

test('people are shown with what tells guests, strangers and leavers apart', async () => {
  const { client, tokens } = workspace;
  const { user: own } = await client.users.info({ user: ada });
  expect(own).toMatchObject({ team_id: tokens.teamId, is_admin: true, is_restricted: false, deleted: false });
  expect(own?.is_stranger).toBeUndefined();
  expect(own?.profile?.email).toBe('ada@acme.test');
  expect((await client.users.info({ user: guest })).user).toMatchObject({ is_restricted: true });
  expect((await client.users.info({ user: gone })).user).toMatchObject({ deleted: true });
  expect((await client.users.info({ user: stranger })).user).toMatchObject({
    team_id: 'T0FOREIGN1',
    is_stranger: true,
  });
  expect((await client.users.info({ user: tokens.botUser })).user).toMatchObject({ is_bot: true });
  const { user: west } = await client.users.info({ user: zoe });
  expect([-12_600, -9_000]).toContain(west?.tz_offset);
  expect((await client.users.lookupByEmail({ email: 'zoe@ACME.test' })).user?.id).toBe(zoe);
  expect(await code(client.users.lookupByEmail({ email: 'gil@acme.test' }))).toBe('users_not_found');
  expect(await code(client.users.info({ user: 'U0NOBODY01' }))).toBe('user_not_found');
  expect((await client.users.list({ limit: 2 })).members).toHaveLength(2);
  expect((await client.users.profile.get({ user: ada })).profile?.real_name).toBe('Ada Lovelace');
});

test('the bot, the team and its groups can be asked for', async () => {
  const { client, tokens } = workspace;
  expect((await client.bots.info({})).bot).toMatchObject({ app_id: tokens.appId, user_id: tokens.botUser });
  expect(await code(client.bots.info({ bot: 'B0OTHER001' }))).toBe('bot_not_found');
  expect((await client.team.info({})).team).toMatchObject({ id: tokens.teamId, domain: 'local-workspace' });
  expect((await client.usergroups.list({})).usergroups).toEqual([]);
});

test('reactions come and go', async () => {
  const { client, state } = workspace;
  const { ts: timestamp = '' } = await client.chat.postMessage({ channel: access, text: 'x' });
  const on = { channel: access, timestamp };
  await client.reactions.add({ ...on, name: 'eyes' });
  expect(await code(client.reactions.add({ ...on, name: 'eyes' }))).toBe('already_reacted');
  expect(await code(client.reactions.add({ ...on, name: 'no such' }))).toBe('invalid_name');
  expect((await client.reactions.get(on)).message).toMatchObject({ reactions: [{ name: 'eyes', count: 1 }] });
  await client.reactions.remove({ ...on, name: 'eyes' });
  expect(await code(client.reactions.remove({ ...on, name: 'eyes' }))).toBe('no_reaction');
  expect(state.messages(access, ada)[0]?.reactions).toBeUndefined();
  expect(await code(client.reactions.add({ channel: access, timestamp: '1.000000', name: 'eyes' }))).toBe(
    'message_not_found',
  );
});

test('an uploaded file is shared in a message and can be downloaded, as a download only', async () => {
  const { client, state, url } = workspace;
  const { ts: root = '' } = await client.chat.postMessage({ channel: access, text: 'all of them' });
  await client.filesUploadV2({
    channel_id: access,
    thread_ts: root,
    initial_comment: 'See all',
    filename: 'people & more.csv',
    title: 'People',
    content: 'name\nZoë\n',
  });
  const shared = state.messages(access, ada)[1];
  expect(shared).toMatchObject({ text: 'See all', threadTs: root, files: [{ title: 'People', size: 10 }] });
  const download = await fetch(shared?.files?.[0]?.url ?? '');
  expect(await download.text()).toBe('name\nZoë\n');
  expect(download.headers.get('content-disposition')).toBe('attachment');
  expect((await fetch(`${url}/files/F0NOWHERE1/x`)).status).toBe(404);
  expect((await fetch(`${url}/files/..%2fjournal.jsonl/x`)).status).toBe(404);
});

test('an upload of another length than announced, or used twice, is refused', async () => {
  const { client } = workspace;
  const ticket = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
  const send = (body: string) => fetch(ticket.upload_url ?? '', { method: 'POST', body });
  expect((await send('four')).status).toBe(400);
  const complete = () => client.files.completeUploadExternal({ files: [{ id: ticket.file_id ?? '' }] });
  expect(await code(complete())).toBe('file_not_found');
  expect((await send('abc')).status).toBe(200);
  await complete();
  expect(await code(complete())).toBe('file_not_found');
  expect(await code(client.files.getUploadURLExternal({ filename: 'a.txt', length: 20_000_001 }))).toBe(
    'file_upload_size_restricted',
  );
});

test('a scheduled message is posted when its time comes, and never with metadata', async () => {
  const clock = manualClock();
  const { client, state, deliverScheduled } = await start({ clock });
  const at = (seconds: number) => Math.floor(clock.now() / 1000) + seconds;
  const schedule = (post_at: number, more = {}) =>
    client.chat.scheduleMessage({ channel: access, text: 'later', post_at, ...more });
  const { scheduled_message_id: first = '' } = await schedule(at(120));
  await schedule(at(300), { metadata: { event_type: 'x', event_payload: {} } });
  await schedule(at(400));
  expect(await code(schedule(at(0)))).toBe('time_in_past');
  expect(await code(schedule(at(120 * 86_400 + 1)))).toBe('time_too_far');
  const listed = await client.chat.scheduledMessages.list({ channel: access });
  expect(listed.scheduled_messages?.map((item) => item.post_at)).toEqual([at(120), at(300), at(400)]);
  await client.chat.deleteScheduledMessage({ channel: access, scheduled_message_id: first });
  expect(await deliverScheduled()).toBe(0);
  clock.advance(299_000);
  expect(state.messages(access, ada)).toEqual([]);
  const last = (await client.chat.scheduledMessages.list({})).scheduled_messages?.[1]?.id ?? '';
  clock.advance(50_000);
  const tooLate = client.chat.deleteScheduledMessage({ channel: access, scheduled_message_id: last });
  expect(await code(tooLate)).toBe('invalid_scheduled_message_id');
  expect(await deliverScheduled(Number.POSITIVE_INFINITY)).toBe(1);
  expect(state.messages(access, ada)).toMatchObject([{ text: 'later' }]);
});

test('at most 30 messages can be scheduled within five minutes in a channel', async () => {
  const clock = manualClock();
  const { client } = await start({ clock, rates: 'none' });
  const soon = Math.floor(clock.now() / 1000) + 3_600;
  const schedule = (post_at: number) => client.chat.scheduleMessage({ channel: access, text: 'x', post_at });
  for (let second = 0; second < 30; second += 1) await schedule(soon + second);
  expect(await code(schedule(soon + 299))).toBe('restricted_too_many');
  await schedule(soon + 400);
});

test('posting faster than Slack allows is answered with 429 and when to try again', async () => {
  const clock = manualClock();
  const { client } = await start({ clock });
  const say = () => client.chat.postMessage({ channel: access, text: 'x' });
  for (let count = 0; count < 10; count += 1) await say();
  await expect(say()).rejects.toMatchObject({ retryAfter: 1 });
  await client.chat.postMessage({ channel: ada, text: 'another channel' });
  clock.advance(1_000);
  await say();
  await expect(say()).rejects.toMatchObject({ retryAfter: 1 });
});

test('views are checked like Slack does', async () => {
  const { client } = workspace;
  const publish = (view: unknown, user_id = ada) => client.apiCall('views.publish', { user_id, view });
  expect(await code(publish({ type: 'home', blocks: [] }, 'U0NOBODY01'))).toBe('invalid_arguments');
  expect(await refusal(publish(modal([section('x')])))).toMatchObject({
    response_metadata: { messages: ['[ERROR] unsupported type: modal [json-pointer:/view/type]'] },
  });
  expect(await code(publish('{'))).toBe('invalid_arguments');
  const first = await client.views.publish({ user_id: ada, view: { type: 'home', external_id: 'mine', blocks: [] } });
  expect(first.view).toMatchObject({ type: 'home', external_id: 'mine', root_view_id: first.view?.id });
  expect(await code(publish({ type: 'home', external_id: 'mine', blocks: [] }, zoe))).toBe('duplicate_external_id');
  const stale = client.views.publish({ user_id: ada, view: { type: 'home', blocks: [] }, hash: 'old' });
  expect(await code(stale)).toBe('hash_conflict');
  expect(await code(client.views.update({ view_id: 'V0NOWHERE1', view: modal([section('x')]) }))).toBe('not_found');
});

test('a request that does not come from this machine under its own name is refused', async () => {
  const { port } = new URL(workspace.url);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'rebound.example', 'content-length': 0 };
    const sent = request({ host: '127.0.0.1', port, path: '/api/api.test', method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
  expect(status).toBe(403);
});

test('what the page listens to tells which channel or person changed', async () => {
  const { client, changes, actions, state } = workspace;
  const heard: unknown[] = [];
  const stopListening = changes((what) => heard.push(what));
  await client.chat.postMessage({ channel: access, text: 'x', blocks: [buttons('b', 'one')] });
  await client.chat.postEphemeral({ channel: access, user: zoe, text: 'psst' });
  await client.views.publish({ user_id: ada, view: { type: 'home', blocks: [] } });
  expect(state.unread(access, ada)).toBe(1);
  actions.read(ada, access);
  expect(state.unread(access, ada)).toBe(0);
  stopListening();
  await client.chat.postMessage({ channel: access, text: 'y' });
  expect(heard).toEqual([
    { channel: access },
    { channel: access, user: zoe },
    { user: ada },
    { channel: access, user: ada },
  ]);
});
