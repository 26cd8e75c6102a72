import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  actionIds,
  callbackIds,
  commandName,
  configSearches,
  configSectionId,
  configSectionPattern,
  connectStepId,
  connectStepPattern,
  numberId,
  numberPattern,
  signOnAppId,
  signOnAppPattern,
  signOnId,
  signOnPattern,
} from '../../blocks/ids.ts';
import { stepNames } from '../../src/core/draft.ts';
import { usageHint } from '../../src/slack/command/usage.ts';
import { settingsSectionNames } from '../../src/slack/forms/settings-sections.ts';
import { eventsPath } from '../../src/slack/http-intake.ts';

const root = join(import.meta.dirname, '../..');
const Manifest = z.object({
  _metadata: z.object({ major_version: z.literal(2) }),
  display_information: z.object({
    name: z.string().max(35),
    description: z.string().max(140),
    long_description: z.string().min(174).max(4000),
  }),
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean(), messages_tab_enabled: z.boolean() }),
    slash_commands: z.array(
      z.object({
        command: z.string().max(32),
        url: z.url(),
        usage_hint: z.string().max(1000),
        should_escape: z.boolean(),
      }),
    ),
    shortcuts: z.array(z.object({ callback_id: z.string() })).default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.url(), bot_events: z.array(z.string()) }),
    interactivity: z.object({
      is_enabled: z.literal(true),
      request_url: z.url(),
      message_menu_options_url: z.url(),
    }),
  }),
});
const manifest = Manifest.parse(parse(readFileSync(join(root, 'manifest.yml'), 'utf8')));

const sources = readdirSync(join(root, 'src/slack'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'src/slack', file), 'utf8'))
  .join('\n');
const found = (pattern: RegExp) => [...new Set([...sources.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();

/** The bot scopes of each method we may call. @see https://docs.slack.dev/reference/methods */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.join': ['channels:join'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

describe('manifest.yml', () => {
  it('declares the one command, with the hint the registry makes, and escaped', () => {
    const [command, ...others] = manifest.features.slash_commands;
    expect(others).toEqual([]);
    expect(command).toMatchObject({ command: commandName, usage_hint: usageHint(), should_escape: true });
  });

  it('asks for the scopes of the methods called, and no others', () => {
    const methods = found(/\.((?:auth|chat|conversations|users|views)\.\w+)\(/g);
    expect(methods).toEqual(Object.keys(scopesOf).sort());
    const needed = new Set(['commands', ...methods.flatMap((method) => scopesOf[method] ?? ['unknown'])]);
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
  });

  it('subscribes to the events listened to, and no others', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(found(/app\.event\('(\w+)'/g));
  });

  it('declares the shortcuts listened to', () => {
    expect(manifest.features.shortcuts.map(({ callback_id }) => callback_id).sort()).toEqual(
      found(/app\.shortcut\('(\w+)'/g),
    );
  });

  it('shows the home tab, and direct messages for cards', () => {
    expect(manifest.features.app_home).toEqual({ home_tab_enabled: true, messages_tab_enabled: true });
  });

  it('delivers everything to the one path that is served', () => {
    const urls = [
      manifest.features.slash_commands[0]?.url,
      manifest.settings.event_subscriptions.request_url,
      manifest.settings.interactivity.request_url,
      manifest.settings.interactivity.message_menu_options_url,
    ];
    for (const url of urls) expect(new URL(url ?? '').pathname).toBe(eventsPath);
  });
});

describe('the ids of buttons and modals', () => {
  const listened = new Set([
    ...found(/app\.action\(\s*actionIds\.(\w+)/g),
    ...found(/actionIds\.(nextPage)/g),
    ...found(/actionIds\.(previousPage)/g),
  ]);
  it('are each listened to once', () => {
    expect([...listened].sort()).toEqual(Object.keys(actionIds).sort());
    expect(found(/app\.view\(callbackIds\.(\w+)/g)).toEqual([
      'choose',
      'chosen',
      'configForm',
      'configSave',
      'connectStart',
      'connectStep',
      'people',
      'question',
      'rejectReason',
      'request',
    ]);
    expect(sources).toContain('app.action(connectStepPattern');
    expect(sources).toContain('app.action(configSectionPattern');
    for (const section of settingsSectionNames) expect(configSectionId(section)).toMatch(configSectionPattern);
    for (const step of stepNames) expect(connectStepId(step)).toMatch(connectStepPattern);
    expect(sources).toContain('of [signOnPattern, authenticateLinkId]');
    expect(signOnId('crm')).toMatch(signOnPattern);
    expect(sources).toMatch(/app\.action\(\s*signOnAppPattern/);
    expect(signOnAppId('crm')).toMatch(signOnAppPattern);
    expect(sources).toContain('app.action(numberPattern');
    for (const place of [0, 1, 2, 'none'] as const) expect(numberId(place)).toMatch(numberPattern);
    const patterns = [connectStepPattern, configSectionPattern, signOnPattern, signOnAppPattern, numberPattern];
    for (const id of [signOnId('crm'), signOnAppId('crm'), numberId(0)])
      expect(patterns.filter((pattern) => pattern.test(id))).toHaveLength(1);
    for (const pattern of patterns) for (const id of Object.values(actionIds)) expect(id).not.toMatch(pattern);
    expect(found(/app\.options\(chooseInputs\.(\w+)/g)).toEqual(['which']);
    expect(found(/app\.options\(requestInputs\.(\w+)/g)).toEqual(['what']);
    expect(found(/(?:app\.options\(|of \[)configSearches\.(\w+)/g)).toEqual(Object.keys(configSearches).sort());
  });

  it('are unique and within Slack’s length', () => {
    const ids = [...Object.values(actionIds), ...Object.values(callbackIds)];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id.length).toBeLessThanOrEqual(255);
  });
});
