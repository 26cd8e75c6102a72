import type { AppConfig } from './app-schema.ts';
import type { Config } from './config.ts';
import { type ConfigDifference, differencesAt, plainApp } from './config-difference.ts';

/*
 * Promise 11: power is watched. Power is who decides, what asks them, how many agree, and what holds suspicious plans. What is not
 * known to be harmless counts, so that a new setting is watched until somebody says here that it need not be.
 */
const harmlessSettings: ReadonlySet<string> = new Set([
  ...['channel', 'leaverChannel', 'digest', 'timezone', 'contractors', 'timings', 'welcome'],
]);
const harmlessProvisioning: ReadonlySet<string> = new Set([
  ...['enabled', 'onSuspend', 'onDelete', 'onRoleLoss', 'grace', 'createDaysBefore', 'match', 'drift', 'window'],
  ...['entitlements', 'verify', 'shards'],
]);

/**
 * What a change does to power. An app that is not there counts as one with nothing but defaults: taking an app out and putting it
 * in again is no way around.
 */
export function powerIn(before: Config, after: Config): ConfigDifference[] {
  const settings = differencesAt(['settings'], before.settings, after.settings);
  return [
    ...settings.filter(({ path: [, setting = ''] }) => !harmlessSettings.has(setting)),
    ...namesIn(before, after).flatMap((name) => powerOver(name, before, after)),
  ];
}

const namesIn = (before: Config, after: Config): string[] => [
  ...new Set([...after.apps, ...before.apps].map(({ name }) => name)),
];

function powerOver(name: string, before: Config, after: Config): ConfigDifference[] {
  const [old, next] = [appIn(before, name), appIn(after, name)];
  const provisioning = differencesAt(['apps', name, 'provisioning'], old.provisioning, next.provisioning);
  return [
    ...differencesAt(['apps', name, 'owners'], old.owners, next.owners),
    // Who is let in as whom, and where that is said.
    ...differencesAt(['apps', name, 'saml'], old.saml, next.saml),
    ...provisioning.filter(({ path: [, , , setting = ''] }) => !harmlessProvisioning.has(setting)),
  ];
}

const appIn = ({ apps }: Config, name: string): AppConfig => apps.find((app) => app.name === name) ?? plainApp(name);
