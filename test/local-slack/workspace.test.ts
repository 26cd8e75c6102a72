import { expect, test } from 'vitest';
import { createWorkspace, startWorkspace } from '../../src/local-slack/workspace.ts';
import { ada, channels, manifest, people } from './fixtures.ts';

const options = {
  manifest: manifest(),
  people,
  channels,
  botUrl: 'http://127.0.0.1:9/slack/events',
  publicUrl: 'http://localhost:3000/',
};

test('a workspace is on this machine or nowhere', async () => {
  const code = 'not_loopback';
  await expect(createWorkspace({ ...options, publicUrl: 'https://slack.acme.test' })).rejects.toMatchObject({ code });
  await expect(createWorkspace({ ...options, botUrl: 'http://10.0.0.1/slack/events' })).rejects.toMatchObject({ code });
  await expect(createWorkspace({ ...options, publicUrl: 'not a url://' })).rejects.toMatchObject({ code });
  await expect(startWorkspace({ ...options, host: '0.0.0.0' })).rejects.toMatchObject({ code });
});

test('mistakes in people and channels are named', async () => {
  const code = 'invalid_workspace';
  const [first] = people;
  if (!first) throw new Error('There is nobody.');
  await expect(createWorkspace({ ...options, people: [{ ...first, id: 'ada' }] })).rejects.toMatchObject({ code });
  await expect(createWorkspace({ ...options, people: [first, first] })).rejects.toMatchObject({ code });
  const unknown = [{ name: 'x', members: ['U0NOBODY01'] }];
  await expect(createWorkspace({ ...options, channels: unknown })).rejects.toThrow(/#x lists U0NOBODY01/);
});

test('ids stay the same; everyone active is in a channel that lists nobody, and so is the bot', async () => {
  const [one, two] = await Promise.all([
    createWorkspace({ ...options, channels: [{ name: 'all' }] }),
    createWorkspace({ ...options, channels: [{ name: 'all' }], tokens: { botToken: 'xoxb-1', signingSecret: 's' } }),
  ]);
  expect(one.state.channels).toEqual(two.state.channels);
  expect(one.state.botUser).toBe(two.state.botUser);
  expect(two.tokens).toMatchObject({ botToken: 'xoxb-1', signingSecret: 's' });
  expect(one.tokens.botToken).not.toBe(two.tokens.botToken);
  const [all] = one.state.channels;
  expect(all?.members).toHaveLength(people.length);
  expect(all?.members).toContain(ada);
  expect(all?.members).toContain(one.tokens.botUser);
  expect(all?.members).not.toContain('U0GONE0001');
  expect(one.state.commands[0]).toEqual({ command: '/helper', description: 'Helps', usageHint: 'status' });
  await Promise.all([one.stop(), two.stop()]);
});

test('a person joins a public channel, not a private one', async () => {
  const workspace = await createWorkspace(options);
  const id = (name: string) => workspace.state.channels.find((channel) => channel.name === name)?.id ?? '';
  expect(workspace.join('U0ZOE00001', id('lobby'))).toEqual({ ok: true });
  expect(workspace.state.channels.find((channel) => channel.name === 'lobby')?.members).toContain('U0ZOE00001');
  expect(workspace.join(ada, id('board'))).toEqual({ ok: false, error: 'channel_not_found' });
  expect(workspace.join('U0NOBODY01', id('lobby'))).toEqual({ ok: false, error: 'user_not_found' });
  await workspace.stop();
});
