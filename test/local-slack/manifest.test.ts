import { expect, test } from 'vitest';
import { readManifest } from '../../src/local-slack/manifest.ts';
import { manifest, scopes } from './fixtures.ts';

const changed = (change: (given: ReturnType<typeof manifest>) => unknown) => {
  const given = manifest();
  change(given);
  return () => readManifest(given);
};

test('a manifest says what the app is and may', () => {
  const app = readManifest(manifest());
  expect(app).toMatchObject({ name: 'Helper', botName: 'Helper', homeTab: true, interactive: true });
  expect([...app.scopes]).toEqual(scopes);
  expect(app.commands.map((command) => command.command)).toEqual(['/helper', '/plain']);
});

test('a manifest without interactivity, home or events has none of them', () => {
  const { settings: _, ...bare } = manifest({ events: ['message.im'] });
  const { app_home: __, ...features } = bare.features;
  expect(readManifest({ ...bare, features })).toMatchObject({ homeTab: false, interactive: false, events: new Set() });
});

test('every problem is named', () => {
  expect(() => readManifest({})).toThrow(/display_information.*features.*oauth_config/);
  expect(
    changed(({ features }) => {
      Object.assign(features.slash_commands[0] ?? {}, { command: 'no slash' });
    }),
  ).toThrow(/features\.slash_commands\.0\.command: starts with \//);
});

test('features need their scopes', () => {
  expect(() => readManifest(manifest({ scopes: ['commands'] }))).toThrow(/add the bot scope commands/);
  expect(() => readManifest(manifest({ scopes: ['im:history'] }))).toThrow(
    /subscribes to message\.im; add the bot scope im:history/,
  );
  expect(() => readManifest(manifest({ scopes: ['channels:read'] }))).not.toThrow();
});
