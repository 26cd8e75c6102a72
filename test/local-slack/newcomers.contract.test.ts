import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Member } from '../../src/local-slack/model.ts';
import { createWorkspace } from '../../src/local-slack/workspace.ts';
import { ada, channels, guest, manifest, people, stranger } from './fixtures.ts';
import { channelId, startWithBolt, transports, until, type WithBolt } from './harness.ts';

let running: WithBolt[] = [];
afterEach(async () => {
  await Promise.all(running.map((workspace) => workspace.stop()));
  running = [];
});

const gil: Member = { id: 'U0NEWCOMER', name: 'gil', realName: 'Gil New', email: 'gil.new@acme.test', timeZone: 'UTC' };
const withGeneral = [...channels, { name: 'general' }, { name: 'board-room', private: true }];

describe.each(transports)('over %s', (transport) => {
  const start = async (options = {}) => {
    const heard: { type: string; user: unknown }[] = [];
    const workspace = await startWithBolt(
      (bolt) => {
        bolt.event('team_join', async ({ event }) => void heard.push(event));
        bolt.event('member_joined_channel', async ({ event }) => void heard.push(event));
      },
      { transport, channels: withGeneral, ...options },
    );
    running.push(workspace);
    return { ...workspace, heard };
  };

  test('whoever joins is heard of, found by their address, and in the channels that everybody is in', async () => {
    const { admit, heard, client, state, ...workspace } = await start();
    expect(admit(gil)).toEqual({ ok: true });
    await until(() => heard.length === 2);
    const [joined] = heard.filter(({ type }) => type === 'team_join');
    const found = await client.users.lookupByEmail({ email: 'Gil.New@acme.test' });
    expect(joined?.user).toEqual(found.user);
    expect(joined?.user).toMatchObject({ id: gil.id, is_restricted: false, profile: { email: gil.email } });
    expect(heard.find(({ type }) => type === 'member_joined_channel')).toMatchObject({
      ...{ user: gil.id, channel: channelId({ state }, 'general') },
    });
    const mine = state.channels.filter(({ members }) => members.includes(gil.id)).map(({ name }) => name);
    expect(mine).toEqual(['general']);
    const direct = await client.conversations.open({ users: gil.id });
    await client.chat.postMessage({ channel: direct.channel?.id ?? '', text: 'Welcome' });
    expect(state.messages(await workspace.actions.openDirectMessage(gil.id), gil.id)).toHaveLength(1);
  });

  test('an app that does not subscribe to it hears nothing', async () => {
    const { admit, heard, settled } = await start({
      manifest: manifest({ events: ['team_join', 'member_joined_channel'] }),
    });
    admit(gil);
    await settled();
    expect(heard).toEqual([]);
  });
});

const options = { manifest: manifest(), people, channels: withGeneral, botUrl: 'http://127.0.0.1:9/slack/events' };
const open = (dir?: string, more = {}) =>
  createWorkspace({ ...options, publicUrl: 'http://localhost:3000', ...(dir !== undefined && { dir }), ...more });

test('nobody joins twice, by id or by address, and ids look like Slack’s', async () => {
  const workspace = await open();
  const taken = { ok: false, error: 'already_in_team' };
  expect(workspace.admit({ ...gil, id: ada })).toEqual(taken);
  expect(workspace.admit({ ...gil, email: 'ADA@acme.test' })).toEqual(taken);
  expect(workspace.admit({ ...gil, id: 'gil' })).toEqual({ ok: false, error: 'invalid_user' });
  expect(workspace.admit(gil)).toEqual({ ok: true });
  expect(workspace.admit(gil)).toEqual(taken);
  await workspace.stop();
});

test('guests who join are in no channel yet', async () => {
  const workspace = await open();
  workspace.admit({ ...gil, guest: true });
  expect(workspace.state.channels.some(({ members }) => members.includes(gil.id))).toBe(false);
  await workspace.stop();
});

test('a member adds somebody by name and address; guests and outsiders cannot', async () => {
  const workspace = await open();
  const who = { realName: ' Zoe Other ', email: 'zoe.kim@other.test' };
  for (const user of [guest, stranger])
    expect(await workspace.actions.invite(user, who)).toEqual({ ok: false, error: 'restricted_action' });
  expect(await workspace.actions.invite(ada, { ...who, email: 'zoe' })).toMatchObject({ error: 'invalid_email' });
  expect(await workspace.actions.invite(ada, { ...who, realName: ' ' })).toMatchObject({ error: 'invalid_name' });
  expect(await workspace.actions.invite(ada, who)).toEqual({ ok: true });
  expect(workspace.state.members.find(({ email }) => email === who.email)).toMatchObject({
    // Another one is mentioned as @zoe.kim already.
    ...{ name: 'zoe.kim2', realName: 'Zoe Other', timeZone: 'Europe/Berlin' },
  });
  await workspace.stop();
});

test('who joined is there after a restart, and not twice once they are among the people', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'workspace-'));
  const first = await open(dir);
  first.admit(gil);
  await first.stop();
  const second = await open(dir);
  expect(second.state.members).toContainEqual(gil);
  expect(second.state.channels.find(({ name }) => name === 'general')?.members).toContain(gil.id);
  await second.stop();
  const third = await open(dir, { people: [...people, { ...gil, id: 'U0OTHERID1' }] });
  expect(third.state.members.filter(({ email }) => email === gil.email)).toHaveLength(1);
  await third.stop();
  rmSync(dir, { recursive: true });
});
