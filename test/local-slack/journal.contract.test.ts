import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileJournal } from '../../src/local-slack/journal.ts';
import { type Change, openStore } from '../../src/local-slack/state.ts';
import { ada, manualClock, section, zoe } from './fixtures.ts';
import { channelId, clientFor, type Running, startAlone } from './harness.ts';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'local-slack-'));
  path = join(dir, 'journal.jsonl');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what was appended is there again', () => {
  const first = fileJournal<number[]>(dir);
  first.append([[1], [2]]);
  first.append([[3]]);
  first.close();
  const second = fileJournal<number[]>(dir);
  expect(second.changes).toEqual([[1], [2], [3]]);
  second.compact([[6]]);
  second.append([[7]]);
  second.close();
  const third = fileJournal<number[]>(dir);
  expect(third.changes).toEqual([[6], [7]]);
  third.close();
});

test.each([1, 5, 20])('a last line cut %i bytes short is dropped, and the next one is whole', (short) => {
  const first = fileJournal<{ text: string }>(dir);
  first.append([{ text: 'kept' }, { text: 'a longer line with Zoë in it' }]);
  first.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - short));
  const second = fileJournal<{ text: string }>(dir);
  expect(second.changes).toEqual([{ text: 'kept' }]);
  second.append([{ text: 'new' }]);
  second.close();
  const third = fileJournal<{ text: string }>(dir);
  expect(third.changes).toEqual([{ text: 'kept' }, { text: 'new' }]);
  third.close();
});

test('a line damaged in the middle is an error that names it', () => {
  writeFileSync(path, '{"text":"one"}\n{"text":\n{"text":"three"}\n');
  expect(() => fileJournal(dir)).toThrow(/journal\.jsonl, line 2, is damaged/);
});

test('the journal shrinks to what counts', () => {
  const journal = fileJournal<Change>(dir);
  const store = openStore(journal, manualClock());
  for (let count = 0; count < 6_000; count += 1)
    store.commit({ type: 'read', channel: 'C', user: ada, ts: `${count}.0` });
  journal.close();
  const { changes, close } = fileJournal<Change>(dir);
  expect(changes.length).toBeLessThan(2_000);
  expect(changes.at(-1)).toEqual({ type: 'read', channel: 'C', user: ada, ts: '5999.0' });
  close();
});

const restart = async (workspace: Running): Promise<Running> => {
  await workspace.stop();
  return startAlone({ dir });
};

test('messages, homes, direct messages, files, read marks and schedules survive a restart; whispers and modals do not', async () => {
  let workspace = await startAlone({ dir });
  const access = channelId(workspace, 'access');
  const { client, actions } = workspace;
  const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'one', blocks: [section('one')] });
  await client.chat.update({ channel: access, ts, text: 'two' });
  await client.chat.postEphemeral({ channel: access, user: ada, text: 'psst' });
  const direct = await client.chat.postMessage({ channel: zoe, text: 'to Zoe' });
  await client.views.publish({ user_id: ada, view: { type: 'home', blocks: [section('Home')] } });
  const post_at = Math.floor(Date.now() / 1000) + 3_600;
  await client.chat.scheduleMessage({ channel: access, text: 'later', post_at });
  await client.filesUploadV2({ channel_id: access, filename: 'a.txt', content: 'abc' });
  await client.conversations.join({ channel: channelId(workspace, 'lobby') });
  actions.read(ada, access);
  const { botUser, teamId } = workspace.tokens;

  workspace = await restart(workspace);
  const { state } = workspace;
  expect(state.messages(access, ada)).toMatchObject([{ text: 'two' }, { files: [{ name: 'a.txt' }] }]);
  expect(state.messages(direct.channel ?? '', zoe)).toMatchObject([{ text: 'to Zoe' }]);
  expect(JSON.stringify(state.home(ada)?.view)).toContain('Home');
  expect([state.unread(access, ada), state.unread(access, zoe)]).toEqual([0, 2]);
  expect(workspace.tokens).toMatchObject({ botUser, teamId });
  expect((await workspace.client.chat.scheduledMessages.list({})).scheduled_messages).toHaveLength(1);
  expect(
    (await workspace.client.conversations.info({ channel: channelId(workspace, 'lobby') })).channel?.is_member,
  ).toBe(true);
  const file = state.messages(access, ada)[1]?.files?.[0];
  expect(await (await fetch(`${workspace.url}${new URL(file?.url ?? '').pathname}`)).text()).toBe('abc');
  const next = await workspace.client.chat.postMessage({ channel: access, text: 'three' });
  expect(Number(next.ts)).toBeGreaterThan(Number(state.messages(access, ada)[1]?.ts));
  await workspace.stop();
});

test('every acknowledged message survives kill -9', async () => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('./victim.ts', import.meta.url)), dir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const line = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  const victim = JSON.parse(line) as { url: string; channel: string; token: string };
  const client = clientFor({ ...victim, tokens: { botToken: victim.token } });
  const acknowledged: string[] = [];
  const posting = (async () => {
    for (let number = 0; ; number += 1) {
      await client.chat.postMessage({ channel: victim.channel, text: `message ${number}` });
      acknowledged.push(`message ${number}`);
      if (number === 60) child.kill('SIGKILL');
    }
  })();
  await expect(posting).rejects.toThrow();
  appendFileSync(path, '{"type":"message","mess');

  const workspace = await startAlone({ dir });
  const texts = workspace.state.messages(victim.channel, ada).map((message) => message.text);
  expect(acknowledged.length).toBeGreaterThan(60);
  expect(texts.slice(0, acknowledged.length)).toEqual(acknowledged);
  expect(texts.length - acknowledged.length).toBeLessThanOrEqual(1);
  await workspace.stop();
});
